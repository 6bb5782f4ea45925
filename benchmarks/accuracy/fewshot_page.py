"""The page about personal tags: tables and a plot from what `fewshot` measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from benchmarks.accuracy import scratch
from benchmarks.accuracy.corpus import HERE
from benchmarks.accuracy.instruments import LONG, SEEDS, VIBRARY_SEEDS, VIBRARY_STEPS
from benchmarks.accuracy.personal import FIRST, ROUNDS, STEP, Personal
from benchmarks.papers.printed.vibrary import INSTRUMENTS as PRINTED

Array = npt.NDArray[Any]
PAGE = HERE.parents[1] / "docs" / "PERSONAL-TAGS.md"
PLOT = PAGE.parent / "pictures" / "personal-tags.svg"
_COLOURS = ("#2f7d6d", "#7fb3a6", "#c58b3d", "#a3a8b3", "#5b6070", "#b0483f", "#7d5ba6", "#4a7fb5")
_STANDARD = 1.96


@dataclass(frozen=True)
class Page:
    """What was measured.

    Attributes:
        tags: the personal tags.
        tag_examples: numbers of examples for each.
        personal: by method, for each number of examples the average precision of each tag, NaN for
            tags that have too few sounds; None where it was not measured.
        examples: numbers of examples for each instrument.
        instruments: by net, accuracies; None where there were too few clips.
        active: by way of choosing, mean average precision ``[draws, ROUNDS + 1]``.
        given: by number of examples: of a tag's sounds the share that gets it, of those that get it
            the share that is right, and F1.
        left_out: share of tags left out, of real ones and of such as were given by chance.
    """

    tags: Sequence[Personal]
    tag_examples: Sequence[int]
    personal: Mapping[str, Sequence[Array | None]]
    examples: Sequence[int]
    instruments: Mapping[str, Sequence[float | None]]
    active: Mapping[str, Array]
    given: Mapping[int, Sequence[float]]
    left_out: Sequence[float]


def write(page: Page) -> None:
    """Print the tables, and write page and plot."""
    text = page_text(page)
    print(text)
    PAGE.write_text(text, encoding="utf-8")
    _plot(page)


def page_text(page: Page) -> str:
    """The page as Markdown."""
    sections = (_personal, _getting, _instruments, _next, _none)
    return "\n\n".join((_INTRODUCTION, *(section(page) for section in sections))) + "\n"


_INTRODUCTION = """# Tags of your own

How well a tag works that Earmark learns from a few of your examples. Made by
`python -m benchmarks.accuracy.fewshot`; every net was tested on packs that it had never heard. Here
each sound is heard by itself; in use it is [heard together](HEARD-TOGETHER.md) with those of its
folder, and tags are right more often.

![Mean average precision over the number of examples](pictures/personal-tags.svg)"""


def _personal(page: Page) -> str:
    ten = list(page.tag_examples).index(10)
    each = [
        (
            f"{tag.tag} ({tag.kind}, {tag.pack})",
            *(_of_tag(values[ten], i) for values in page.personal.values()),
        )
        for i, tag in enumerate(page.tags)
    ]
    return f"""## Eight personal tags

Machine of origin, articulation and playing style, read off the makers' own file names: mean average
precision over the tags and ten draws of examples; 1 is perfect. All sounds of the packs left out
are judged, so that a tag stands against everything else that lies there. Where a column says that
it holds fewer than eight tags, the others have too few sounds for so many examples; columns of
different tags do not compare.

{_table(["examples of each tag", *_columns(page)], _means(page))}

With ten examples, tag by tag:

{_table(["tag", *page.personal], each)}

"The library beside": sounds that nobody has labelled count a little as "not this". It is what
makes few examples work, for labelled sounds alone say only how your tags differ from one another.
"Without the kernel" is a head that weighs the numbers of the embedding one by one; this head weighs
how near a sound lies to sounds of yours and to some of the library, so that one tag may be several
sounds that have little in common. "The net's last layer" is what the network sees right before it
decides among sixteen instruments; the head reads a summary of all its layers, in which more is left
of how a sound was made. "From scratch" is the same network without anything learnt before, trained
by the trainer's own code for {scratch.EPOCHS} epochs on the same examples; draws of the ten that
were measured: {scratch.SEEDS}. "The library" are up to {scratch.MOST_BESIDE} unlabelled sounds
there. Three settings of the head, the width of its kernel, its penalty and what the library counts,
were chosen on these packs too, which flatters it a little."""


def _getting(page: Page) -> str:
    return f"""## What gets a tag

A tag is given from a score on that Earmark chooses by cross-validation; a wrong tag weighs more
there than a missing one. Means over the tags that have sounds enough, and ten draws, on sounds that
were not labelled and did not lie beside. How careful that choice is was settled on these packs too:

{_table(["examples of each tag", *map(str, page.given)], _given(page))}"""


def _instruments(page: Page) -> str:
    printed = ("printed by Vibrary for its own nine", *(PRINTED.get(n) for n in page.examples))
    rows = [*((name, *values) for name, values in page.instruments.items()), printed]
    return f"""## Instruments

Vibrary's protocol: so many examples of each class, a random split, the mean of {SEEDS} draws. The
table says which clips the net had been trained on; those figures flatter, as does any random split,
for takes of one instrument are on both sides. The classes are the tags of all packs that were left
out, which differ in what they call a kind; or, as in Vibrary's own collection, the instruments of
one, as its makers' folders name them. `vgg-elu` is Vibrary's network as it is described,
trained on the same clips for {VIBRARY_STEPS} steps of twenty clips, draws of the ten that were
measured: {VIBRARY_SEEDS}; that is what two processor cores do in minutes. It is too few: what it
gains with {LONG:,} is in [Heard together](HEARD-TOGETHER.md). A cell is empty where a class has too
few clips, and where that network was not trained.

{_table(["examples of each class", *map(str, page.examples)], rows)}"""


def _next(page: Page) -> str:
    rounds = [f"{STEP * turn} more" if turn else f"{FIRST} a tag" for turn in range(ROUNDS + 1)]
    return f"""## Which sounds to label next

Mean average precision when {STEP} more sounds at a time are labelled, chosen by chance, or by what
the head is in doubt about and what differs from what was chosen already.

{_table(["chosen", *rounds], [(n, *v.mean(axis=0)) for n, v in page.active.items()])}

{_verdict(page.active)}"""


def _none(page: Page) -> str:
    real, chance = page.left_out
    return f"""## Tags that are none

A tag that is told apart no better than by chance is left out. Of the eight tags with ten
examples that happened to {real * 100:.0f} %; of tags that were given to sounds by chance, to
{chance * 100:.0f} %."""


def _columns(page: Page) -> list[str]:
    first = next(iter(page.personal.values()))
    told = [0 if values is None else int((~np.isnan(values)).sum()) for values in first]
    return [
        f"{count}" if number == len(page.tags) else f"{count} ({number} of the tags)"
        for count, number in zip(page.tag_examples, told, strict=True)
    ]


def _means(page: Page) -> list[tuple[Any, ...]]:
    return [
        (name, *(None if v is None else float(np.nanmean(v)) for v in values))
        for name, values in page.personal.items()
    ]


def _given(page: Page) -> list[tuple[Any, ...]]:
    rows = ("of its sounds, get the tag", "of those that get it, are right", "F1")
    return [(row, *values) for row, *values in zip(rows, *page.given.values(), strict=True)]


def _of_tag(values: Array | None, number: int) -> float | None:
    return None if values is None else float(values[number])


def _verdict(active: Mapping[str, Array]) -> str:
    """What the draws say about choosing, in a sentence."""
    chance, doubt = active.values()
    gain = (doubt - chance)[:, 1:].mean(axis=1)
    error = _STANDARD * gain.std(ddof=1) / np.sqrt(len(gain))
    return (
        f"Over all rounds doubt gains {gain.mean():+.3f} on chance (±{error:.3f}, 95 % over "
        f"{len(gain)} draws) and is ahead in {int((gain > 0).sum())} of them."
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        cells = [_cell(value) for value in row]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return "" if np.isnan(value) else f"{value:.3f}".removeprefix("0")


def _plot(page: Page) -> None:
    PLOT.parent.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context({"svg.hashsalt": "earmark", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(6.4, 4.2), layout="constrained")
        axes = figure.subplots()
        for colour, (name, *means) in zip(cycle(_COLOURS), _means(page), strict=False):
            there = [(n, v) for n, v in zip(page.tag_examples, means, strict=True) if v is not None]
            axes.plot(*zip(*there, strict=True), marker="o", color=colour, label=name)
        axes.set_xscale("log")
        ticks = [label.replace(" (", "\n(") for label in _columns(page)]
        axes.set_xticks(page.tag_examples, ticks)
        axes.minorticks_off()
        axes.set_ylim(0.0, 1.0)
        axes.set_xlabel("examples of each tag")
        axes.set_ylabel("mean average precision")
        figure.legend(loc="outside lower center", ncols=2, frameon=False)
        figure.savefig(PLOT, metadata={"Date": None})
