"""Tags of one's own, heard alone and together: ``python -m benchmarks.accuracy.together``.

Each sound by itself, or with those of its pack that are most like it, as the service does it, where
every pack lies in one folder and its names tell nothing. Writes its page and a plot to docs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from benchmarks.accuracy import corpus
from benchmarks.accuracy.beside import fellows_of, folders_of, head_alone, head_beside
from benchmarks.accuracy.corpus import HERE, Clip
from benchmarks.accuracy.elsewhere import figure
from benchmarks.accuracy.embeddings import embeddings
from benchmarks.accuracy.fewshot import wide_net
from benchmarks.accuracy.folds import NINE, OTHERS
from benchmarks.accuracy.instruments import (
    EXAMPLES,
    LONG,
    SEEDS,
    VIBRARY_SEEDS,
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
from benchmarks.papers.printed.vibrary import INSTRUMENTS as PRINTED
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.learning.fellows import Fellows
from earmark_daemon.tagging.fellows import NEAREST

Array = npt.NDArray[Any]
PAGE = HERE.parents[1] / "docs" / "HEARD-TOGETHER.md"
PLOT = PAGE.parent / "pictures" / "heard-together.svg"
WAYS = ("alone", "together")
FOLDERS = {
    "folders of 30 of a pack": (30, True),
    "folders of 8 of a pack": (8, True),
    "folders of 40 of all sorts": (40, False),
    "folders of 8 of all sorts": (8, False),
}
"""How many sounds lie in each, and whether all are of one pack."""
TAG_EXAMPLES = (5, 10, 20)
PRINTED_ROW = "printed by Vibrary for its own sounds"
_CURVES = (*WAYS, "`vgg-elu`", PRINTED_ROW)
_LOOKS = (("#a3a8b3", "-"), ("#2f7d6d", "-"), ("#8d6bb0", ":"), ("#c58b3d", "--"))


@dataclass(frozen=True)
class Found:
    """What was measured, each alone and then together.

    Attributes:
        unheard: accuracies on packs that the net never heard, by number of examples.
        scratch: the same by Vibrary's network, trained on the same clips from scratch.
        others: alone, together and by Vibrary's network on the packs that had no part in choosing
            how sounds are heard together, by a net that never heard these.
        elsewhere: the same where half of the packs are labelled and the other half is asked about.
        collection: the same on the whole collection by the built-in model, which heard it.
        folders: by how sounds lie in folders, the same on packs never heard, together.
        tags: mean average precision of personal tags by number of examples.
        given: found, right and F1 of what gets a tag, with ten examples.
    """

    unheard: list[list[float]]
    scratch: list[float]
    others: list[list[float]]
    elsewhere: list[list[float]]
    collection: list[list[float]]
    folders: dict[str, list[float]]
    tags: list[list[float]]
    given: list[tuple[float, float, float]]


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
        unheard=[accuracies(way) for way in nine],
        scratch=from_scratch(nine[0]),
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


def page(found: Found) -> str:
    """The page, as Markdown."""
    return f"""# Heard together

A maker records one instrument take by take and keeps the takes in one folder. So Earmark hears tags
of your own not from each sound alone: what your model says of it is averaged with what it says of
up to {NEAREST} sounds of the same folder that are like it, the nearest counting most, and heads are
taught the same way. Made by `python -m benchmarks.accuracy.together`. Unless it says otherwise,
every pack lies in one folder here, and names tell nothing.

![Accuracy over the number of examples, alone and together](pictures/heard-together.svg)

## Nine instruments

Vibrary's protocol: so many examples of each, a random split, accuracy on all others, the mean of
{SEEDS} draws. On {len(NINE)} packs that the net had never heard:

{_table(EXAMPLES, _beside_vibrary(found.unheard, found.scratch))}

How many sounds are asked, what they count and who is a stranger was chosen on these {len(NINE)}
packs, out of some fifty ways, which flatters it. The other {len(OTHERS)} packs had no part in that.
On these, by a net that had never heard them and learnt from the {len(NINE)} alone:

{_table(EXAMPLES, _beside_vibrary(found.others[:2], found.others[2]))}

`vgg-elu` is Vibrary's network as it is described, trained from scratch on the same clips for
{LONG:,} steps of twenty; draws of the ten that were measured: {VIBRARY_SEEDS}. What is printed
it reached on its makers' own sounds. Part of the distance is a training cut short (with a fifth of
the steps it is worse by up to .19); the rest is that these sounds are harder to tell apart.

By the built-in model on the whole collection, which it was trained on:

{_table(EXAMPLES, _rows(found.collection))}

The same packs in smaller folders, and in folders of all sorts as of somebody who copies favourites
into them, where hardly any two sounds belong together: there a sound is mostly left to itself.

{_table(EXAMPLES, [("alone", found.unheard[0]), *found.folders.items()])}

Half of the {len(NINE)} packs are labelled and the other half is asked about: mean recall of the
instruments that both have, {2 * SEEDS} halvings. A pack's own way to record is no help here:

{_table(EXAMPLES, _rows(found.elsewhere))}

## Eight personal tags

Mean average precision, as in [Tags of your own](PERSONAL-TAGS.md), by the net that had not heard
the packs:

{_table(TAG_EXAMPLES, _rows(found.tags))}

Of a tag's sounds the share that gets it, of those that get it the share that is right, and F1, with
ten examples, at the scores that Earmark chooses:

{_table(("found", "right", "F1"), _rows(found.given))}

Vibrary heard each sound alone; the row "alone" compares with its figures like for like. What else
was tried stands in `benchmarks/accuracy/LOG.md`.
"""


def _rows(ways: Any) -> list[tuple[str, Any]]:
    return list(zip(WAYS, ways, strict=True))


def _beside_vibrary(ways: Any, scratch: list[float]) -> list[tuple[str, Any]]:
    printed = [PRINTED[n] for n in EXAMPLES]
    return list(zip(_CURVES, [*ways, scratch, printed], strict=True))


def _table(columns: Any, rows: list[tuple[str, Any]]) -> str:
    named = [f"{one} of each" if isinstance(one, int) else one for one in columns]
    lines = ["| | " + " | ".join(named) + " |", "|---" * (len(named) + 1) + "|"]
    lines += [f"| {name} | {' | '.join(map(figure, values))} |" for name, values in rows]
    return "\n".join(lines)


def plot(found: Found) -> None:
    """Accuracy over the number of examples, the packs of the choice beside the others."""
    drawing = Figure(figsize=(8.4, 4.0), layout="constrained")
    halves = {
        f"the {len(NINE)} packs of the choice": [*found.unheard, found.scratch],
        f"the other {len(OTHERS)} packs": found.others,
    }
    printed = [PRINTED[n] for n in EXAMPLES]
    panels = drawing.subplots(1, len(halves), sharey=True)
    for axes, (title, curves) in zip(panels, halves.items(), strict=True):
        for name, values, look in zip(_CURVES, [*curves, printed], _LOOKS, strict=True):
            axes.plot(EXAMPLES, values, look[1], color=look[0], marker="o", label=name.strip("`"))
        axes.set_title(title, fontsize="medium")
        axes.set_xscale("log")
        axes.set_xticks(EXAMPLES, [str(n) for n in EXAMPLES])
        axes.minorticks_off()
        axes.set_xlabel("examples of each of nine instruments")
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("accuracy on packs never heard")
    panels[-1].legend(frameon=False, loc="lower right")
    with mpl.rc_context({"svg.hashsalt": "earmark"}):
        drawing.savefig(PLOT, metadata={"Date": None})


if __name__ == "__main__":
    figures = measured()
    text = page(figures)
    print(text)
    PAGE.write_text(text, encoding="utf-8")
    plot(figures)
