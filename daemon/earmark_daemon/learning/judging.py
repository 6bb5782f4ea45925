"""How good a head is, judged by what was said of sounds that were kept from it.

Its scores are made chances, each tag gets a threshold, and what cannot be told apart is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark_daemon.learning.dataset import Dataset
from earmark_daemon.learning.evaluate import Answers
from earmark_daemon.learning.head import Settings
from earmark_daemon.learning.metrics import roc_auc, summary
from earmark_daemon.learning.solver import fit, probabilities

Array = npt.NDArray[Any]

FEWEST = 3
"""A tag needs so many sounds that differ, or nothing can be said of it."""

LEAST_TOLD_APART = 0.55
"""What remains of ROC AUC, less its standard error, below which a tag is a coin that was tossed."""

_A_LIBRARY = 50
"""In fewer unlabelled sounds than this the tag itself may lie too often for them to speak against
it, where there are others to tell it from."""

_PRIOR = 10.0
"""As many examples as it takes for a tag's own threshold to count as much as `_CAREFUL` does."""
_CAREFUL = 0.7
_RECALL = 0.5
"""What recall counts beside precision: a wrong tag is worse than none."""
_LOWEST, _HIGHEST = 0.2, 0.9
_COOLEST, _HOTTEST = 0.2, 5.0
_FARTHEST = 10.0
"""No shift is larger than this, nor found less exactly than by so many halvings of the interval."""
_HALVINGS = 20
_FREE = 1e-3


@dataclass(frozen=True)
class Judged:
    """What cross-validation says of a head.

    Attributes:
        temperature: what logits are divided by, so that scores are chances.
        shift: what is added to them then; 0 in an exclusive set.
        thresholds: tag to the score from which it is given.
        metrics: see `learning.metrics.summary`; and ``background``, tag to the share of unlabelled
            sounds that would get it.
        untellable: tags that cannot be told from the others, or from the library.
    """

    temperature: float
    shift: float
    thresholds: dict[str, float]
    metrics: dict[str, Any]
    untellable: tuple[str, ...]


def judge(data: Dataset, answers: Answers) -> Judged:
    """Calibrate, choose thresholds and measure, from answers of heads that had not seen."""
    asked = ~np.isnan(answers.logits).any(axis=1)
    logits, targets, known = answers.logits[asked], data.targets[asked], data.known[asked]
    beside = answers.background[~np.isnan(answers.background).any(axis=1)]
    weight = Settings().background
    if data.exclusive:
        temperature, shift = _temperature(logits, targets), 0.0
    else:
        temperature, shift = _line(logits, targets, known, beside, weight)
    scores = probabilities(logits / temperature + shift, exclusive=data.exclusive)
    around = probabilities(beside / temperature + shift, exclusive=data.exclusive)
    thresholds = {
        label: _threshold(
            scores[known[:, column], column],
            targets[known[:, column], column] > 0,
            around[:, column],
            0.0 if data.exclusive else weight,
        )
        for column, label in enumerate(data.labels)
    }
    metrics = summary(scores, targets, known, data.labels, thresholds, exclusive=data.exclusive)
    metrics["background"] = {
        label: float((around[:, column] >= thresholds[label]).mean()) if len(around) else None
        for column, label in enumerate(data.labels)
    }
    untellable = tuple(
        label
        for column, label in enumerate(data.labels)
        if not _tells(
            logits[known[:, column], column],
            targets[known[:, column], column] > 0,
            beside[:, column] if not data.exclusive else beside[:0, column],
        )
    )
    return Judged(temperature, shift, thresholds, metrics, untellable)


def _temperature(logits: Array, targets: Array) -> float:
    """The temperature with the smallest cross entropy (Guo et al. 2017), of a fine grid."""

    def loss(temperature: float) -> float:
        scores = np.clip(probabilities(logits / temperature, exclusive=True), 1e-9, 1 - 1e-9)
        return float((-targets * np.log(scores)).sum())

    return float(min(np.geomspace(_COOLEST, _HOTTEST, 65), key=loss))


def _line(
    logits: Array, targets: Array, known: Array, beside: Array, weight: float
) -> tuple[float, float]:
    """Temperature and shift with the smallest cross entropy (Platt 1999), one for all tags.

    A head of few examples says "no" to most of what it was not shown, so a temperature alone would
    leave even the right sounds with low scores.
    """
    logits = np.concatenate([logits, beside]).reshape(-1, 1)
    targets = np.concatenate([targets, np.zeros(beside.shape)]).reshape(-1, 1)
    weights = np.concatenate([known, np.full(beside.shape, weight)]).reshape(-1, 1)
    slope = fit(logits, targets, weights, _FREE, exclusive=False)[0].item()
    temperature = 1.0 / float(np.clip(slope, 1.0 / _HOTTEST, 1.0 / _COOLEST))
    lower, upper = -_FARTHEST, _FARTHEST
    for _ in range(_HALVINGS):
        shift = (lower + upper) / 2.0
        given = probabilities(logits / temperature + shift, exclusive=False)
        if (weights * (given - targets)).sum() > 0.0:
            upper = shift
        else:
            lower = shift
    return temperature, shift


def _threshold(scores: Array, truth: Array, around: Array, weight: float) -> float:
    """Where F0.5 is highest, drawn towards `_CAREFUL` the fewer sounds it was found with.

    Unlabelled sounds count as wrong answers, with their weight.
    """
    if not truth.any():
        return _CAREFUL
    places = np.unique(np.clip(scores, _LOWEST, _HIGHEST))

    def worth(place: float) -> float:
        given = scores >= place
        hits = float((given & truth).sum())
        wrong = float((given & ~truth).sum()) + weight * float((around >= place).sum())
        missed = _RECALL**2 * float(truth.sum())
        return (1.0 + _RECALL**2) * hits / (hits + wrong + missed)

    best = max(places, key=worth)
    share = truth.sum() / (truth.sum() + _PRIOR)
    return float(share * best + (1.0 - share) * _CAREFUL)


def _tells(logits: Array, truth: Array, around: Array) -> bool:
    """Whether a tag is told apart from what is said not to be it, and from the library."""
    others = logits[~truth]
    sides = [others] if len(others) >= FEWEST else []
    if len(around) >= (_A_LIBRARY if sides else FEWEST):
        sides.append(around)
    for side in sides:
        both = np.concatenate([logits[truth], side])
        which = np.arange(len(both)) < truth.sum()
        auc = roc_auc(both, which)
        if auc - _error_of_auc(auc, int(truth.sum()), len(side)) < LEAST_TOLD_APART:
            return False
    return bool(sides)


def _error_of_auc(auc: float, yes: int, no: int) -> float:
    """Standard error of a ROC AUC (Hanley and McNeil 1982)."""
    one, other = auc / (2.0 - auc), 2.0 * auc * auc / (1.0 + auc)
    variance = auc * (1.0 - auc) + (yes - 1) * (one - auc**2) + (no - 1) * (other - auc**2)
    return float(np.sqrt(max(0.0, variance) / (yes * no)))
