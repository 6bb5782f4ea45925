"""How good a head is on sounds that it was not fitted to, said honestly: by cross-validation.

Near-copies are never on both sides. The unlabelled background is divided as well, so that a tag
that would be given to half of the library is found out before it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark_daemon.learning.dataset import Dataset
from earmark_daemon.learning.folds import FOLDS, folds_of
from earmark_daemon.learning.head import Settings, fit_head
from earmark_daemon.learning.metrics import average_precision, roc_auc, summary
from earmark_daemon.learning.solver import fit, probabilities

Array = npt.NDArray[Any]

CURVE = (2, 5, 10, 20, 40, 80)
"""Numbers of examples for each tag at which the learning curve is measured."""

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
class Answers:
    """What heads said of sounds that were kept from them.

    Attributes:
        logits: of the labelled sounds, ``[N, L]``.
        background: of the unlabelled ones, ``[B, L]``.
    """

    logits: Array
    background: Array


def answers_of_fold(data: Dataset, fold: int, settings: Settings | None = None) -> Answers:
    """What a head that never saw this fold says of it; NaN elsewhere."""
    return _answers(data, fold, settings, most=None)


def merged(parts: list[Answers]) -> Answers:
    """One set of answers from those of all folds."""
    first = parts[0]
    logits, background = first.logits.copy(), first.background.copy()
    for part in parts[1:]:
        logits = np.where(np.isnan(logits), part.logits, logits)
        background = np.where(np.isnan(background), part.background, background)
    return Answers(logits, background)


def curve_at(data: Dataset, examples: int, settings: Settings | None = None) -> dict[str, float]:
    """Average precision of each tag when this many sounds of it are learnt from, at most.

    Tags that have fewer to learn from than that in some fold are left out.
    """
    folds = folds_of(data)
    enough = [
        column
        for column in range(len(data.labels))
        if all(data.targets[folds != fold, column].sum() >= examples for fold in np.unique(folds))
    ]
    if not enough:
        return {}
    parts = [_answers(data, fold, settings, most=examples) for fold in range(FOLDS)]
    logits = merged(parts).logits
    found = {}
    for column in enough:
        use = data.known[:, column] & ~np.isnan(logits[:, column])
        found[data.labels[column]] = average_precision(
            logits[use, column], data.targets[use, column] > 0
        )
    return {label: value for label, value in found.items() if not np.isnan(value)}


def _answers(data: Dataset, fold: int, settings: Settings | None, most: int | None) -> Answers:
    tested = folds_of(data) == fold
    apart = np.arange(len(data.background)) % FOLDS == fold
    learnt = data.rows(~tested).beside(~apart)
    if most is not None:
        learnt = learnt.rows(_drawn(learnt, most))
    logits = np.full(data.targets.shape, np.nan)
    background = np.full((len(data.background), len(data.labels)), np.nan)
    if len(learnt.contents):
        head = fit_head(learnt, settings)
        judged = data.rows(tested).beside(apart)
        logits[tested] = head.logits(judged.embeddings, judged.fellows)
        background[apart] = head.logits(judged.background, judged.background_fellows)
    return Answers(logits, background)


def _drawn(data: Dataset, most: int) -> Array:
    """Numbers of sounds such that no tag has more than ``most``, drawn with a fixed seed."""
    order = np.random.default_rng(0).permutation(len(data.contents))
    drawn = [order[data.targets[order, column] > 0][:most] for column in range(len(data.labels))]
    no = order[~data.targets[order].any(axis=1)][:most]
    return np.unique(np.concatenate([*drawn, no]))


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


def judge(data: Dataset, answers: Answers, settings: Settings | None = None) -> Judged:
    """Calibrate, choose thresholds and measure, from answers of heads that had not seen."""
    asked = ~np.isnan(answers.logits).any(axis=1)
    logits, targets, known = answers.logits[asked], data.targets[asked], data.known[asked]
    beside = answers.background[~np.isnan(answers.background).any(axis=1)]
    weight = (settings or Settings()).background
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
