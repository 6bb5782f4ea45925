"""Fits the rule that pools names with sound: `earmark_daemon.tagging.evidence.Pooling`.

The labels of the collection come from names, so names are right in it more often than in the
wild. To make up for that, the fit is shown every clip a second time under a stranger's name, with
the weight `WRONG_NAMES`: the share of names in the wild that are taken to be wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from benchmarks.accuracy.corpus import LABELS
from earmark_daemon.tagging.evidence import Pooling, combine
from earmark_daemon.tagging.lexicon import Grade
from earmark_daemon.tagging.names import Evidence, Place
from earmark_trainer.training.calibrate import thresholds_of

Array = npt.NDArray[np.float64]

WRONG_NAMES = 0.05

LEAST_THRESHOLD = 0.5
"""A tag that a name has a part in is more likely right than not."""

_RANKS: tuple[tuple[Place, Grade], ...] = (
    *((place, grade) for place in (Place.NAME, Place.FOLDER, Place.FARTHER) for grade in Grade),
    (Place.NOTE, Grade.HINT),
)
_PENALTY = 1e-4
_FIRST_FLOOR = 0.02


def fit(
    scores: Array,
    names: Sequence[Evidence],
    labels: npt.NDArray[np.int64],
    weights: Array,
    precision: float,
) -> Pooling:
    """The rule with the smallest cross entropy.

    Args:
        scores: calibrated scores ``[N, L]`` of nets that never heard these packs.
        names: the clues of each clip.
        labels: ``[N]``, numbers in `LABELS`.
        weights: ``[N]``, what each clip counts.
        precision: how often a tag that is given is to be right.
    """
    strangers = np.random.default_rng(0).permutation(len(names))
    told = np.array([bool(clues) for clues in names])
    own = _Sample(scores, _table(names), labels, weights * told * (1.0 - WRONG_NAMES))
    wrong = _Sample(
        scores,
        _table([names[stranger] for stranger in strangers]),
        labels,
        weights * told[strangers] * WRONG_NAMES,
    )
    first = np.array([1.0, _FIRST_FLOOR, 0.5, 1.5, 1.5, 1.0, 1.0, 0.5])
    bounds = [(0.05, 2.0), (1e-4, 0.5), *([(0.0, 10.0)] * 3), *([(0.0, 2.0)] * 2), (0.0, 10.0)]
    found = minimize(_loss, first, ((own, wrong),), "L-BFGS-B", jac=True, bounds=bounds)
    values = _values(found.x)
    rule = Pooling(
        power=round(float(found.x[0]), 4),
        floor=round(float(found.x[1]), 5),
        weights={rank: round(float(value), 4) for rank, value in zip(_RANKS, values, strict=True)},
        thresholds={},
    )
    return replace(rule, thresholds=_thresholds(rule, scores, names, labels, precision))


def _thresholds(
    rule: Pooling,
    scores: Array,
    names: Sequence[Evidence],
    labels: npt.NDArray[np.int64],
    precision: float,
) -> dict[str, float]:
    """Thresholds for pooled scores, over the clips that have clues."""
    use = [row for row, clues in enumerate(names) if clues]
    pooled = np.array(
        [
            list(
                combine(dict(zip(LABELS, scores[i].tolist(), strict=True)), names[i], rule).values()
            )
            for i in use
        ]
    )
    targets = np.eye(len(LABELS))[labels[use]]
    known = np.ones_like(targets)
    found = thresholds_of(pooled, targets, known, LABELS, precision, exclusive=True)
    return {label: round(max(LEAST_THRESHOLD, value), 4) for label, value in found.items()}


def balanced(packs: npt.NDArray[np.str_], labels: npt.NDArray[np.int64]) -> Array:
    """Weights by which many clips of one pack and label count as the root of their number."""
    pairs = list(zip(packs.tolist(), labels.tolist(), strict=True))
    counts: Mapping[tuple[str, int], int] = Counter(pairs)
    weights = np.array([counts[pair] ** -0.5 for pair in pairs])
    return np.asarray(weights / weights.sum())


class _Sample:
    """Clips with scores ``[N, L]``, clue counts ``[N, L, ranks]``, labels and weights ``[N]``."""

    def __init__(
        self, scores: Array, table: Array, labels: npt.NDArray[np.int64], weights: Array
    ) -> None:
        use = weights > 0
        self.scores, self.table = scores[use], table[use]
        self.labels, self.weights = labels[use], weights[use]


def _table(names: Sequence[Evidence]) -> Array:
    table = np.zeros((len(names), len(LABELS), len(_RANKS)))
    for row, clues in enumerate(names):
        for clue in clues:
            table[row, LABELS.index(clue.label), _RANKS.index((clue.place, clue.grade))] += 1.0
    return table


def _values(parameters: Array) -> Array:
    """The weight of each rank: that of its grade, by the factor of its place.

    Grades are built from steps, so that a plainer word never weighs less, and places share them:
    there are too few packs to learn what a likely word in a farther folder is worth by itself.
    """
    graded, factors, note = _parts(parameters)
    return np.concatenate([np.outer(factors, graded).ravel(), note])


def _parts(parameters: Array) -> tuple[Array, Array, Array]:
    """Weights of the grades, factors of the places, and the weight of a note."""
    return parameters[2:5].cumsum(), np.concatenate([[1.0], parameters[5:7]]), parameters[7:]


def _loss(parameters: Array, samples: Sequence[_Sample]) -> tuple[float, Array]:
    """Cross entropy with a small penalty, and its gradient."""
    power, floor = parameters[:2]
    loss = _PENALTY * float(np.square(parameters).sum())
    slope = 2.0 * _PENALTY * parameters
    for sample in samples:
        heard = (1.0 - floor) * sample.scores + floor / len(LABELS)
        logs = power * np.log(heard) + sample.table @ _values(parameters)
        logs -= logs.max(axis=1, keepdims=True)
        weighed = np.exp(logs)
        total = weighed.sum(axis=1)
        rows = np.arange(len(logs))
        loss += float(sample.weights @ (np.log(total) - logs[rows, sample.labels]))
        error = weighed / total[:, None]
        error[rows, sample.labels] -= 1.0
        error *= sample.weights[:, None]
        slope[0] += float((error * np.log(heard)).sum())
        slope[1] += float((error * power * (1.0 / len(LABELS) - sample.scores) / heard).sum())
        slope[2:] += _slopes(parameters, np.einsum("nl,nlr->r", error, sample.table))
    return loss, slope


def _slopes(parameters: Array, by_rank: Array) -> Array:
    """Slopes by the parameters, from slopes by the weights of the ranks: `_values` in reverse."""
    graded, factors, _ = _parts(parameters)
    table = by_rank[:-1].reshape(len(factors), len(graded))
    by_grade = factors @ table
    steps = by_grade[::-1].cumsum()[::-1]
    return np.concatenate([steps, (table @ graded)[1:], by_rank[-1:]])
