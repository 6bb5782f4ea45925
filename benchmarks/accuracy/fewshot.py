"""A new tag from ten examples: ``python -m benchmarks.accuracy.fewshot``.

Prints tables and writes them, with a plot, to docs. The nets are those of `nets`: none has
heard a pack that it is judged on. Each gets the wide embedding of `widen`, its components taken
from packs that it has heard.
"""

from __future__ import annotations

import argparse
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.accuracy import corpus
from benchmarks.accuracy.corpus import Clip
from benchmarks.accuracy.embeddings import CACHE, embeddings
from benchmarks.accuracy.fewshot_page import Page, write
from benchmarks.accuracy.folds import FOLDS, NINE
from benchmarks.accuracy.instruments import (
    COLLECTION,
    EXAMPLES,
    FEWEST_TESTED,
    Task,
    head_accuracy,
    task,
    vibrary_accuracy,
    within,
)
from benchmarks.accuracy.linear import linear_logits
from benchmarks.accuracy.mfcc import mfcc_statistics
from benchmarks.accuracy.nets import net_without
from benchmarks.accuracy.personal import (
    TAGS,
    Scorer,
    Unheard,
    average_precisions,
    chosen_by,
    found_and_right,
    left_out_share,
    unheard,
)
from benchmarks.accuracy.recipes import BUILTIN as RECIPE
from benchmarks.accuracy.recipes import RECIPES
from benchmarks.accuracy.scratch import from_scratch
from benchmarks.accuracy.widen import widen
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.learning.dataset import Dataset
from earmark_daemon.learning.head import Settings, fit_head
from earmark_daemon.learning.selection import next_to_label

Array = npt.NDArray[Any]
TAG_EXAMPLES = (2, 5, 10, 20, 40, 80)
GIVEN_EXAMPLES = (5, 10, 20)
SCRATCH_EXAMPLES = 10
NO_LIBRARY = Settings(background=0.0)
ACTIVE_SEEDS = 40


@dataclass(frozen=True)
class Ears:
    """One fold's clips as several ears hear them."""

    wide: Unheard
    narrow: Unheard
    mfcc: Unheard


def _head(settings: Settings | None = None) -> Scorer:
    """Scores of a head with these settings."""
    return lambda data, judged: fit_head(data, settings).logits(judged)


def _curve(own: list[Unheard], scorer: Scorer) -> list[Array | None]:
    """For each number of examples the average precision of each of the eight tags."""
    return [
        np.concatenate([average_precisions(one, count, scorer) for one in own])
        for count in TAG_EXAMPLES
    ]


def _at_ten(clips: list[Clip], *, library: bool) -> list[Array | None]:
    return [
        from_scratch(clips, count, library=library) if count == SCRATCH_EXAMPLES else None
        for count in TAG_EXAMPLES
    ]


def _net(packs: Collection[str]) -> Path:
    return net_without(RECIPES[RECIPE], packs)


def _wide(clips: list[Clip], unheard_packs: Collection[str]) -> Array:
    """Wide embeddings of all clips by the net that has not heard these packs."""
    return embeddings(clips, wide_net(unheard_packs))


def wide_net(unheard_packs: Collection[str]) -> Path:
    """The net that has not heard these packs, with its wide embedding."""
    net = _net(unheard_packs)
    wide = CACHE / f"wide-{net.name}"
    if not wide.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        widen(net, wide, [clip for clip in corpus.indexed() if clip.pack not in unheard_packs])
    return wide


def _ears(clips: list[Clip], fold: int) -> Ears:
    return Ears(
        unheard(clips, _wide(clips, FOLDS[fold]), fold),
        unheard(clips, embeddings(clips, _net(FOLDS[fold])), fold),
        unheard(clips, mfcc_statistics(clips), fold),
    )


def by_doubt(data: Dataset, pool: Array, count: int) -> Array:
    """What uncertainty and diversity would have labelled next."""
    return next_to_label(pool, fit_head(data).scores(pool), count)


def at_random(data: Dataset, pool: Array, count: int) -> Array:
    """What chance would have labelled next."""
    return np.random.default_rng(len(data.contents)).permutation(len(pool))[:count]


def _personal(clips: list[Clip], heard: list[Ears]) -> dict[str, list[Array | None]]:
    wide = [one.wide for one in heard]
    mfcc = [one.mfcc for one in heard]
    return {
        "this head": _curve(wide, _head()),
        "without the library beside": _curve(wide, _head(NO_LIBRARY)),
        "without the kernel": _curve(wide, linear_logits),
        "on the net's last layer alone": _curve([one.narrow for one in heard], _head()),
        "on MFCC statistics": _curve(mfcc, _head()),
        "on MFCC statistics, without kernel and library": _curve(
            mfcc, lambda data, judged: linear_logits(data, judged, NO_LIBRARY)
        ),
        "compact net from scratch": _at_ten(clips, library=False),
        "compact net from scratch, with the library beside": _at_ten(clips, library=True),
    }


def _instruments(clips: list[Clip], *, train: bool) -> dict[str, list[float | None]]:
    own = task(clips, embeddings(clips, BUILTIN))
    rows = _both("all packs", own, "classes", train=train, heard=" (the built-in model heard them)")
    for fold, packs in enumerate(FOLDS):
        left, wide = _left_out(clips, packs)
        for examples in (EXAMPLES[1], EXAMPLES[-1]):
            own = task(left, wide, examples + FEWEST_TESTED)
            rows |= _both(f"packs left out by fold {fold}", own, "classes", train=train)
        if COLLECTION in packs:
            rows |= _within(left, wide, train=train)
    own = task(*_left_out(clips, NINE))
    return rows | _both(f"{len(NINE)} packs left out together", own, "classes", train=train)


def _left_out(clips: list[Clip], packs: Collection[str]) -> tuple[list[Clip], Array]:
    """The clips of these packs, and their wide embeddings by the net that has not heard them."""
    rows = [row for row, clip in enumerate(clips) if clip.pack in packs]
    return [clips[row] for row in rows], _wide(clips, packs)[rows]


def _within(left: list[Clip], wide: Array, *, train: bool) -> dict[str, list[float | None]]:
    """A random split within one collection that the net never heard, as Vibrary's own figure.

    Nine instruments, and those of them that have clips enough for more examples.
    """
    rows: dict[str, list[float | None]] = {}
    for examples in (EXAMPLES[0], EXAMPLES[2]):
        own = within(left, wide, examples + FEWEST_TESTED)
        rows |= _both(f"{COLLECTION}, left out with its fold", own, "instruments", train=train)
    return rows


def _both(
    name: str, own: Task, what: str, *, train: bool, heard: str = ""
) -> dict[str, list[float | None]]:
    """The head's row, and below it that of Vibrary's network on the same clips."""
    name = f"{name}: {len(own.labels)} {what}"
    return {
        name + heard: [head_accuracy(own, count) for count in EXAMPLES],
        f"`vgg-elu` from scratch, {name}": [
            vibrary_accuracy(own, count, train=train) for count in EXAMPLES
        ],
    }


def page(*, train: bool) -> Page:
    """Everything that is measured; ``train`` as in `vibrary_accuracy`."""
    clips = corpus.clips()
    heard = [_ears(clips, fold) for fold in TAGS]
    wide = [one.wide for one in heard]
    return Page(
        tags=[tag for fold in TAGS for tag in TAGS[fold]],
        tag_examples=TAG_EXAMPLES,
        personal=_personal(clips, heard),
        examples=EXAMPLES,
        instruments=_instruments(clips, train=train),
        active={
            name: np.concatenate([chosen_by(one, chooser, range(ACTIVE_SEEDS)) for one in wide])
            for name, chooser in (("at random", at_random), ("doubtful and different", by_doubt))
        },
        given={count: found_and_right(wide, count) for count in GIVEN_EXAMPLES},
        left_out=[left_out_share(wide, real=real) for real in (True, False)],
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-vibrary", action="store_true", help="do not train Vibrary's network")
    given = parser.parse_args()
    write(page(train=not given.no_vibrary))
