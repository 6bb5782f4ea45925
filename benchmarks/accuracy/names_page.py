"""The page about names and folders: a table and a plot of what `names` measured."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from benchmarks.accuracy.corpus import HERE
from benchmarks.accuracy.names_rows import Row
from benchmarks.accuracy.plots import ACCENT, PALE, STYLE
from earmark_daemon.tagging.folders import LEAST_OF_FAMILY, LEAST_SHARE

PAGE = HERE.parents[1] / "docs" / "NAMES.md"
PLOT = PAGE.parent / "pictures" / "names.svg"
_TEXT = """# What names and folders add

Earmark hears a sound, reads what it is called, and looks at what lies beside it. This page says
what each of these gives, on packs that neither the net nor the rule for names had ever seen. Made
by `python -m benchmarks.accuracy.names`.

![Mean recall, by what Earmark may look at](pictures/names.svg)

{table}

Mean recall over the 16 tags, with a 95 % interval by bootstrap over packs; "tagged" is the share of
sounds that get a tag at all, "of these right" how many of those tags are right; "wrong, unnoticed"
is the share of all sounds with a wrong tag that Earmark does not bring up for review.

- **Names** are read by a list of words in eight languages (`words.toml`) and pooled with the score
  of the sound by a rule that was fitted on the other packs (`evidence.py`).
- **Company** is what the sounds beside it are (`company.py`): those of its folder whose names begin
  with the same word or two, whatever that means (`families.py`), or else all of its folder. The
  shares of the tags among them are estimated from all their scores by expectation maximisation
  (Saerens, Latinne and Decaestecker 2002); where one tag has {family:.0%} or more, of a whole
  folder {share:.0%}, a doubtful sound is taken for that too, and its tag says that it comes from
  the folder. Mixed company changes nothing.
- **Names that mean nothing** are the makers' own with every word replaced by one of no language.
- **Names that fit their sounds no better than chance** are not believed (`trust.py`): with all
  names shuffled, the outcome is that of hidden names.

To be read with care: the labels of the collection come from its folders and file names, so folders
are of one kind more often here than they may be elsewhere, and names are right more often. That is
why "file name, in its pack" is the more honest row, and why rows with wrong names are there. Some
words were added after seeing mistakes on these packs. The shares and the weight of company were
chosen by looking at them, too; from one half to seven tenths, rows with names stay within 0.01.
`earmark tag --blind` uses the sound alone.

Paths that were made up as 47 kinds of vendors write them, before anybody looked at the list of
words, were read rightly by names alone in 769 of 888 cases, and 26 were given a wrong tag; with
what the model usually says of such a sound beside it, 773 of the 806 that have a right tag were.
Mended with sight of them, it is 819 and 10; `benchmarks/accuracy/LOG.md` says by what.
"""


def write(rows: Sequence[Row]) -> None:
    """Print the page, and write it with its plot."""
    text = _TEXT.format(table=_table(rows), share=LEAST_SHARE, family=LEAST_OF_FAMILY)
    print(text)
    PAGE.write_text(text, encoding="utf-8")
    _plot(rows)


def _table(rows: Sequence[Row]) -> str:
    lines = [
        "| what Earmark may look at | mean recall | interval | right | calibration error | tagged |"
        " of these right | wrong, unnoticed |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.name} | **{one.recall:.3f}** | {one.low:.2f} to {one.high:.2f} | {one.right:.1%} |"
        f" {one.calibration_error:.3f} | {one.tagged:.0%} | {one.precision:.0%} |"
        f" {one.unnoticed:.1%} |"
        for one in rows
    ]
    return "\n".join(lines)


def _plot(rows: Sequence[Row]) -> None:
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8.0, 0.36 * len(rows) + 0.9))
        axes = figure.subplots()
        places = np.arange(len(rows))[::-1]
        axes.barh(places, [one.recall for one in rows], color=PALE)
        for place, one in zip(places, rows, strict=True):
            axes.plot([one.low, one.high], [place, place], color=ACCENT, linewidth=1.5)
            axes.annotate(f"{one.recall:.2f}", (0.012, place), va="center")
        axes.set_yticks(places, [one.name for one in rows])
        axes.tick_params(axis="y", length=0)
        axes.set_xlim(0.0, 1.0)
        axes.set_xlabel("mean recall over the 16 tags, and its 95 % interval")
        figure.savefig(PLOT, metadata={"Date": None})
