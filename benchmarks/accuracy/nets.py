"""Trains nets that have never heard some packs, and keeps them.

A recipe's stages are nets in their own right: each is kept in the cache and begins from the one
before it, and a training that was stopped goes on where it was.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import torch

from benchmarks.accuracy.folds import FOLDS
from benchmarks.accuracy.pictures import CACHE, pictures, place_of
from benchmarks.accuracy.recipes import Recipe, dataset
from benchmarks.accuracy.soup import mean_of
from benchmarks.accuracy.summary_head import read_off_summaries
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_trainer.architectures.compact import compact
from earmark_trainer.export import export
from earmark_trainer.training.loop import train
from earmark_trainer.training.run import Build
from earmark_trainer.training.types import Progress, TrainedModel

START = FOLDS[3]
"""The net that the built-in model is trained from had not heard these packs."""


def net_without(recipe: Recipe, packs: Collection[str]) -> Path:
    """The model file of the net that never heard these packs; trained if it is not there."""
    place = kept_at(recipe, packs, "onnx")
    if place.exists():
        return place
    before = recipe.before
    start = None if before is None else net_without(before, packs)
    if start is not None and recipe.summary_head:
        read_off_summaries(start, place, dataset(pictures(FrontendSpec()), recipe, packs))
        return place
    told = f"without {len(packs)} packs ({min(packs)} ...)"
    export(_stage(recipe, packs, told, start=start), compact, place, told)
    for config in recipe.finishes or (recipe.config,):
        _checkpoint(replace(recipe.unfinished, config=config), packs).unlink()
    return place


def train_on_everything(recipe: Recipe, threads: int) -> TrainedModel:
    """Go on from the net that lacks `START`, now on all packs: half the work is done already.

    Of the recipe's stages this is the last that is trained: the tags are not read off summaries.
    """
    start = net_without(recipe.unfinished, START)
    longer = replace(recipe.unfinished, config=recipe.last or recipe.config)
    model = train_without(longer, (), "all packs", start=start, threads=threads)
    if not recipe.finishes:
        return model
    unfinished = CACHE / "all-packs.onnx"
    export(model, compact, unfinished, "all packs")
    return _stage(recipe, (), "all packs", start=unfinished, threads=threads)


def train_without(
    recipe: Recipe,
    packs: Collection[str],
    told: str,
    *,
    start: Path | None = None,
    threads: int = 1,
    build: Build = compact,
) -> TrainedModel:
    """One training of a net without some packs, telling progress on standard error.

    Args:
        recipe: what is learnt from, and how; its finishes are left aside.
        packs: left out.
        told: what it is called while it goes on.
        start: the model file of the net that it goes on from.
        threads: that it may use.
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


def kept_at(recipe: Recipe, packs: Collection[str], kind: str) -> Path:
    """Where something of this kind is kept of a net that never heard these packs."""
    return _place("without", replace(recipe, last=None), packs, kind)


def _stage(
    recipe: Recipe, packs: Collection[str], told: str, *, start: Path | None, threads: int = 1
) -> TrainedModel:
    """One training, or the mean of what the recipe's finishes make of one net."""
    if not recipe.finishes:
        return train_without(recipe, packs, told, start=start, threads=threads)
    ends = []
    for number, config in enumerate(recipe.finishes, 1):
        finish, name = replace(recipe.unfinished, config=config), f"{told}, finish {number}"
        ends.append(train_without(finish, packs, name, start=start, threads=threads))
    return mean_of(ends)


def _checkpoint(recipe: Recipe, packs: Collection[str]) -> Path:
    """Where a training is kept, so that it goes on, or need not be done again."""
    return _place("checkpoint", recipe, packs, "pt")


def _place(what: str, recipe: Recipe, packs: Collection[str], kind: str) -> Path:
    decisive = f"{recipe}{sorted(packs)}{place_of(FrontendSpec()).name}"
    return CACHE / f"{what}-{hashlib.sha256(decisive.encode()).hexdigest()[:16]}.{kind}"
