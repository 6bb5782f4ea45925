"""Vibrary's protocol: so many examples of each instrument, a random split, the mean of ten draws.

A random split flatters, for takes of one instrument stand on both sides; it is measured because
Vibrary printed such figures. Heads and Vibrary's own network get the same clips.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from benchmarks.accuracy.corpus import SOUNDS, Clip, originals
from benchmarks.accuracy.embeddings import CACHE
from benchmarks.accuracy.kept import is_kept, kept
from benchmarks.papers import experiment
from benchmarks.papers.loaders.collection import Split, exclusive_collection
from benchmarks.papers.vibrary import AUGMENT
from earmark_daemon.learning.dataset import Dataset
from earmark_daemon.learning.fellows import Fellows
from earmark_daemon.learning.head import fit_head
from earmark_trainer.architectures.registry import architecture

Array = npt.NDArray[Any]
INSTRUMENTS = (
    *("bass", "brass", "guitar", "keys", "percussion", "strings", "synth", "vocal", "woodwind"),
)
EXAMPLES = (10, 20, 40, 80)
FEWEST_TESTED = 8
MOST = 9
"""Classes of Vibrary's own figure."""
COLLECTION = "philharmonia"
"""The one collection that has so many instruments with clips enough."""
SEEDS = 10
VIBRARY_SEEDS = 1
VIBRARY_STEPS = 300
"""Far from enough (see `LONG`), and all that two cores manage for every figure of a page."""
LONG = 1_500
"""Steps, of some half second each, that take Vibrary's network nearer to what it can do."""
_BACKGROUND = 500


@dataclass(frozen=True)
class Task:
    """Clips to be told apart by their labels.

    Attributes:
        clips: of these labels alone.
        embeddings: of the clips, ``[N, D]``.
        labels: which there are.
        fellows: who is heard together with each; None where each is heard by itself.
    """

    clips: list[Clip]
    embeddings: Array
    labels: tuple[str, ...]
    fellows: Fellows | None = None

    @property
    def which(self) -> npt.NDArray[np.int64]:
        """The number of each clip's label, ``[N]``."""
        return np.array([self.labels.index(clip.label) for clip in self.clips], dtype=np.int64)

    def allows(self, examples: int) -> bool:
        """Whether every class has so many clips to learn from, and some to be tested with."""
        return bool(np.bincount(self.which).min() >= examples + FEWEST_TESTED)


def task(clips: list[Clip], embeddings: Array, fewest: int = 0) -> Task:
    """The instruments among these clips, those with fewer clips than this left out."""
    counts = Counter(clip.label for clip in clips)
    return _of(clips, embeddings, [name for name in INSTRUMENTS if counts[name] >= fewest])


def within(clips: list[Clip], embeddings: Array, fewest: int) -> Task:
    """The instruments of `COLLECTION`, as its makers' folders name them: nine at most.

    Those with the most clips, each with so many at least.
    """
    folder = {path: os.path.basename(os.path.dirname(own)) for path, own in originals().items()}
    own = [row for row, clip in enumerate(clips) if clip.pack == COLLECTION]
    named = [replace(clips[row], label=folder[clips[row].path]) for row in own]
    counts = Counter(clip.label for clip in named).most_common(MOST)
    return _of(named, embeddings[own], [name for name, count in counts if count >= fewest])


def _of(clips: list[Clip], embeddings: Array, labels: Sequence[str]) -> Task:
    use = [row for row, clip in enumerate(clips) if clip.label in labels]
    return Task([clips[row] for row in use], embeddings[use], tuple(sorted(labels)))


def head_accuracy(own: Task, examples: int) -> float | None:
    """Mean accuracy of heads; None where there are too few clips."""
    if not own.allows(examples):
        return None
    return float(np.mean([head_on(own, *draw(own, examples, seed)) for seed in range(SEEDS)]))


def vibrary_accuracy(
    own: Task, examples: int, *, train: bool, steps: int = VIBRARY_STEPS
) -> float | None:
    """Mean accuracy of Vibrary's network, each time from scratch; None where clips are too few.

    Args:
        own: what is to be told apart.
        examples: of each class.
        train: train where no earlier run kept the figure; else it is None.
        steps: of training, of twenty clips each.
    """
    seeds = range(VIBRARY_SEEDS)
    if not own.allows(examples):
        return None
    if not train and not all(is_kept(_decisive(own, examples, seed, steps)) for seed in seeds):
        return None
    _prepared(own)
    orders = [(own, examples, seed, steps) for seed in seeds]
    with get_context("spawn").Pool(2) as pool:
        return float(np.mean(pool.starmap(_vibrary, orders, chunksize=1)))


def draw(own: Task, examples: int, seed: int) -> tuple[Array, Array]:
    """Numbers of the clips to learn from, and of all others."""
    order, which = np.random.default_rng(seed).permutation(len(own.clips)), own.which
    learnt = [order[which[order] == label][:examples] for label in range(len(own.labels))]
    chosen = np.concatenate(learnt)
    return chosen, np.setdiff1d(order, chosen)


def head_on(own: Task, learnt: Array, tested: Array) -> float:
    """Accuracy on the clips of these numbers of a head that learnt from those."""
    which, number = own.which, len(own.labels)
    data = Dataset(
        contents=tuple(str(row) for row in learnt),
        embeddings=own.embeddings[learnt],
        targets=np.eye(number, dtype=np.float32)[which[learnt]],
        known=np.ones((len(learnt), number), dtype=np.bool_),
        groups=np.arange(len(learnt)),
        labels=own.labels,
        tag_set="instrument",
        exclusive=True,
        background=own.embeddings[tested][:_BACKGROUND],
        fellows=own.fellows and own.fellows.rows(learnt),
    )
    asked = own.fellows and own.fellows.rows(tested)
    given = fit_head(data).logits(own.embeddings[tested], asked).argmax(axis=1)
    return float((given == which[tested]).mean())


def _prepared(own: Task) -> experiment.Prepared:
    """The clips as Vibrary's network is shown them."""
    collection = exclusive_collection(
        "instruments",
        [(SOUNDS / clip.path, clip.label) for clip in own.clips],
        [clip.group for clip in own.clips],
        np.full(len(own.clips), Split.TRAIN, dtype=np.int64),
    )
    settings = experiment.Settings(data=SOUNDS, cache=CACHE)
    return experiment.prepare(architecture("vgg-elu"), collection, settings)


def _vibrary(own: Task, examples: int, seed: int, steps: int) -> float:
    """Accuracy of Vibrary's network after so many steps from random weights."""
    decisive = _decisive(own, examples, seed, steps)
    return kept(decisive, lambda: [_trained(own, examples, seed, steps)])[0]


def _decisive(own: Task, examples: int, seed: int, steps: int) -> object:
    paths = [clip.path for clip in own.clips]
    return "vgg-elu", steps, examples, seed, own.labels, paths


def _trained(own: Task, examples: int, seed: int, steps: int) -> float:
    torch.set_num_threads(1)
    prepared = _prepared(own)
    learnt, tested = draw(own, examples, seed)
    settings = experiment.Settings(data=SOUNDS, cache=CACHE, epochs=1, seed=seed)
    config = experiment.configured(prepared.architecture, settings)
    config = replace(
        config, augment=AUGMENT, clips_per_epoch=steps * config.batch_size, bfloat16=True
    )
    model = experiment.fit(prepared, learnt, config)
    net = experiment.network(model, prepared.architecture.build)
    given = experiment.scores(net, prepared, tested, config).argmax(axis=1)
    return float((given == prepared.collection.targets[tested].argmax(axis=1)).mean())
