"""How good scores are, in plain numpy; the keys are those of the trainer's `metrics.json`.

Definitions as in scikit-learn, which the tests compare with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
_BINS = 15


def roc_auc(scores: Array, truth: Array) -> float:
    """The chance that a sound with the tag scores above one without; NaN without either."""
    yes, no = scores[truth], scores[~truth]
    if not len(yes) or not len(no):
        return float("nan")
    ordered = np.sort(no)
    below = np.searchsorted(ordered, yes, "left") + np.searchsorted(ordered, yes, "right")
    return float(below.mean() / (2.0 * len(no)))


def average_precision(scores: Array, truth: Array) -> float:
    """The sum of precision times gain in recall; NaN where no sound has the tag."""
    if not truth.any():
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    hits = np.cumsum(truth[order])[ends]
    gains = np.diff(np.append(0, hits)) / truth.sum()
    return float(np.sum(gains * hits / (ends + 1)))


def precision_recall_f1(given: Array, truth: Array) -> tuple[float, float, float]:
    """Of yes-or-no answers; 0 where nothing was given or true."""
    hits = float(np.sum(given & truth))
    precision = hits / max(1.0, float(given.sum()))
    recall = hits / max(1.0, float(truth.sum()))
    return precision, recall, 2.0 * precision * recall / max(1e-12, precision + recall)


def calibration_error(confidence: Array, right: Array) -> float:
    """Expected calibration error over equally wide bins (Guo et al. 2017)."""
    place = np.minimum((confidence * _BINS).astype(np.int64), _BINS - 1)
    error = 0.0
    for number in np.unique(place):
        own = place == number
        error += own.mean() * abs(float(confidence[own].mean()) - float(right[own].mean()))
    return float(error)


def summary(
    scores: Array,
    targets: Array,
    known: Array,
    labels: tuple[str, ...],
    thresholds: Mapping[str, float],
    *,
    exclusive: bool,
) -> dict[str, Any]:
    """All of it as plain data; NaN becomes None.

    Args:
        scores: calibrated, ``[N, L]``.
        targets: ``[N, L]``.
        known: which of them are to be judged, bool ``[N, L]``.
        labels: the tags.
        thresholds: from which score on each is given.
        exclusive: whether only the best label of a row is given.

    Returns:
        ``labels``, for each its numbers; means over them; ``calibration_error``; and
        ``confusion``, a row for each true label: how many of its sounds were heard as which.
    """
    truth = targets >= 0.5
    given = scores >= np.array([thresholds[label] for label in labels])
    best = scores.argmax(axis=1)
    if exclusive:
        given &= np.eye(len(labels), dtype=bool)[best]
    by_label = {
        label: _of_label(scores[use, column], given[use, column], truth[use, column])
        for column, label in enumerate(labels)
        for use in (known[:, column],)
    }
    whole: dict[str, Any] = {"labels": by_label}
    for name in ("roc_auc", "pr_auc", "f1"):
        values = [entry[name] for entry in by_label.values() if entry[name] is not None]
        whole[name] = float(np.mean(values)) if values else None
    if exclusive:
        right = truth[np.arange(len(truth)), best]
        table = np.zeros((len(labels), len(labels)), dtype=np.int64)
        np.add.at(table, (truth.argmax(axis=1), best), 1)
        whole["confusion"] = table.tolist()
        whole["mean_recall"] = float(np.mean(np.diag(table) / np.maximum(1, table.sum(axis=1))))
        whole["calibration_error"] = calibration_error(scores.max(axis=1), right)
    else:
        whole["confusion"] = _mistaken(given & known, truth & known)
        sure, right = np.maximum(scores, 1.0 - scores)[known], ((scores >= 0.5) == truth)[known]
        whole["calibration_error"] = calibration_error(sure, right) if len(sure) else 0.0
    return whole


def _mistaken(given: Array, truth: Array) -> list[list[int]]:
    """Of the sounds with a tag how many were given it, and how many wrongly each other one."""
    wrong = (given & ~truth).astype(np.int64)
    table = truth.astype(np.int64).T @ wrong
    np.fill_diagonal(table, (given & truth).sum(axis=0))
    rows: list[list[int]] = table.tolist()
    return rows


def _of_label(scores: Array, given: Array, truth: Array) -> dict[str, Any]:
    precision, recall, f1 = precision_recall_f1(given, truth)
    auc, average = roc_auc(scores, truth), average_precision(scores, truth)
    return {
        "clips": int(truth.sum()),
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "roc_auc": None if np.isnan(auc) else auc,
        "pr_auc": None if np.isnan(average) else average,
    }
