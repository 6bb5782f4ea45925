"""Tags of one's own, heard alone and together: ``python -m benchmarks.accuracy.together``.

Each sound by itself, or with those of its pack that are most like it, as the service does it, where
every pack lies in one folder and its names tell nothing. Writes its page and a plot to docs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.accuracy import corpus
from benchmarks.accuracy.beside import fellows_of, folders_of, head_alone, head_beside
from benchmarks.accuracy.corpus import Clip
from benchmarks.accuracy.embeddings import embeddings
from benchmarks.accuracy.fewshot import wide_net
from benchmarks.accuracy.folds import NINE, OTHERS
from benchmarks.accuracy.instruments import (
    EXAMPLES,
    LONG,
    SEEDS,
    Task,
    head_accuracy,
    head_on,
    task,
    vibrary_accuracy,
)
from benchmarks.accuracy.personal import (
    TAGS,
    average_precisions,
    found_and_right,
    unheard,
)
from benchmarks.accuracy.together_page import TAG_EXAMPLES, Found, write
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.learning.fellows import Fellows

Array = npt.NDArray[Any]
FOLDERS = {
    "folders of 30 of a pack": (30, True),
    "folders of 8 of a pack": (8, True),
    "folders of 40 of all sorts": (40, False),
    "folders of 8 of all sorts": (8, False),
}
"""How many sounds lie in each, and whether all are of one pack."""


def accuracies(own: Task) -> list[float]:
    """By number of examples."""
    return [head_accuracy(own, count) or 0.0 for count in EXAMPLES]


def on_packs(packs: Collection[str]) -> list[list[float]]:
    """Accuracies on packs that the net never heard: alone, together, by Vibrary's network."""
    clips = [clip for clip in corpus.clips() if clip.pack in packs]
    wide = embeddings(clips, wide_net(packs))
    nine = both(clips, wide, fellows_of(clips, wide))
    return [*map(accuracies, nine), from_scratch(nine[0])]


def from_scratch(own: Task) -> list[float]:
    """The same by Vibrary's network, trained on the same clips from random weights."""
    return [vibrary_accuracy(own, count, train=True, steps=LONG) or 0.0 for count in EXAMPLES]


def in_folders(clips: list[Clip], wide: Array) -> dict[str, list[float]]:
    """Accuracies of the nine instruments where these clips lie otherwise than pack by pack."""
    found = {}
    for name, (size, sorted_by_pack) in FOLDERS.items():
        folders = folders_of(clips, size, sorted_by_pack=sorted_by_pack)
        found[name] = accuracies(both(clips, wide, fellows_of(clips, wide, folders))[1])
    return found


def both(clips: list[Clip], wide: Array, fellows: Fellows) -> tuple[Task, Task]:
    """The nine instruments of these clips, alone and together."""
    alone = task(clips, wide)
    rows = np.array([row for row, clip in enumerate(clips) if clip.label in alone.labels])
    return alone, replace(alone, fellows=fellows.rows(rows))


def in_other_packs(own: Task, examples: int, seed: int) -> float:
    """Mean recall in half of the packs of a head that learnt from the other half.

    Of the classes that both halves have; so many examples of each, or as many as there are.
    """
    random, which = np.random.default_rng(seed), own.which
    packs = np.array([clip.pack for clip in own.clips])
    names = np.unique(packs)
    labelled = np.isin(packs, random.permutation(names)[: len(names) // 2])
    common = np.intersect1d(which[labelled], which[~labelled])
    rows = [random.permutation(np.flatnonzero(labelled & (which == one))) for one in common]
    learnt = np.concatenate([own_rows[:examples] for own_rows in rows])
    asked = [np.flatnonzero(~labelled & (which == one)) for one in common]
    chosen = np.concatenate([learnt, *asked])
    fewer = Task(
        [own.clips[row] for row in chosen],
        own.embeddings[chosen],
        tuple(own.labels[one] for one in common),
        own.fellows and own.fellows.rows(chosen),
    )
    ends = np.cumsum([len(learnt), *map(len, asked)])
    first = np.arange(len(learnt))
    return float(np.mean([head_on(fewer, first, np.arange(a, b)) for a, b in pairwise(ends)]))


def measured() -> Found:
    """All of it; with nets that are kept a matter of minutes."""
    clips = corpus.clips()
    wide = embeddings(clips, wide_net(NINE))
    fellows = fellows_of(clips, wide)
    rows = np.array([row for row, clip in enumerate(clips) if clip.pack in NINE])
    left = [clips[row] for row in rows]
    nine = both(left, wide[rows], fellows.rows(rows))
    heard = embeddings(clips, BUILTIN)
    whole = both(clips, heard, fellows_of(clips, heard))
    numbers = np.arange(len(clips), dtype=np.float32)[:, None]
    scorers = (head_alone(wide), head_beside(wide, fellows))
    own = [unheard(clips, numbers, fold) for fold in TAGS]
    picked = [one.embeddings[:, 0].astype(np.int64) for one in own]
    alone = [replace(one, embeddings=wide[of]) for one, of in zip(own, picked, strict=True)]
    together = [replace(a, fellows=fellows.rows(of)) for a, of in zip(alone, picked, strict=True)]
    return Found(
        unheard=on_packs(NINE),
        others=on_packs(OTHERS),
        elsewhere=[
            [
                float(np.mean([in_other_packs(way, n, seed) for seed in range(2 * SEEDS)]))
                for n in EXAMPLES
            ]
            for way in nine
        ],
        collection=[accuracies(way) for way in whole],
        folders=in_folders(left, wide[rows]),
        tags=[
            [
                float(np.nanmean(np.concatenate([average_precisions(o, n, s) for o in own])))
                for n in TAG_EXAMPLES
            ]
            for s in scorers
        ],
        given=[found_and_right(way, 10) for way in (alone, together)],
    )


if __name__ == "__main__":
    print(write(measured()))
