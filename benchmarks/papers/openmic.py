"""The OpenMIC-2018 project on PANNs: configurations I to VII."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from torch import nn

from benchmarks.papers import experiment, metrics
from benchmarks.papers.experiment import Floats, Prepared, Settings
from benchmarks.papers.loaders import openmic
from benchmarks.papers.loaders.collection import Collection, Ints, Split
from benchmarks.papers.printed import openmic as printed
from benchmarks.papers.tables import table
from earmark_trainer.architectures.panns import Cnn14, load_published
from earmark_trainer.architectures.registry import architecture
from earmark_trainer.training.run import Build
from earmark_trainer.training.types import TrainConfig

_BATCH = 32


@dataclass(frozen=True)
class Recipe:
    """How one model is trained: what of, from what, how fast, on how much."""

    name: str
    features: str
    published: bool
    learning_rate: float
    batches: int = 0


RECIPES = (
    Recipe("I", "cnn14-log1p", published=False, learning_rate=1e-4),
    Recipe("II", "cnn14", published=False, learning_rate=1e-4),
    Recipe("III", "cnn14", published=True, learning_rate=1e-4, batches=100),
    Recipe("IV", "cnn14", published=True, learning_rate=2e-5),
    Recipe("V", "cnn14", published=True, learning_rate=1e-4),
)
"""Configurations VI and VII are V at other thresholds."""

THRESHOLDS: Mapping[str, Mapping[str, float]] = {
    **{recipe.name: {recipe.name: 0.5} for recipe in RECIPES},
    "V": {"V": 0.5, "VI": 0.3, "VII": 0.7},
}


def run(
    settings: Settings,
    checkpoint: Path | None = None,
    only: tuple[str, ...] = (),
    tags_file: Path | None = None,
) -> str:
    """The table of results, judged twice: where a label is known, and with unknown as absent.

    The second is how the project must have counted, since an accuracy of 97 % with a recall of
    75 % is only possible where nearly all cells are negative.

    Args:
        settings: see there.
        checkpoint: a published CNN14 checkpoint; without it, III to VII stay empty.
        only: names of the recipes to run; none means all.
        tags_file: where to write file names and predicted tags of the last recipe that was run.

    Raises:
        DataMissingError: the data set is not there.
        ValueError: the checkpoint is not CNN14's.
    """
    collection = experiment.some_of(openmic.load(settings.data), settings)
    known: dict[str, metrics.Pooled] = {}
    absent: dict[str, metrics.Pooled] = {}
    for recipe, prepared in _runnable(collection, settings, checkpoint, only):
        test = experiment.readable(prepared, collection.rows(Split.TEST))
        given = _given(recipe, prepared, test, settings, checkpoint)
        targets, mask = collection.targets[test], collection.known[test]
        everything = np.ones_like(mask)
        for name, threshold in THRESHOLDS[recipe.name].items():
            known[name] = metrics.pooled(given, targets, mask, threshold)
            absent[name] = metrics.pooled(given, targets * mask, everything, threshold)
        if tags_file is not None:
            write_tags(tags_file, collection, test, given)
    return "\n".join(
        [
            _table("OpenMIC-2018, known labels alone", known),
            _table("OpenMIC-2018, unknown labels taken as absent, as printed", absent),
        ]
    )


def write_tags(
    file: Path, collection: Collection, clips: Ints, given: Floats, threshold: float = 0.5
) -> None:
    """One line a clip: file name, tabulator, predicted tags with commas between."""
    with file.open("w", encoding="utf-8") as lines:
        for clip, row in zip(clips, given, strict=True):
            tags = [
                tag for tag, score in zip(collection.labels, row, strict=True) if score >= threshold
            ]
            lines.write(f"{collection.paths[clip].name}\t{', '.join(tags)}\n")


def _runnable(
    collection: Collection, settings: Settings, checkpoint: Path | None, only: tuple[str, ...]
) -> Iterator[tuple[Recipe, Prepared]]:
    for recipe in RECIPES:
        if only and recipe.name not in only:
            continue
        if recipe.published and checkpoint is None:
            experiment.say(
                f"Configuration {recipe.name} needs a published checkpoint such as "
                "Cnn14_mAP=0.431.pth (Zenodo, record 3987831); it stays empty."
            )
            continue
        yield recipe, experiment.prepare(architecture(recipe.features), collection, settings)


def _given(
    recipe: Recipe,
    prepared: Prepared,
    test: Ints,
    settings: Settings,
    checkpoint: Path | None,
) -> Floats:
    clips = prepared.collection.rows(Split.TRAIN)
    if recipe.batches:
        order = np.random.default_rng(settings.seed).permutation(clips)
        clips = order[: recipe.batches * _BATCH].astype(np.int64)
    config: TrainConfig = replace(
        experiment.configured(prepared.architecture, settings), learning_rate=recipe.learning_rate
    )
    build = prepared.architecture.build
    start = _published(build, checkpoint) if recipe.published and checkpoint else build
    model = experiment.fit(prepared, clips, config, start)
    net = experiment.network(model, build, settings.device)
    return experiment.scores(net, prepared, test, config)


def _published(build: Build, checkpoint: Path) -> Build:
    def make(n_labels: int, *shape: int) -> nn.Module:
        net = build(n_labels, *shape)
        if isinstance(net, Cnn14):
            load_published(net, checkpoint)
        return net

    return make


def _table(title: str, measured: Mapping[str, metrics.Pooled]) -> str:
    rows = []
    for name, row in printed.RESULTS.items():
        own = measured.get(name)
        ours = (own.recall, own.accuracy, own.precision) if own else (None, None, None)
        pairs: list[float | None] = []
        for paper, here in zip((row.recall, row.accuracy, row.precision), ours, strict=True):
            pairs += [paper, None if here is None else 100.0 * here]
        rows.append((name, *pairs, f"{row.loss:.3f}", f"{own.loss:.3f}" if own else None))
    header = ("configuration", "recall %", "here", "accuracy %", "here", "precision %", "here")
    return table(title, (*header, "loss", "here"), rows, digits=2)
