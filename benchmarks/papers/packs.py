"""Every architecture on one-shots, trained for the same time and tested on packs left out.

A sound collection here is a folder with `index.csv`: ``path``, ``pack``, ``label``.
"""

from __future__ import annotations

import csv
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import nn

from benchmarks.papers import experiment
from benchmarks.papers.experiment import Prepared, Settings
from benchmarks.papers.loaders.collection import (
    Collection,
    DataMissingError,
    Split,
    exclusive_collection,
)
from benchmarks.papers.tables import table
from earmark_trainer.architectures.registry import ARCHITECTURES, Architecture, architecture
from earmark_trainer.training.metrics import confusion, mean_recall
from earmark_trainer.training.run import Build
from earmark_trainer.training.types import TrainConfig

LEFT_OUT = ("open-source-drumkit", "philharmonia", "olpc-berklee", "sonic-pi", "vcsl-kit")
"""Packs that no training sees."""

WINDOWS = {"mel-1d": 3.0, "mel-2d": 6.4, "ensemble": 6.4}
"""Seconds; others of the long ones hear three."""

_SHORT = 3.0
_PROBE_STEPS = 3


@dataclass(frozen=True)
class Score:
    """Mean recall over the labels on the packs left out."""

    trained: float
    untrained: float


def load(
    folder: Path, labels: tuple[str, ...] = (), per_label: int = 0, seed: int = 1
) -> Collection:
    """The sounds of an indexed collection; packs left out are for testing.

    Args:
        folder: holds `index.csv`.
        labels: which labels to use; none means all.
        per_label: most clips of a label on each side; 0 means all.
        seed: of the choice of clips.

    Raises:
        DataMissingError: there is no index.
    """
    index = folder / "index.csv"
    if not index.is_file():
        raise DataMissingError(f"There is no index.csv in {folder}.")
    with index.open(newline="", encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if not labels or row["label"] in labels]
    order = np.random.default_rng(seed).permutation(len(rows))
    chosen, taken = [], dict[tuple[str, bool], int]()
    for row in (rows[place] for place in order):
        kind = (row["label"], row["pack"] in LEFT_OUT)
        taken[kind] = taken.get(kind, 0) + 1
        if not per_label or taken[kind] <= per_label:
            chosen.append(row)
    sides = [Split.TEST if row["pack"] in LEFT_OUT else Split.TRAIN for row in chosen]
    return exclusive_collection(
        folder.name,
        [(folder / row["path"], row["label"]) for row in chosen],
        [row["pack"] for row in chosen],
        np.array(sides, dtype=np.int64),
    )


def for_one_shots(one: Architecture) -> Architecture:
    """The architecture with a window that suits sounds of three seconds, where it allows."""
    if one.name.startswith("shallow") or one.frontend["window_seconds"] <= _SHORT + 0.1:
        return one
    return one.with_window(WINDOWS.get(one.name, _SHORT))


def learn(prepared: Prepared, config: TrainConfig, build: Build | None = None) -> Score:
    """Train on the packs that are not left out; the score before and after."""
    make = build or prepared.architecture.build
    train = prepared.collection.rows(Split.TRAIN)
    model = experiment.fit(prepared, train, config, make)
    torch.manual_seed(config.seed)
    fresh = make(len(model.labels), *model.input_shape).to(config.device)
    return Score(
        trained=_recall(prepared, experiment.network(model, make, config.device), config),
        untrained=_recall(prepared, fresh, config),
    )


def _recall(prepared: Prepared, net: nn.Module, config: TrainConfig) -> float:
    test = experiment.readable(prepared, prepared.collection.rows(Split.TEST))
    given = experiment.scores(net, prepared, test, config).argmax(axis=1)
    truth = prepared.collection.targets[test].argmax(axis=1)
    return mean_recall(confusion(given, truth, len(prepared.collection.labels)))


def run(settings: Settings, seconds: float, names: tuple[str, ...] = tuple(ARCHITECTURES)) -> str:
    """Mean recall on the packs left out after so many seconds of processor time each."""
    collection = experiment.some_of(load(settings.data), settings)
    rows = []
    for name in names:
        prepared = experiment.prepare(for_one_shots(architecture(name)), collection, settings)
        config = within(prepared, settings, seconds)
        score = learn(prepared, config)
        heard = config.epochs * config.clips_per_epoch
        window = float(prepared.architecture.frontend["window_seconds"])
        rows.append((name, window, heard, score.untrained, score.trained))
    return table(
        f"{len(collection.labels)} labels, packs left out ({', '.join(LEFT_OUT)}), "
        f"{seconds:.0f} s of processor time to train each",
        ("architecture", "window s", "clips heard", "mean recall untrained", "trained"),
        rows,
    )


def within(prepared: Prepared, settings: Settings, seconds: float) -> TrainConfig:
    """The paper's configuration, with as many clips to hear as the time allows."""
    config = replace(
        experiment.configured(prepared.architecture, settings),
        batch_size=min(32, prepared.architecture.optimiser.batch_size),
        class_balance=1.0,
        pack_balance=0.5,
        epochs=1,
    )
    probe = replace(config, clips_per_epoch=_PROBE_STEPS * config.batch_size)
    experiment.fit(prepared, prepared.collection.rows(Split.TRAIN), probe)
    began = time.process_time()
    experiment.fit(prepared, prepared.collection.rows(Split.TRAIN), probe)
    each = (time.process_time() - began) / _PROBE_STEPS
    return replace(config, clips_per_epoch=max(1, int(seconds / each)) * config.batch_size)
