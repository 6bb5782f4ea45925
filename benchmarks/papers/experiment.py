"""From a collection to test scores: cache, train by the trainer's one loop, predict.

What a paper says of its training goes into the configuration; nothing here knows a paper.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from benchmarks.papers import cache
from benchmarks.papers.loaders.collection import Collection, Ints
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_trainer.architectures.registry import Architecture
from earmark_trainer.training.calibrate import scores_of
from earmark_trainer.training.loop import train
from earmark_trainer.training.predicting import predict
from earmark_trainer.training.run import Build
from earmark_trainer.training.stored import StoredClips
from earmark_trainer.training.types import (
    AugmentConfig,
    Progress,
    SpectrogramDataset,
    TrainConfig,
    TrainedModel,
)

Floats = npt.NDArray[np.float32]

UNCHANGED = AugmentConfig(
    time_shift=0,
    frequency_shift=0,
    stretch=0.0,
    tilt=0.0,
    floor=0.0,
    time_masks=0,
    time_mask=0,
    frequency_masks=0,
    frequency_mask=0,
    mixup=0.0,
    mixup_share=0.0,
)
"""No augmentation, as in every paper but Vibrary's."""


@dataclass(frozen=True)
class Settings:
    """What a person chooses for a run; everything else is the paper's.

    Attributes:
        data: the data set's folder.
        cache: where spectrograms are kept.
        epochs: passes over the training data.
        seed: of splits, weights and draws.
        device: ``"cpu"`` or ``"cuda"``.
        decoders: files decoded at once.
        batch_size: clips a step; 0 is the paper's.
        clips: most clips of the data set that are used; 0 is all of them.
    """

    data: Path
    cache: Path
    epochs: int = 10
    seed: int = 1
    device: str = "cpu"
    decoders: int = 2
    batch_size: int = 0
    clips: int = 0


@dataclass(frozen=True)
class Prepared:
    """A collection with what its clips sound like to one architecture."""

    architecture: Architecture
    collection: Collection
    heard: cache.Cached

    def rows(self, clips: Ints) -> Ints:
        """Positions in the cache of all windows of these clips, but for unreadable ones."""
        there = clips[self.heard.readable[clips]]
        windows = np.arange(self.heard.windows, dtype=np.int64)
        return (there[:, None] * self.heard.windows + windows).ravel()

    def dataset(self, clips: Ints) -> SpectrogramDataset:
        """These clips as the training loop wants them; every window is a clip of its group."""
        rows = self.rows(clips)
        owner = rows // self.heard.windows
        data = self.collection
        return SpectrogramDataset(
            clips=StoredClips(self.heard.clips, rows),
            targets=data.targets[owner],
            known=data.known[owner],
            groups=data.groups[owner],
            packs=data.groups[owner],
            copies=np.zeros(len(rows), dtype=np.bool_),
            labels=data.labels,
            exclusive=data.exclusive,
            tag_set=data.name,
            frontend=dict(self.architecture.frontend),
        )


def some_of(collection: Collection, settings: Settings) -> Collection:
    """The whole collection, or as many of its clips as the settings allow, drawn at random."""
    if not settings.clips or settings.clips >= len(collection):
        return collection
    order = np.random.default_rng(settings.seed).permutation(len(collection))
    return collection.subset(np.sort(order[: settings.clips]).astype(np.int64))


def prepare(
    architecture: Architecture, collection: Collection, settings: Settings, windows: int = 1
) -> Prepared:
    """Compute or find what the clips sound like to this architecture; tells what is absent."""
    if collection.absent:
        say(
            f"{collection.name}: {len(collection.absent)} files are not there, "
            f"such as {collection.absent[0]}; the others are used."
        )
    kept = cache.heard(
        collection,
        FrontendSpec.from_dict(dict(architecture.frontend)),
        settings.cache,
        windows=windows,
        workers=settings.decoders,
        on_progress=_counter(f"{collection.name} for {architecture.name}"),
    )
    unreadable = int((~kept.readable).sum())
    if unreadable:
        say(f"{unreadable} files of {collection.name} cannot be decoded and are left out.")
    return Prepared(architecture, collection, kept)


def configured(architecture: Architecture, settings: Settings) -> TrainConfig:
    """The paper's optimiser in the terms of the training loop; plain Adam, no balancing."""
    optimiser = architecture.optimiser
    return TrainConfig(
        architecture=architecture.name,
        seed=settings.seed,
        epochs=settings.epochs,
        batch_size=settings.batch_size or optimiser.batch_size,
        learning_rate=optimiser.learning_rate,
        warmup=0.0,
        weight_decay=0.0,
        label_smoothing=optimiser.label_smoothing,
        class_balance=0.0,
        pack_balance=0.0,
        validation_share=0.0,
        patience=0,
        ema=0.0,
        device=settings.device,
        augment=UNCHANGED,
    )


def fit(
    prepared: Prepared,
    clips: Ints,
    config: TrainConfig,
    build: Build | None = None,
    initial: Path | None = None,
) -> TrainedModel:
    """Train on these clips.

    Raises:
        TrainingError: there is nothing to learn from.
    """
    return train(
        prepared.dataset(clips),
        config,
        build or prepared.architecture.build,
        on_progress=_epochs(prepared.architecture.name),
        initial=initial,
    )


def network(model: TrainedModel, build: Build, device: str = "cpu") -> nn.Module:
    """The trained network, ready to predict."""
    net = build(len(model.labels), *model.input_shape)
    net.load_state_dict({name: torch.from_numpy(value) for name, value in model.state.items()})
    return net.to(device).eval()


def scores(net: nn.Module, prepared: Prepared, clips: Ints, config: TrainConfig) -> Floats:
    """Scores ``[clips, L]``: the mean over each clip's windows (Pons et al.)."""
    rows = prepared.rows(clips)
    logits = predict(net, StoredClips(prepared.heard.clips, rows), config)
    given = scores_of(logits, 1.0, exclusive=prepared.collection.exclusive)
    by_clip = given.reshape(-1, prepared.heard.windows, given.shape[1])
    return np.asarray(by_clip.mean(axis=1), dtype=np.float32)


def readable(prepared: Prepared, clips: Ints) -> Ints:
    """Those of the clips that could be decoded."""
    return clips[prepared.heard.readable[clips]]


def say(text: str) -> None:
    """A line to the person who waits, apart from the table on standard output."""
    print(text, file=sys.stderr, flush=True)


def _counter(what: str) -> Callable[[int, int], None]:
    def tell(done: int, everything: int) -> None:
        if done % max(1, everything // 100) == 0 or done == everything:
            end = "\n" if done == everything else "\r"
            print(f"{what}: {done} of {everything}", end=end, file=sys.stderr, flush=True)

    return tell


def _epochs(what: str) -> Callable[[Progress], None]:
    def tell(progress: Progress) -> None:
        say(
            f"{what}: epoch {progress.epoch} of {progress.epochs}, loss {progress.loss:.4f}, "
            f"{progress.seconds_left:.0f} s left"
        )

    return tell
