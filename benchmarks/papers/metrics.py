"""What the papers measure, where a label is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from earmark_trainer.training.metrics import pr_auc, roc_auc

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

_SMALLEST = 1e-7


@dataclass(frozen=True)
class Pooled:
    """All tags of all clips counted together."""

    recall: float
    accuracy: float
    precision: float
    loss: float


@dataclass(frozen=True)
class TagScore:
    """One tag at a threshold of one half."""

    tag: str
    clips: int
    accuracy: float
    true_positive_rate: float
    roc_auc: float


def accuracy(scores: Floats, targets: Floats) -> float:
    """Share of clips whose best label is the right one."""
    return float((scores.argmax(axis=1) == targets.argmax(axis=1)).mean())


def mean_roc_auc(scores: Floats, targets: Floats, known: Bools) -> float:
    """Mean over the tags of the area under the ROC curve."""
    return _mean(roc_auc(*pair) for pair in _by_tag(scores, targets, known))


def mean_pr_auc(scores: Floats, targets: Floats, known: Bools) -> float:
    """Mean over the tags of the area under precision and recall."""
    return _mean(pr_auc(*pair) for pair in _by_tag(scores, targets, known))


def root_mse(scores: Floats, targets: Floats, known: Bools) -> float:
    """Root of the mean squared error over all known cells; NaN if there is none."""
    if not known.any():
        return float("nan")
    return float(np.sqrt(np.mean(np.square(scores - targets)[known])))


def pooled(scores: Floats, targets: Floats, known: Bools, threshold: float = 0.5) -> Pooled:
    """Recall, accuracy, precision and binary cross entropy over all known cells."""
    given, truth = scores[known] >= threshold, targets[known] >= 0.5
    hits = float((given & truth).sum())
    sure = np.clip(scores[known].astype(np.float64), _SMALLEST, 1.0 - _SMALLEST)
    loss = -np.where(truth, np.log(sure), np.log1p(-sure)).mean()
    return Pooled(
        recall=hits / max(1, int(truth.sum())),
        accuracy=float((given == truth).mean()),
        precision=hits / max(1, int(given.sum())),
        loss=float(loss),
    )


def by_tag(
    scores: Floats, targets: Floats, known: Bools, labels: tuple[str, ...]
) -> list[TagScore]:
    """Each tag on its own, most frequent first."""
    rows = []
    for label, (own, truth) in zip(labels, _by_tag(scores, targets, known), strict=True):
        given = own >= 0.5
        rows.append(
            TagScore(
                tag=label,
                clips=int(truth.sum()),
                accuracy=float((given == truth).mean()) if len(truth) else float("nan"),
                true_positive_rate=float(given[truth].mean()) if truth.any() else float("nan"),
                roc_auc=roc_auc(own, truth) if len(truth) else float("nan"),
            )
        )
    return sorted(rows, key=lambda row: -row.clips)


def _by_tag(scores: Floats, targets: Floats, known: Bools) -> list[tuple[Floats, Bools]]:
    return [
        (scores[use, tag], targets[use, tag] >= 0.5) for tag, use in enumerate(np.asarray(known).T)
    ]


def _mean(values: Iterable[float]) -> float:
    numbers = np.array(list(values), dtype=np.float64)
    there = numbers[~np.isnan(numbers)]
    return float(there.mean()) if len(there) else float("nan")
