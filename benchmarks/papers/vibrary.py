"""Vibrary (AES 2019): figure 3, accuracy over examples for each class, and the upload ratio."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.papers import experiment, metrics
from benchmarks.papers.experiment import Settings
from benchmarks.papers.loaders import folders, gtzan, idmt
from benchmarks.papers.loaders.collection import Collection, Ints, Split
from benchmarks.papers.printed import vibrary as printed
from benchmarks.papers.tables import table
from earmark_daemon.hearing.sound import open_sound
from earmark_daemon.hearing.spectra import pack
from earmark_trainer.architectures.registry import architecture
from earmark_trainer.training.types import AugmentConfig

SETS: Mapping[str, tuple[Callable[[Path], Collection], Mapping[int, float]]] = {
    "gtzan": (gtzan.load, printed.GTZAN),
    "idmt": (idmt.load, printed.IDMT),
    "folder": (folders.load, printed.INSTRUMENTS),
}
"""The authors' nine instruments are not published: any ``folder/tag/file`` takes their place."""

AUGMENT = AugmentConfig(tilt=0.0, floor=0.0)
"""Shift in time and frequency, stretch, mixup and SpecAugment."""

_SAMPLE_BYTES = 2
_RATIO_CLIPS = 200


def run(settings: Settings, which: str, start: Path | None = None) -> str:
    """The figure as a table.

    Args:
        settings: see there.
        which: one of `SETS`.
        start: a model to start from (transfer), or None for random weights.

    Raises:
        DataMissingError: the data set is not there.
    """
    load, figure = SETS[which]
    collection = experiment.some_of(load(settings.data), settings)
    if which == "idmt" and (effects := idmt.absent_effects(collection)):
        experiment.say(f"No samples are there of: {', '.join(effects)}. {idmt.WHERE}")
    prepared = experiment.prepare(architecture("vgg-elu"), collection, settings)
    config = replace(experiment.configured(prepared.architecture, settings), augment=AUGMENT)
    learnable = collection.rows(Split.TRAIN, Split.VALIDATE)
    test = experiment.readable(prepared, collection.rows(Split.TEST))
    rows: list[tuple[int, float, float | None]] = []
    for examples, accuracy in figure.items():
        chosen = _examples(collection, learnable, examples, settings.seed)
        measured = None
        if len(chosen):
            model = experiment.fit(prepared, chosen, config, initial=start)
            net = experiment.network(model, prepared.architecture.build, settings.device)
            given = experiment.scores(net, prepared, test, config)
            measured = metrics.accuracy(given, collection.targets[test])
        rows.append((examples, accuracy, measured))
    figure_3 = table(
        f"Vibrary, figure 3: test accuracy, {collection.name}, {len(collection.labels)} classes",
        ("examples for each class", "printed", "measured"),
        rows,
    )
    low, high = printed.UPLOAD_RATIO
    upload = table(
        "Vibrary, section 2.2: how much smaller spectrograms are than audio",
        ("", "printed", "measured"),
        [("ratio", f"{low} to {high}", upload_ratio(prepared))],
        digits=1,
    )
    return f"{figure_3}\n{upload}"


def _examples(collection: Collection, rows: Ints, count: int, seed: int) -> Ints:
    """So many clips of every class, or none at all if a class has fewer."""
    order = np.random.default_rng(seed).permutation(rows)
    labels = collection.targets[order].argmax(axis=1)
    chosen = [order[labels == label][:count] for label in range(len(collection.labels))]
    if any(len(clips) < count for clips in chosen):
        return rows[:0]
    return np.concatenate(chosen).astype(np.int64)


def upload_ratio(prepared: experiment.Prepared) -> float:
    """Bytes of the audio as 16-bit PCM over bytes of the packed spectrograms."""
    audio = packed = 0
    for row in np.flatnonzero(prepared.heard.readable)[:_RATIO_CLIPS]:
        with open_sound(str(prepared.collection.paths[row])) as sound:
            audio += sound.info.samples * sound.info.channels * _SAMPLE_BYTES
        packed += len(pack(np.asarray(prepared.heard.clips[row : row + 1])))
    return audio / packed
