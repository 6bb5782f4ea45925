"""What a trainer elsewhere adds to training at home: ``python -m benchmarks.accuracy.elsewhere``.

Heads at home, and nets that the trainer's own code tunes, get the same clips of packs that the net
they go on from has never heard. Writes its page to docs. Each tuning takes minutes and is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from benchmarks.accuracy import corpus
from benchmarks.accuracy.corpus import HERE, Clip
from benchmarks.accuracy.embeddings import embeddings, places_of
from benchmarks.accuracy.fewshot import wide_net
from benchmarks.accuracy.folds import NINE
from benchmarks.accuracy.instruments import EXAMPLES, Task, draw, head_on, task
from benchmarks.accuracy.kept import kept
from benchmarks.accuracy.personal import TAGS, Scorer, average_precisions, unheard
from benchmarks.accuracy.scratch import first_windows
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_daemon.learning.dataset import Dataset
from earmark_daemon.learning.head import fit_head
from earmark_daemon.learning.place import LIBRARY
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


@dataclass(frozen=True)
class Tuning:
    """One tuning.

    Attributes:
        net: the model file that it goes on from.
        learnt: numbers in the collection of the clips that it learns from.
        targets: of these, ``[N, L]``.
        beside: numbers of clips that nobody has labelled.
        judged: numbers of the clips that are scored.
        exclusive: one label a clip, or any number.
    """

    net: Path
    learnt: Rows
    targets: Array
    beside: Rows
    judged: Rows
    exclusive: bool


def logits_of(one: Tuning) -> Array:
    """Tune by the trainer's own code, and score: ``[judged, L]``."""
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
    return predict(restored(tuned.model, tuned.build), windows[one.judged], config)


def _instruments(order: tuple[list[Clip], Task, Path, int, int]) -> list[float]:
    """Accuracy of the head at home and of the tuned net, for one draw."""
    clips, own, net, examples, seed = order
    learnt, tested = draw(own, examples, seed)
    place, which = places_of(own.clips), own.which
    targets = np.eye(len(own.labels))[which[learnt]]

    def measure() -> list[float]:
        given = logits_of(Tuning(net, place[learnt], targets, NONE, place[tested], True))
        return [head_on(own, learnt, tested), float((given.argmax(1) == which[tested]).mean())]

    return kept(("elsewhere", net.name, examples, seed, own.labels, len(clips)), measure)


def _tags(order: tuple[list[Clip], Array, Path, int, int]) -> list[float]:
    """Average precision of a fold's tags, by the head at home and then by the tuned net."""
    clips, wide, net, fold, seed = order
    place = places_of(clips).astype(np.float64)

    def of(column: Array, scorer: Scorer) -> list[float]:
        own = unheard(clips, column, fold)
        return [float(one) for one in average_precisions(own, TAG_EXAMPLES, scorer, [seed])]

    def tuned(data: Dataset, judged: Array) -> Array:
        learnt, beside, asked = (
            rows[:, 0].astype(np.int64)
            for rows in (data.embeddings, data.background[:LIBRARY], judged)
        )
        return logits_of(Tuning(net, learnt, data.targets, beside, asked, False))

    def measure() -> list[float]:
        home = of(wide, lambda data, judged: fit_head(data).logits(judged))
        return home + of(place[:, None], tuned)

    return kept(("elsewhere, tags", net.name, fold, seed, len(clips)), measure)


def measured() -> tuple[dict[int, list[float]], list[list[float]]]:
    """Accuracies by number of examples, and average precisions of the eight tags, home first."""
    clips, net = corpus.clips(), wide_net(NINE)
    wide = embeddings(clips, net)
    rows = [row for row, clip in enumerate(clips) if clip.pack in NINE]
    own = task([clips[row] for row in rows], wide[rows])
    first_windows(corpus.indexed())
    seeds = range(DRAWS)
    with get_context("spawn").Pool(2) as pool:
        tags = pool.map_async(_tags, [(clips, wide, net, f, s) for s in seeds for f in TAGS], 1)
        orders = [(clips, own, net, count, seed) for count in EXAMPLES for seed in seeds]
        found = pool.map(_instruments, orders, 1)
        each = [np.array(one).reshape(2, -1) for one in tags.get()]
    by_count = np.array(found).reshape(len(EXAMPLES), DRAWS, 2).mean(axis=1)
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
    for at, name in enumerate(("at home", "at the trainer")):
        cells = " | ".join(_figure(found[at]) for found in instruments.values())
        lines.append(f"| {name} | {cells} |")
    lines += [_TAGS, "| tag | at home | at the trainer |", "|---|---|---|"]
    for column, tag in enumerate(names):
        home, there = tags[0][column], tags[1][column]
        lines.append(f"| {tag.tag} ({tag.kind}) | {_figure(home)} | {_figure(there)} |")
    home, there = (float(np.mean(row)) for row in tags)
    lines.append(f"| mean | {_figure(home)} | {_figure(there)} |")
    return "\n".join(lines) + "\n"


def _figure(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


_INTRODUCTION = f"""# At home or at a trainer

What a trainer elsewhere adds to training at home, both given the same labelled sounds of packs that
the net they go on from has never heard. Made by `python -m benchmarks.accuracy.elsewhere`, of
{DRAWS} draw of examples each.

At home a head is fitted to what the built-in net has stored of each sound, in seconds. A trainer
lets the net itself go on learning from your sounds, reads the tags off all of its layers, and keeps
what it learnt only if parts of your labels that were kept aside say that it helps.

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
