"""What a trainer elsewhere adds to training at home: ``python -m benchmarks.accuracy.elsewhere``.

Heads at home, and nets that the trainer's own code tunes, get the same clips of packs that the net
they go on from has never heard. Writes its page to docs. Each tuning takes minutes and is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from benchmarks.accuracy import corpus
from benchmarks.accuracy.beside import fellows_of, head_alone, head_beside
from benchmarks.accuracy.corpus import HERE, Clip
from benchmarks.accuracy.embeddings import embeddings, places_of
from benchmarks.accuracy.fewshot import wide_net
from benchmarks.accuracy.folds import NINE
from benchmarks.accuracy.instruments import EXAMPLES, draw, head_on, task
from benchmarks.accuracy.kept import kept
from benchmarks.accuracy.personal import TAGS, Scorer, average_precisions, unheard
from benchmarks.accuracy.scratch import first_windows
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_daemon.learning.dataset import Dataset
from earmark_daemon.learning.fellows import Fellows
from earmark_daemon.learning.place import LIBRARY
from earmark_daemon.tagging.fellows import ALIKE, NEAREST, REMEMBERED, SHARE
from earmark_trainer.export import restored
from earmark_trainer.training.predicting import predict
from earmark_trainer.training.tune import tune
from earmark_trainer.training.types import SpectrogramDataset, TrainConfig
from earmark_trainer.worker.dataset import clips_a_step

Array = npt.NDArray[Any]
Rows = npt.NDArray[np.int64]
NONE = np.zeros(0, dtype=np.int64)
PAGE = HERE.parents[1] / "docs" / "TRAINED-ELSEWHERE.md"
DRAWS = 1
TAG_EXAMPLES = 10
WAYS = ("at home, alone", "at home, together", "at a trainer, alone", "at a trainer, together")
"""Where is trained, and whether sounds are then heard alone or together with their fellows."""


@dataclass(frozen=True)
class Tuning:
    """One tuning.

    Attributes:
        net: the model file that it goes on from.
        learnt: numbers in the collection of the clips that it learns from.
        targets: of these, ``[N, L]``.
        beside: numbers of clips that nobody has labelled.
        exclusive: one label a clip, or any number.
    """

    net: Path
    learnt: Rows
    targets: Array
    beside: Rows
    exclusive: bool


def logits_of(one: Tuning) -> Array:
    """Tune by the trainer's own code, and score the whole collection: ``[clips, L]``."""
    torch.set_num_threads(1)
    windows = first_windows(corpus.indexed())
    rows = np.concatenate([one.learnt, one.beside])
    none = np.zeros((len(one.beside), one.targets.shape[1]), dtype=np.float32)
    data = SpectrogramDataset(
        clips=windows[rows],
        targets=np.concatenate([one.targets.astype(np.float32), none]),
        known=np.ones((len(rows), one.targets.shape[1]), dtype=np.bool_),
        groups=np.arange(len(rows)),
        packs=np.arange(len(rows)),
        copies=np.zeros(len(rows), dtype=np.bool_),
        labels=tuple(str(number) for number in range(one.targets.shape[1])),
        exclusive=one.exclusive,
        tag_set="own",
        frontend=FrontendSpec().to_dict(),
        beside=np.arange(len(rows)) >= len(one.learnt),
    )
    config = TrainConfig(batch_size=clips_a_step(len(rows)))
    tuned = tune(data, config, one.net)
    return predict(restored(tuned.model, tuned.build), windows, config)


def _instruments(order: tuple[Heard, int, int]) -> list[float]:
    """Accuracy as `WAYS` has it, for one draw."""
    heard, examples, seed = order
    rows = np.array([row for row, clip in enumerate(heard.clips) if clip.pack in NINE])
    alone = task([heard.clips[row] for row in rows], heard.wide[rows])
    own = np.array([row for row in rows if heard.clips[row].label in alone.labels])
    beside = replace(alone, fellows=heard.fellows.rows(own))
    learnt, tested = draw(alone, examples, seed)
    targets, true = np.eye(len(alone.labels))[alone.which[learnt]], alone.which[tested]

    def measure() -> list[float]:
        given = heard.tuned(own[learnt], targets, NONE, exclusive=True)
        ways = (
            given[own[tested]],
            heard.fellows.rows(own[tested]).mixed(given[own[tested]], given),
        )
        at_home = [head_on(one, learnt, tested) for one in (alone, beside)]
        return at_home + [float((logits.argmax(1) == true).mean()) for logits in ways]

    return kept(("elsewhere", heard.decisive, examples, seed, alone.labels), measure)


def _tags(order: tuple[Heard, int, int]) -> list[float]:
    """Average precision of a fold's tags, way after way as `WAYS` has them."""
    heard, fold, seed = order
    numbers = np.arange(len(heard.clips), dtype=np.float32)[:, None]
    given: dict[bytes, Array] = {}

    def tuned(data: Dataset, judged: Array, *, beside: bool) -> Array:
        learnt, library, asked = (
            rows[:, 0].astype(np.int64)
            for rows in (data.embeddings, data.background[:LIBRARY], judged)
        )
        own = given.setdefault(asked.tobytes(), np.zeros(0))
        if not len(own):
            own = heard.tuned(learnt, data.targets, library, exclusive=False)
            given[asked.tobytes()] = own
        return heard.fellows.rows(asked).mixed(own[asked], own) if beside else own[asked]

    def measure() -> list[float]:
        scorers: list[Scorer] = [
            head_alone(heard.wide),
            head_beside(heard.wide, heard.fellows),
            partial(tuned, beside=False),
            partial(tuned, beside=True),
        ]
        own = unheard(heard.clips, numbers, fold)
        return [
            float(one)
            for scorer in scorers
            for one in average_precisions(own, TAG_EXAMPLES, scorer, [seed])
        ]

    return kept(("elsewhere, tags", heard.decisive, fold, seed), measure)


@dataclass(frozen=True)
class Heard:
    """The collection by the net that has not heard the packs.

    Attributes:
        clips: all of it.
        wide: embeddings, ``[N, D]``.
        fellows: of each clip.
        net: the net.
    """

    clips: list[Clip]
    wide: Array
    fellows: Fellows
    net: Path

    @property
    def decisive(self) -> object:
        """What decides the figures, beside the draw."""
        return self.net.name, len(self.clips), NEAREST, SHARE, ALIKE, REMEMBERED

    def tuned(self, learnt: Rows, targets: Array, library: Rows, *, exclusive: bool) -> Array:
        """Logits of all clips after a tuning, ``[N, L]``."""
        place = places_of(self.clips)
        given = logits_of(Tuning(self.net, place[learnt], targets, place[library], exclusive))
        return given[place]


def measured() -> tuple[dict[int, list[float]], list[list[float]]]:
    """Accuracies by number of examples, and average precisions of the eight tags: by `WAYS`."""
    clips, net = corpus.clips(), wide_net(NINE)
    wide = embeddings(clips, net)
    heard = Heard(clips, wide, fellows_of(clips, wide), net)
    first_windows(corpus.indexed())
    seeds = range(DRAWS)
    with get_context("spawn").Pool(2) as pool:
        tags = pool.map_async(_tags, [(heard, fold, seed) for seed in seeds for fold in TAGS], 1)
        orders = [(heard, count, seed) for count in EXAMPLES for seed in seeds]
        found = pool.map(_instruments, orders, 1)
        each = [np.array(one).reshape(len(WAYS), -1) for one in tags.get()]
    by_count = np.array(found).reshape(len(EXAMPLES), DRAWS, len(WAYS)).mean(axis=1)
    folds = [np.mean(each[at :: len(TAGS)], axis=0) for at in range(len(TAGS))]
    return (
        {count: list(by_count[at]) for at, count in enumerate(EXAMPLES)},
        np.concatenate(folds, axis=1).tolist(),
    )


def page(instruments: dict[int, list[float]], tags: list[list[float]]) -> str:
    """The page, as Markdown."""
    names = [tag for fold in TAGS for tag in TAGS[fold]]
    lines = [_INTRODUCTION, "| | " + " | ".join(f"{n} of each" for n in instruments) + " |"]
    lines.append("|---" * (len(instruments) + 1) + "|")
    for at, name in enumerate(WAYS):
        cells = " | ".join(figure(found[at]) for found in instruments.values())
        lines.append(f"| {name} | {cells} |")
    lines += [_TAGS, f"| tag | {' | '.join(WAYS)} |", "|---" * (len(WAYS) + 1) + "|"]
    for column, tag in enumerate(names):
        cells = " | ".join(figure(way[column]) for way in tags)
        lines.append(f"| {tag.tag} ({tag.kind}) | {cells} |")
    means = " | ".join(figure(float(np.mean(way))) for way in tags)
    lines.append(f"| mean | {means} |")
    return "\n".join(lines) + "\n"


def figure(value: float) -> str:
    """A share as tables have it."""
    return f"{value:.3f}".removeprefix("0")


_INTRODUCTION = f"""# At home or at a trainer

What a trainer elsewhere adds to training at home, both given the same labelled sounds of packs that
the net they go on from has never heard. Made by `python -m benchmarks.accuracy.elsewhere`, of
{DRAWS} draw of examples each.

At home a head is fitted to what the built-in net has stored of each sound, in seconds. A trainer
lets the net itself go on learning from your sounds, reads the tags off all of its layers, and keeps
what it learnt only if parts of your labels that were kept aside say that it helps. "Together" is
how Earmark hears tags of your own: with the sounds of the same folder that are most like one
([Heard together](HEARD-TOGETHER.md)). Here each pack lies in one folder.

## Nine instruments

Vibrary's protocol, on {len(NINE)} packs left out together: accuracy on all sounds that were not
drawn.
"""
_TAGS = f"""
## Eight personal tags, {TAG_EXAMPLES} examples of each

Mean average precision, as in [Tags of your own](PERSONAL-TAGS.md), with up to {LIBRARY} unlabelled
sounds shown beside.
"""


if __name__ == "__main__":
    text = page(*measured())
    print(text)
    PAGE.write_text(text, encoding="utf-8")
