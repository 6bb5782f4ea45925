"""Trains with whole packs left out and hears those packs: the only figures that tell the truth.

Each fold's answers are kept in the cache, so that a run that was stopped goes on where it was.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from benchmarks.accuracy.folds import FOLDS, fold_of
from benchmarks.accuracy.pictures import CACHE, DROPPED, Pictures, pictures, place_of
from benchmarks.accuracy.recipes import Recipe, dataset
from benchmarks.accuracy.soup import mean_of
from benchmarks.accuracy.summary_head import logits_of, read_off_summaries
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_trainer.architectures.compact import compact
from earmark_trainer.export import export, restored
from earmark_trainer.training.loop import train
from earmark_trainer.training.predicting import predict
from earmark_trainer.training.run import Build
from earmark_trainer.training.types import Progress, TrainedModel

START_FOLD = 3
"""The fold whose net the built-in model is trained from."""


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
    jobs = [(recipe, fold) for fold in folds]
    with get_context("spawn").Pool(min(processes, len(folds))) as pool:
        logits = pool.starmap(_fold, jobs, chunksize=1)
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


def net_without(recipe: Recipe, fold: int) -> Path:
    """The model file of the net that never heard a fold's packs; trained if it is not there."""
    _fold(recipe, fold)
    return place_of_fold(recipe, fold, "onnx")


def train_on_everything(recipe: Recipe, threads: int) -> TrainedModel:
    """Train a fold's net further, now on all packs: half the work is done already."""
    start = net_without(recipe.unfinished, START_FOLD)
    longer = replace(recipe.unfinished, config=recipe.last or recipe.config)
    model = train_without(longer, frozenset(), threads, "all packs", start)
    if not recipe.finishes:
        return model
    unfinished = CACHE / "all-packs.onnx"
    export(model, compact, unfinished, "all packs")
    return _finished(recipe, frozenset(), threads, "all packs", unfinished)


def _finished(
    recipe: Recipe, packs: frozenset[str], threads: int, told: str, start: Path
) -> TrainedModel:
    """The mean of what the recipe's finishes make of one net."""
    ends = []
    for number, config in enumerate(recipe.finishes, 1):
        finish = replace(recipe.unfinished, config=config)
        ends.append(train_without(finish, packs, threads, f"{told}, finish {number}", start))
    return mean_of(ends)


def train_without(
    recipe: Recipe,
    packs: frozenset[str],
    threads: int,
    told: str,
    start: Path | None = None,
    build: Build = compact,
) -> TrainedModel:
    """One training of a net without some packs, telling progress on standard error.

    Args:
        recipe: what is learnt from, and how; its finishes are left aside.
        packs: left out.
        threads: that it may use.
        told: what it is called while it goes on.
        start: the model file of the net that it goes on from.
        build: makes the network.
    """
    torch.set_num_threads(threads)
    data = dataset(pictures(FrontendSpec()), recipe, packs)

    def tell(progress: Progress) -> None:
        print(
            f"{told}: epoch {progress.epoch} of {progress.epochs}, loss {progress.loss:.3f}, "
            f"{progress.seconds_left:.0f} s left",
            file=sys.stderr,
            flush=True,
        )

    return train(data, recipe.config, build, tell, _checkpoint(recipe, packs), start)


def _checkpoint(recipe: Recipe, packs: frozenset[str]) -> Path:
    """Where a training is kept, so that it goes on, or need not be done again."""
    pictures_used = place_of(FrontendSpec()).name
    name = hashlib.sha256(f"{recipe}{sorted(packs)}{pictures_used}".encode()).hexdigest()[:16]
    return CACHE / f"checkpoint-{name}.pt"


def net_without_packs(recipe: Recipe, packs: frozenset[str]) -> Path:
    """The model file of a net that never heard these packs; trained if it is not there."""
    decisive = f"{replace(recipe, last=None)}{sorted(packs)}{place_of(FrontendSpec()).name}"
    place = CACHE / f"without-{hashlib.sha256(decisive.encode()).hexdigest()[:16]}.onnx"
    if not place.exists() and recipe.summary_head:
        _with_summary_head(recipe, packs, net_without_packs(recipe.headless, packs), place)
    if not place.exists():
        start = net_without_packs(recipe.unfinished, packs) if recipe.finishes else None
        told = f"without {len(packs)} packs"
        export(_whole(recipe, packs, told, start), compact, place, told)
        _forget(recipe, packs)
    return place


def _whole(recipe: Recipe, packs: frozenset[str], told: str, start: Path | None) -> TrainedModel:
    """What the whole recipe makes without some packs; ``start`` is the net to be finished."""
    if start is None:
        return train_without(recipe, packs, 1, told)
    return _finished(recipe, packs, 1, told, start)


def _forget(recipe: Recipe, packs: frozenset[str]) -> None:
    """Remove the checkpoints of trainings whose net is kept."""
    for config in recipe.finishes or (recipe.config,):
        _checkpoint(replace(recipe.unfinished, config=config), packs).unlink()


def _fold(recipe: Recipe, fold: int) -> npt.NDArray[np.float32]:
    place = place_of_fold(recipe, fold, "npy")
    if place.exists():
        return np.asarray(np.load(place), dtype=np.float32)
    packs, told = frozenset(FOLDS[fold]), f"fold {fold}"
    found = pictures(FrontendSpec())
    if recipe.summary_head:
        net = place_of_fold(recipe, fold, "onnx")
        _with_summary_head(recipe, packs, net_without(recipe.headless, fold), net)
        logits = logits_of(net, found.clips[judged(found, fold)])
        np.save(place, logits)
        return logits
    start = net_without(recipe.unfinished, fold) if recipe.finishes else None
    model = _whole(recipe, packs, told, start)
    export(model, compact, place_of_fold(recipe, fold, "onnx"), told)
    logits = predict(restored(model, compact), found.clips[judged(found, fold)], recipe.config)
    np.save(place, logits)
    _forget(recipe, packs)
    return logits


def _with_summary_head(recipe: Recipe, packs: frozenset[str], net: Path, place: Path) -> None:
    """Write the net to ``place``, its head fitted to what the recipe learns from."""
    data = dataset(pictures(FrontendSpec()), recipe, packs)
    read_off_summaries(net, place, data, recipe.config)


def place_of_fold(recipe: Recipe, fold: int, kind: str) -> Path:
    """Where a fold's answers (``npy``) or its net (``onnx``) are kept."""
    decisive = f"{replace(recipe, last=None)}{FOLDS}{place_of(FrontendSpec()).name}"
    return CACHE / f"fold-{hashlib.sha256(decisive.encode()).hexdigest()[:16]}-{fold}.{kind}"


def judged(found: Pictures, fold: int) -> npt.NDArray[np.int64]:
    """Places of the fold's clips, as they came."""
    return np.flatnonzero(np.isin(found.packs, FOLDS[fold]) & ~found.copies)
