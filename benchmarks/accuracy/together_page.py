"""The page on tags of one's own that are heard together, and its plot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.accuracy.corpus import HERE
from benchmarks.accuracy.elsewhere import figure
from benchmarks.accuracy.folds import NINE, OTHERS
from benchmarks.accuracy.instruments import EXAMPLES, LONG, SEEDS, VIBRARY_SEEDS
from benchmarks.papers.printed.vibrary import INSTRUMENTS as PRINTED
from earmark_daemon.tagging.fellows import NEAREST

PAGE = HERE.parents[1] / "docs" / "HEARD-TOGETHER.md"
PLOT = PAGE.parent / "pictures" / "heard-together.svg"
WAYS = ("alone", "together")
TAG_EXAMPLES = (5, 10, 20)
PRINTED_ROW = "printed by Vibrary for its own sounds"
_CURVES = (*WAYS, "`vgg-elu`", PRINTED_ROW)
_LOOKS = (("#a3a8b3", "-"), ("#2f7d6d", "-"), ("#8d6bb0", ":"), ("#c58b3d", "--"))


@dataclass(frozen=True)
class Found:
    """What was measured, each alone and then together.

    Attributes:
        unheard: accuracies on packs that the net never heard, by number of examples; the third are
            those of Vibrary's network, trained on the same clips from scratch.
        others: the same on the packs that had no part in choosing how sounds are heard together, by
            a net that never heard these.
        elsewhere: the same where half of the packs are labelled and the other half is asked about.
        collection: the same on the whole collection by the built-in model, which heard it.
        folders: by how sounds lie in folders, the same on packs never heard, together.
        tags: mean average precision of personal tags by number of examples.
        given: found, right and F1 of what gets a tag, with ten examples.
    """

    unheard: list[list[float]]
    others: list[list[float]]
    elsewhere: list[list[float]]
    collection: list[list[float]]
    folders: dict[str, list[float]]
    tags: list[list[float]]
    given: list[tuple[float, float, float]]


def write(found: Found) -> str:
    """Write page and plot to docs, and return the page."""
    text = page(found)
    PAGE.write_text(text, encoding="utf-8")
    plot(found)
    return text


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

{_table(EXAMPLES, _beside_printed(found.unheard))}

How many sounds are asked, what they count and who is a stranger was chosen on these {len(NINE)}
packs, out of some fifty ways, which flatters it. The other {len(OTHERS)} packs had no part in that.
On these, by a net that had never heard them and learnt from the {len(NINE)} alone:

{_table(EXAMPLES, _beside_printed(found.others))}

`vgg-elu` is Vibrary's network as it is described, trained from scratch on the same clips for
{LONG:,} steps of twenty; draws of the ten that were measured: {VIBRARY_SEEDS}. What is printed it
reached on its makers' own sounds. Part of the distance is a training cut short, for it goes on
getting better; how much of the rest lies in sounds that are harder to tell apart is not known.

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
the packs. These tags had a part in the choice, too:

{_table(TAG_EXAMPLES, _rows(found.tags))}

Of a tag's sounds the share that gets it, of those that get it the share that is right, and F1, with
ten examples, at the scores that Earmark chooses:

{_table(("found", "right", "F1"), _rows(found.given))}

Vibrary heard each sound alone; the row "alone" compares with its figures like for like. What else
was tried stands in `benchmarks/accuracy/LOG.md`.
"""


def _rows(ways: Any) -> list[tuple[str, Any]]:
    return list(zip(WAYS, ways, strict=True))


def _beside_printed(curves: Any) -> list[tuple[str, Any]]:
    printed = [PRINTED[n] for n in EXAMPLES]
    return list(zip(_CURVES, [*curves, printed], strict=True))


def _table(columns: Any, rows: list[tuple[str, Any]]) -> str:
    named = [f"{one} of each" if isinstance(one, int) else one for one in columns]
    lines = ["| | " + " | ".join(named) + " |", "|---" * (len(named) + 1) + "|"]
    lines += [f"| {name} | {' | '.join(map(figure, values))} |" for name, values in rows]
    return "\n".join(lines)


def plot(found: Found) -> None:
    """Accuracy over the number of examples, the packs of the choice beside the others."""
    drawing = Figure(figsize=(8.4, 4.3), layout="constrained")
    halves = {
        f"{len(NINE)} packs on which it was chosen": found.unheard,
        f"{len(OTHERS)} packs that had no part in that": found.others,
    }
    panels = drawing.subplots(1, len(halves), sharey=True)
    for axes, (title, curves) in zip(panels, halves.items(), strict=True):
        for (name, values), (colour, line) in zip(_beside_printed(curves), _LOOKS, strict=True):
            axes.plot(EXAMPLES, values, line, color=colour, marker="o", label=name.strip("`"))
        axes.set_title(title, fontsize="medium")
        axes.set_xscale("log")
        axes.set_xticks(EXAMPLES, [str(n) for n in EXAMPLES])
        axes.minorticks_off()
        axes.set_xlabel("examples of each of nine instruments")
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("accuracy on packs never heard")
    curves = panels[0].get_lines()
    drawing.legend(handles=curves, frameon=False, loc="outside lower center", ncols=len(curves))
    with mpl.rc_context({"svg.hashsalt": "earmark"}):
        drawing.savefig(PLOT, metadata={"Date": None})
