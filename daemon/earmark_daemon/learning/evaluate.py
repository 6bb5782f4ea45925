"""What heads say of sounds that they were not fitted to: cross-validation, and the learning curve.

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
from earmark_daemon.learning.head import fit_head
from earmark_daemon.learning.metrics import average_precision

Array = npt.NDArray[Any]

CURVE = (2, 5, 10, 20, 40, 80)
"""Numbers of examples for each tag at which the learning curve is measured."""


@dataclass(frozen=True)
class Answers:
    """What heads said of sounds that were kept from them.

    Attributes:
        logits: of the labelled sounds, ``[N, L]``.
        background: of the unlabelled ones, ``[B, L]``.
    """

    logits: Array
    background: Array


def answers_of_fold(data: Dataset, fold: int, most: int | None = None) -> Answers:
    """What a head that never saw this fold says of it; NaN elsewhere.

    Args:
        data: all sounds.
        fold: number of the one that is kept from the head.
        most: so many sounds of each tag at most are learnt from; None for all.
    """
    tested = folds_of(data) == fold
    apart = np.arange(len(data.background)) % FOLDS == fold
    learnt = data.rows(~tested).beside(~apart)
    if most is not None:
        learnt = learnt.rows(_drawn(learnt, most))
    logits = np.full(data.targets.shape, np.nan)
    background = np.full((len(data.background), len(data.labels)), np.nan)
    if len(learnt.contents):
        head = fit_head(learnt)
        judged = data.rows(tested).beside(apart)
        logits[tested] = head.logits(judged.embeddings, judged.fellows)
        background[apart] = head.logits(judged.background, judged.background_fellows)
    return Answers(logits, background)


def merged(parts: list[Answers]) -> Answers:
    """One set of answers from those of all folds."""
    first = parts[0]
    logits, background = first.logits.copy(), first.background.copy()
    for part in parts[1:]:
        logits = np.where(np.isnan(logits), part.logits, logits)
        background = np.where(np.isnan(background), part.background, background)
    return Answers(logits, background)


def curve_at(data: Dataset, examples: int) -> dict[str, float]:
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
    parts = [answers_of_fold(data, fold, most=examples) for fold in range(FOLDS)]
    logits = merged(parts).logits
    found = {}
    for column in enough:
        use = data.known[:, column] & ~np.isnan(logits[:, column])
        found[data.labels[column]] = average_precision(
            logits[use, column], data.targets[use, column] > 0
        )
    return {label: value for label, value in found.items() if not np.isnan(value)}


def _drawn(data: Dataset, most: int) -> Array:
    """Numbers of sounds such that no tag has more than ``most``, drawn with a fixed seed."""
    order = np.random.default_rng(0).permutation(len(data.contents))
    drawn = [order[data.targets[order, column] > 0][:most] for column in range(len(data.labels))]
    no = order[~data.targets[order].any(axis=1)][:most]
    return np.unique(np.concatenate([*drawn, no]))
