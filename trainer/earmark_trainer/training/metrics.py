"""How good scores are, in plain numpy: per label and as a whole.

Definitions as in scikit-learn, which the tests compare with.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def _positive_order(scores: Array, truth: Array) -> tuple[Array, Array, Array]:
    """True and false positives and the thresholds, at every distinct score, falling."""
    order = np.argsort(-scores, kind="stable")
    scores, truth = scores[order], truth[order].astype(np.float64)
    ends = np.append(np.flatnonzero(np.diff(scores)), len(scores) - 1)
    hits = np.cumsum(truth)[ends]
    return hits, ends + 1 - hits, scores[ends]


def roc_auc(scores: Array, truth: Array) -> float:
    """Area under the ROC curve; NaN if one of the two classes is missing."""
    if truth.all() or not truth.any():
        return float("nan")
    hits, false, _ = _positive_order(scores, truth)
    tpr = np.concatenate(([0.0], hits / hits[-1]))
    fpr = np.concatenate(([0.0], false / false[-1]))
    return float(np.trapezoid(tpr, fpr))


def pr_auc(scores: Array, truth: Array) -> float:
    """Average precision: the sum of precision times gain in recall; NaN without positives."""
    if not truth.any():
        return float("nan")
    hits, false, _ = _positive_order(scores, truth)
    recall = np.concatenate(([0.0], hits / hits[-1]))
    return float(np.sum(np.diff(recall) * hits / (hits + false)))


def precision_recall_f1(predicted: Array, truth: Array) -> tuple[float, float, float]:
    """Of one label's yes-or-no answers; 0 where nothing was predicted or true."""
    hits = float(np.sum(predicted & truth))
    precision = hits / max(1.0, float(predicted.sum()))
    recall = hits / max(1.0, float(truth.sum()))
    return precision, recall, 2.0 * precision * recall / max(1e-12, precision + recall)


def confusion(predicted: Array, truth: Array, count: int) -> npt.NDArray[np.int64]:
    """Rows are true labels, columns predicted ones, ``[count, count]``; from label numbers."""
    table = np.zeros((count, count), dtype=np.int64)
    np.add.at(table, (truth, predicted), 1)
    return table


def calibration_error(confidence: Array, right: Array, bins: int = 15) -> float:
    """Expected calibration error over equally wide bins (Guo et al. 2017)."""
    place = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    error = 0.0
    for one in np.unique(place):
        own = place == one
        error += own.mean() * abs(float(confidence[own].mean()) - float(right[own].mean()))
    return float(error)


def mean_recall(table: npt.NDArray[np.int64]) -> float:
    """Mean over the labels that occur of the share found, from a confusion table."""
    totals = table.sum(axis=1)
    present = totals > 0
    return float((np.diag(table)[present] / totals[present]).mean()) if present.any() else 0.0


def summary(
    scores: Array, targets: Array, known: Array, labels: tuple[str, ...], *, exclusive: bool
) -> dict[str, Any]:
    """All of it as plain data, from scores ``[N, L]`` and targets ``[N, L]``.

    An exclusive set is judged by its best label, an independent one at one half.
    """
    truth = targets >= 0.5
    best = scores.argmax(axis=1)
    predicted = np.eye(len(labels), dtype=bool)[best] if exclusive else scores >= 0.5
    by_label: dict[str, Any] = {}
    for column, label in enumerate(labels):
        use = known[:, column]
        own_truth, own_scores = truth[use, column], scores[use, column]
        precision, recall, f1 = precision_recall_f1(predicted[use, column], own_truth)
        by_label[label] = {
            "clips": int(own_truth.sum()),
            "precision": precision,
            "recall": recall,
            "f1": f1,
            "roc_auc": roc_auc(own_scores, own_truth) if use.any() else float("nan"),
            "pr_auc": pr_auc(own_scores, own_truth) if use.any() else float("nan"),
        }
    whole: dict[str, Any] = {"labels": by_label}
    for name in ("roc_auc", "pr_auc"):
        values = [entry[name] for entry in by_label.values() if not np.isnan(entry[name])]
        whole[name] = float(np.mean(values)) if values else float("nan")
    if exclusive:
        table = confusion(best, targets.argmax(axis=1), len(labels))
        right = best == targets.argmax(axis=1)
        whole["mean_recall"] = mean_recall(table)
        whole["confusion"] = table.tolist()
        whole["calibration_error"] = calibration_error(scores.max(axis=1), right)
    else:
        sure = np.maximum(scores, 1.0 - scores)[known]
        right = (predicted == truth)[known]
        whole["calibration_error"] = calibration_error(sure, right) if known.any() else 0.0
    return whole
