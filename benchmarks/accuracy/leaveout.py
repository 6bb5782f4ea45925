"""Hears packs by nets that never heard them: the only figures that tell the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
import numpy.typing as npt

from benchmarks.accuracy.folds import FOLDS, fold_of
from benchmarks.accuracy.nets import net_without
from benchmarks.accuracy.pictures import DROPPED, Pictures, pictures
from benchmarks.accuracy.recipes import Recipe
from benchmarks.accuracy.summary_head import logits_of
from earmark_daemon.hearing.frontend import FrontendSpec


@dataclass(frozen=True)
class Heard:
    """What nets said of clips of packs that they had never heard.

    Attributes:
        logits: float32 ``[N, L]``, uncalibrated.
        labels: int64 ``[N]``, numbers in `corpus.LABELS`.
        packs: ``[N]`` names.
        folds: int64 ``[N]``, which fold's net answered.
    """

    logits: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]
    packs: npt.NDArray[np.str_]
    folds: npt.NDArray[np.int64]


def left_out(recipe: Recipe, folds: tuple[int, ...], processes: int = 2) -> Heard:
    """Train once for each fold, in parallel, and hear the packs that were left out."""
    found = pictures(FrontendSpec())
    jobs = [(recipe, FOLDS[fold]) for fold in folds]
    with get_context("spawn").Pool(min(processes, len(folds))) as pool:
        nets = pool.starmap(net_without, jobs, chunksize=1)
    logits = [
        logits_of(net, found.clips[judged(found, fold)])
        for fold, net in zip(folds, nets, strict=True)
    ]
    return heard_of(found, folds, logits)


def heard_of(
    found: Pictures, folds: Sequence[int], logits: Sequence[npt.NDArray[np.float32]]
) -> Heard:
    """What each fold's net said of the fold's own clips, put together."""
    places = np.concatenate([judged(found, fold) for fold in folds])
    use = found.labels[places] != DROPPED
    places = places[use]
    packs = found.packs[places]
    number = np.array([fold_of(str(pack)) for pack in packs])
    return Heard(np.concatenate(logits)[use], found.labels[places], packs, number)


def judged(found: Pictures, fold: int) -> npt.NDArray[np.int64]:
    """Places of the fold's clips, as they came."""
    return np.flatnonzero(np.isin(found.packs, FOLDS[fold]) & ~found.copies)
