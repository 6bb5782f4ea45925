"""The figures of one way to name the clips of packs left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.accuracy.corpus import LABELS
from benchmarks.accuracy.figures import interval
from benchmarks.accuracy.leaveout import Heard
from benchmarks.accuracy.naming import Outcome
from earmark_trainer.training import metrics


@dataclass(frozen=True)
class Row:
    """What came of one way to name the clips; shares are of all clips unless told otherwise.

    Attributes:
        name: of the way.
        recall: mean over the labels.
        low: lower end of its 95 % interval by bootstrap over packs.
        high: upper end.
        right: share of clips whose best label is right.
        calibration_error: expected, of the best label's score.
        tagged: share that gets a tag.
        precision: share of these tags that is right.
        unnoticed: share with a wrong tag that is not brought up for review.
    """

    name: str
    recall: float
    low: float
    high: float
    right: float
    calibration_error: float
    tagged: float
    precision: float
    unnoticed: float


def row(name: str, heard: Heard, outcome: Outcome, use: npt.NDArray[np.bool_] | None = None) -> Row:
    """The figures of an outcome, for all clips or some."""
    rows = np.arange(len(heard.labels)) if use is None else np.flatnonzero(use)
    best, labels, given = outcome.best[rows], heard.labels[rows], outcome.given[rows]
    right = best == labels

    def recall(some: npt.NDArray[np.int64]) -> float:
        return metrics.mean_recall(metrics.confusion(best[some], labels[some], len(LABELS)))

    low, high = interval(heard.packs[rows], recall)
    return Row(
        name,
        recall(np.arange(len(rows))),
        low,
        high,
        float(right.mean()),
        metrics.calibration_error(outcome.score[rows], right),
        float(given.mean()),
        float(right[given].mean()),
        float((given & ~right & ~outcome.disagreed[rows]).mean()),
    )
