"""Writes the model card from what was measured; no figure in it is typed by hand."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.accuracy.corpus import HERE, LABELS
from benchmarks.accuracy.folds import FOLDS
from benchmarks.accuracy.pictures import VOICES
from benchmarks.accuracy.recipes import Recipe

CONFUSIONS_TOLD = 10


@dataclass(frozen=True)
class Facts:
    """What the card tells.

    Attributes:
        name: of the model.
        digest: of its file.
        size: of its file, bytes.
        parameters: of the network.
        recipe: how it was trained.
        clips: real clips that it was trained on.
        pictures: those, their treated copies and synthesised sounds together.
        report: figures on packs left out.
        thresholds: from which score on each tag is given.
        temperature: of the scores.
        milliseconds: median time of the network for one clip on one core.
    """

    name: str
    digest: str
    size: int
    parameters: int
    recipe: Recipe
    clips: int
    pictures: int
    report: dict[str, Any]
    thresholds: dict[str, float]
    temperature: float
    milliseconds: float


def card(facts: Facts) -> str:
    """The page, as Markdown."""
    parts = (_head(facts), _method(facts), _figures(facts), _failures(facts), _data(facts))
    return "\n\n".join(parts) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def _head(facts: Facts) -> str:
    return f"""# The built-in model: {facts.name}

It hears one sound of at most a few seconds and says which of {len(LABELS)} kinds of instrument it
is: {", ".join(LABELS)}. A tag is given only from a score on that was right often enough on packs
that were left out of training; below it the answer is "unknown".

- Network: `{facts.recipe.config.architecture}`, {facts.parameters:,} parameters,
  {facts.size / 1e6:.1f} MB, {facts.milliseconds:.1f} ms a clip (onnxruntime, one core)
- Digest: `{facts.digest}`
- Made by `make demo-model`, which also writes this page"""


def _method(facts: Facts) -> str:
    config, folds = facts.recipe.config, len(FOLDS)
    made = sum(count for _, count in VOICES.values())
    return f"""## How it was trained

From scratch, on {facts.clips:,} recorded clips and {facts.pictures - facts.clips:,} treated copies
and synthesised sounds: copies change speed and pitch, equaliser, saturation, compression, length,
room, noise and bit depth of the audio; {made:,} sounds of {", ".join(VOICES)} are synthesised by
this project's own code. Labels and packs are drawn evenly. {config.epochs} epochs of
{config.clips_per_epoch:,} clips, seed {config.seed}.

{_teaching(facts)}

Each figure below is of packs that the net which answered had never heard: the packs are divided
into {folds} folds, and {folds} nets were trained, each without one fold. The model that ships was
then trained on everything, with their temperature ({facts.temperature:.2f}) and thresholds. Names
of files and folders play no part."""


def _teaching(facts: Facts) -> str:
    if facts.recipe.config.teacher_weight <= 0:
        return "No other model taught it."
    return """While it trained, an extra head also had to predict the embedding of YAMNet (Google,
Apache-2.0, trained on AudioSet) for the same audio. That head, and YAMNet, are not in the model;
what it hears was partly distilled from them."""


def _figures(facts: Facts) -> str:
    report = facts.report
    low, high = report["mean_recall_interval"]
    told = report["thresholded"]
    coverage = ", ".join(
        f"{share:.0%} at {float(precision):.0%}" for precision, share in report["coverage"].items()
    )
    rows = [
        (
            label,
            entry["clips"],
            f"{entry['recall']:.2f}",
            f"{entry['precision']:.2f}",
            f"{entry['roc_auc']:.3f}",
            f"{entry['pr_auc']:.2f}",
            f"{facts.thresholds[label]:.2f}",
        )
        for label, entry in report["labels"].items()
    ]
    head = ("tag", "clips", "recall", "precision", "ROC AUC", "PR AUC", "given from")
    packs = [
        (pack, entry["clips"], f"{entry['accuracy']:.2f}")
        for pack, entry in report["packs"].items()
    ]
    return f"""## How right it is on packs left out

- Mean recall over the tags: **{report["mean_recall"]:.3f}** (95 % interval by bootstrap over
  packs: {low:.2f} to {high:.2f}); with each pack counted alike
  {report["mean_recall_pack_by_pack"]:.3f}
- Mean ROC AUC {report["roc_auc"]:.3f}, mean PR AUC {report["pr_auc"]:.3f}
- Expected calibration error {report["calibration_error"]:.3f}
- Share of the sounds that can be tagged at a precision: {coverage}
- With the thresholds, aimed at {told["aimed_at"]:.0%}: {told["tagged"]:.0%} of the sounds are
  tagged, {told["right"]:.0%} of those tags are right

{_table(head, rows)}

Share of each pack's clips whose best tag is right:

{_table(("pack", "clips", "right"), packs)}"""


def _failures(facts: Facts) -> str:
    table = np.array(facts.report["confusion"], dtype=float)
    shares = table / np.maximum(1.0, table.sum(axis=1, keepdims=True))
    np.fill_diagonal(shares, 0.0)
    worst = np.argsort(-shares, axis=None)[:CONFUSIONS_TOLD]
    rows = []
    for place in worst:
        true, said = np.unravel_index(place, shares.shape)
        rows.append((LABELS[true], LABELS[said], f"{shares[true, said]:.0%}"))
    return f"""## How it fails

It was trained on single sounds; a loop or a mix gets the tag of what is loudest, or none. The kinds
overlap: a low tom and a kick, a bowed double bass among strings, a synthesised brass sound. Most
often taken for something else, on packs left out:

{_table(("is", "was taken for", "share of its clips"), rows)}"""


def _data(facts: Facts) -> str:
    with (HERE / "packs.csv").open(newline="", encoding="utf-8") as file:
        rows = [
            (row["pack"], row["licence"], row["origin"], row["attribution"] or "none asked for")
            for row in csv.DictReader(file)
        ]
    return f"""## What it was trained on

Clips were mixed to mono, brought to 32 kHz and cut to 3.2 s. Labels come from folder and file
names; `benchmarks/accuracy/corrections.csv` lists those that were corrected or dropped, and why.

{_table(("pack", "licence", "origin", "makers"), rows)}

Besides these: {sum(count for _, count in VOICES.values()):,} sounds synthesised by
`benchmarks/accuracy/drums.py` and `tones.py`."""
