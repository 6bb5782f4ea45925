"""Makes scores mean what they say, and chooses from which score on a tag is given.

Temperature scaling after Guo et al. 2017: one number that logits are divided by.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from earmark_trainer.training.metrics import Array
from earmark_trainer.training.ridge import fit_ridge

SUREST = 0.99
"""The threshold of a label that never reached the precision asked for: hardly ever given."""

LOWEST = 0.05
FEWEST_ANSWERS = 5
"""A precision over fewer answers than this says nothing."""

CAREFUL, CAREFUL_RANGE = 0.7, (0.2, 0.9)
PRIOR = 10.0
"""As many clips as it takes for a label's own threshold to count as much as `CAREFUL` does."""
RECALL_COUNTS = 0.5
"""What recall counts beside precision in F0.5."""
HOTTEST, FARTHEST = 5.0, 10.0
"""Temperatures lie between a part and a multiple of this, shifts no farther off than that."""
_FREE = 1e-3

UNTESTED = 0.5
"""The threshold of a label that no clip kept aside carries."""


def scores_of(logits: Array, temperature: float, *, exclusive: bool) -> npt.NDArray[np.float64]:
    """Calibrated probabilities ``[N, L]``."""
    scaled = logits.astype(np.float64) / temperature
    if not exclusive:
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(scaled, -60.0, 60.0))))
    exponent = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(exponent / exponent.sum(axis=1, keepdims=True))


def temperature_of(
    logits: Array, targets: Array, known: Array, *, exclusive: bool, weights: Array | None = None
) -> float:
    """The temperature with the smallest cross entropy, by golden section on its logarithm."""

    def loss(log_temperature: float) -> float:
        return cross_entropy(
            logits,
            targets,
            known,
            float(np.exp(log_temperature)),
            exclusive=exclusive,
            weights=weights,
        )

    low, high = np.log(0.05), np.log(20.0)
    ratio = (np.sqrt(5.0) - 1.0) / 2.0
    for _ in range(40):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return float(np.exp((low + high) / 2.0))


def cross_entropy(
    logits: Array,
    targets: Array,
    known: Array,
    temperature: float,
    *,
    exclusive: bool,
    weights: Array | None = None,
) -> float:
    """Summed over clips, each as often as ``weights`` says, at a temperature."""
    weight = np.ones(len(logits)) if weights is None else weights
    scores = np.clip(scores_of(logits, temperature, exclusive=exclusive), 1e-9, 1.0 - 1e-9)
    entropy = -targets * np.log(scores)
    if not exclusive:
        entropy = (entropy - (1.0 - targets) * np.log(1.0 - scores)) * known
    return float((entropy.sum(axis=1) * weight).sum())


def thresholds_of(
    scores: Array,
    targets: Array,
    known: Array,
    labels: tuple[str, ...],
    precision: float,
    *,
    exclusive: bool,
    weights: Array | None = None,
) -> dict[str, float]:
    """For each label the lowest score from which on answers are right that often.

    In an exclusive set only clips whose best label it is count as answers. ``weights`` is what
    each clip's answer counts, ``[N]``.
    """
    weight = np.ones(len(scores)) if weights is None else weights
    best = scores.argmax(axis=1)
    chosen = {}
    for column, label in enumerate(labels):
        use = (best == column) if exclusive else known[:, column]
        right = targets[use, column] >= 0.5
        chosen[label] = _lowest(scores[use, column], right, weight[use], precision)
    return chosen


def line_of(logits: Array, targets: Array, counted: Array) -> tuple[float, float]:
    """Temperature and shift with the smallest cross entropy (Platt 1999), one for all tags.

    For tags that do not exclude one another. What learnt from few examples says "no" to most of
    what it was not shown, so a temperature alone would leave right answers with low scores.

    Args:
        logits: ``[N, L]``.
        targets: 0 to 1, ``[N, L]``.
        counted: what each answer counts, ``[N, L]``.
    """
    column = torch.from_numpy(logits.astype(np.float64).reshape(-1, 1))
    truth, weights = targets.reshape(-1, 1), counted.reshape(-1, 1)
    slope, shift = fit_ridge(column, truth, weights, _FREE, exclusive=False)
    temperature = 1.0 / float(np.clip(slope.item(), 1.0 / HOTTEST, HOTTEST))
    return temperature, float(np.clip(shift.item(), -FARTHEST, FARTHEST))


def careful_thresholds(
    scores: Array, targets: Array, counted: Array, labels: tuple[str, ...]
) -> dict[str, float]:
    """For each label where F0.5 is highest, drawn towards `CAREFUL` the fewer clips carry it.

    For few examples, as the client does it at home: a precision over these says little, and a wrong
    tag is worse than none.
    """
    return {
        label: _careful(scores[:, column], targets[:, column] >= 0.5, counted[:, column])
        for column, label in enumerate(labels)
    }


def _careful(scores: Array, truth: Array, counted: Array) -> float:
    carried = float(counted[truth].sum())
    if not carried:
        return CAREFUL

    def worth(place: float) -> float:
        given = scores >= place
        hits = counted[given & truth].sum()
        return float(hits / (counted[given].sum() + RECALL_COUNTS**2 * carried))

    best = max(np.unique(np.clip(scores[counted > 0], *CAREFUL_RANGE)), key=worth)
    share = carried / (carried + PRIOR)
    return float(share * best + (1.0 - share) * CAREFUL)


def _lowest(scores: Array, right: Array, weights: Array, precision: float) -> float:
    if not len(scores) or not right.any():
        return UNTESTED
    order = np.argsort(-scores, kind="stable")
    answers = np.cumsum(weights[order])
    good = np.cumsum((right * weights)[order]) / answers >= precision
    # Few answers at the very top decide nothing, unless there are only few at all.
    reached = np.flatnonzero(good & (answers >= min(FEWEST_ANSWERS, answers[-1])))
    if not len(reached):
        return SUREST
    return float(np.clip(scores[order][reached[-1]], LOWEST, SUREST))
