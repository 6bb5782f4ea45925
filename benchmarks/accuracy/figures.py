"""The figures of an evaluation on packs left out, computed so that they cannot flatter.

The temperature that a fold is judged by comes from the other folds alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.accuracy.corpus import LABELS
from benchmarks.accuracy.leaveout import Heard
from earmark_trainer.training import calibrate, metrics

Array = npt.NDArray[Any]
RESAMPLES = 1000
COVERAGE_AT = (0.8, 0.9, 0.95)
THRESHOLD = 0.3
"""The calibrated score from which on the built-in model gives a tag. One for all labels: those that
were chosen for each label on some packs did worse on other packs (`LOG.md`)."""
THRESHOLDS = (0.2, THRESHOLD, 0.4, 0.5, 0.6, 0.7, 0.8)
FEWEST_OF_PACK = 3


def calibrated(heard: Heard) -> npt.NDArray[np.float64]:
    """Probabilities ``[N, L]``, each fold's with the temperature of the other folds."""
    scores = np.zeros(heard.logits.shape)
    for fold in np.unique(heard.folds):
        own = heard.folds == fold
        others = ~own if (~own).any() else own
        temperature = temperature_of(heard, others)
        scores[own] = calibrate.scores_of(heard.logits[own], temperature, exclusive=True)
    return scores


def temperature_of(heard: Heard, use: npt.NDArray[np.bool_]) -> float:
    """The temperature that suits these clips."""
    targets = _targets(heard)[use]
    return calibrate.temperature_of(
        heard.logits[use], targets, np.ones_like(targets), exclusive=True
    )


def _targets(heard: Heard) -> npt.NDArray[np.float64]:
    return np.asarray(np.eye(len(LABELS))[heard.labels])


def figures(heard: Heard) -> dict[str, Any]:
    """All figures as plain data."""
    scores = calibrated(heard)
    best = scores.argmax(axis=1)
    right = best == heard.labels
    known = np.ones_like(scores, dtype=bool)
    report = metrics.summary(scores, _targets(heard), known, LABELS, exclusive=True)
    report["accuracy"] = float(right.mean())
    report["mean_recall_interval"] = interval(heard.packs, lambda i: _recall(heard, best, i))
    report["mean_recall_pack_by_pack"] = _pack_by_pack(heard, right)
    report["coverage"] = {
        str(p): coverage_at_precision(scores.max(axis=1), right, p) for p in COVERAGE_AT
    }
    report["thresholds"] = [_tagged_from(heard, scores, lowest) for lowest in THRESHOLDS]
    report["packs"] = {
        str(pack): {
            "clips": int((heard.packs == pack).sum()),
            "accuracy": float(right[heard.packs == pack].mean()),
        }
        for pack in np.unique(heard.packs)
    }
    return report


def coverage_at_precision(confidence: Array, right: Array, precision: float) -> float:
    """Largest share of clips that can be answered, surest first, at this precision."""
    order = np.argsort(-confidence, kind="stable")
    good = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    reached = np.flatnonzero(good >= precision)
    return float((reached[-1] + 1) / len(order)) if len(reached) else 0.0


def _recall(heard: Heard, best: Array, index: Array) -> float:
    table = metrics.confusion(best[index], heard.labels[index], len(LABELS))
    return metrics.mean_recall(table)


def interval(packs: npt.NDArray[np.str_], figure: Callable[[Array], float]) -> list[float]:
    """A 95 % interval by bootstrap over packs."""
    random = np.random.default_rng(0)
    names = np.unique(packs)
    places = {name: np.flatnonzero(packs == name) for name in names}
    values = [
        figure(np.concatenate([places[name] for name in random.choice(names, len(names))]))
        for _ in range(RESAMPLES)
    ]
    return [float(value) for value in np.percentile(values, (2.5, 97.5))]


def _pack_by_pack(heard: Heard, right: Array) -> float:
    """Mean over labels of the mean recall over packs, so that big packs count no more."""
    means = []
    for number in range(len(LABELS)):
        own = heard.labels == number
        recalls = [
            right[own & (heard.packs == pack)].mean()
            for pack in np.unique(heard.packs[own])
            if (own & (heard.packs == pack)).sum() >= FEWEST_OF_PACK
        ]
        if recalls:
            means.append(np.mean(recalls))
    return float(np.mean(means))


def _tagged_from(heard: Heard, scores: Array, lowest: float) -> dict[str, float]:
    """How many clips get a tag from this score on, and how many of those tags are right."""
    given = scores.max(axis=1) >= lowest
    right = scores.argmax(axis=1) == heard.labels
    recalls = [(given & right)[heard.labels == number].mean() for number in range(len(LABELS))]
    return {
        "from": lowest,
        "tagged": float(given.mean()),
        "right": float(right[given].mean()) if given.any() else 0.0,
        "mean_recall": float(np.mean(recalls)),
    }
