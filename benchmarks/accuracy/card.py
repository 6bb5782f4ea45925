"""Writes the model card from what was measured; no figure in it is typed by hand."""

from __future__ import annotations

import csv
import json
import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime

from benchmarks.accuracy.corpus import CORRECTIONS, HERE, LABELS
from benchmarks.accuracy.figures import THRESHOLD
from benchmarks.accuracy.folds import FOLDS
from benchmarks.accuracy.pictures import VOICES
from earmark_daemon.hearing.frontend import FrontendSpec

CONFUSIONS_TOLD = 10
PLOTS = Path("pictures") / "accuracy.svg"
"""Beside the card."""


@dataclass(frozen=True)
class Facts:
    """What the card tells; all but the time of one clip stands in the model file itself.

    Attributes:
        said: the model's metadata.
        size: of the file, bytes.
        parameters: of the network.
        milliseconds: median time of the network for one clip on one core.
    """

    said: dict[str, Any]
    size: int
    parameters: int
    milliseconds: float

    @property
    def report(self) -> dict[str, Any]:
        """Figures on packs left out."""
        return dict(self.said["metrics"])

    @property
    def training(self) -> dict[str, Any]:
        """How it was trained."""
        return dict(self.said["training"])


def facts(model: Path) -> Facts:
    """The facts of a model file."""
    graph = onnx.load(model)
    (entry,) = graph.metadata_props
    return Facts(
        said=json.loads(entry.value),
        size=model.stat().st_size,
        parameters=sum(math.prod(weight.dims) for weight in graph.graph.initializer),
        milliseconds=_milliseconds(model),
    )


def _milliseconds(model: Path) -> float:
    """Median time of one clip on one core, at its full length."""
    spec = FrontendSpec()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    (asked,) = session.get_inputs()
    clip = np.full((1, spec.n_mels, spec.frames), 100, dtype=np.uint8)
    times = []
    for _ in range(60):
        began = time.perf_counter()
        session.run(None, {asked.name: clip})
        times.append(time.perf_counter() - began)
    return float(np.median(times)) * 1000.0


def card(facts: Facts) -> str:
    """The page, as Markdown."""
    parts = (_head(facts), _method(facts), _figures(facts), _failures(facts), _data())
    return "\n\n".join(parts) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def _head(facts: Facts) -> str:
    return f"""# The built-in model: {facts.said["name"]}

It hears one sound of at most a few seconds and says which of {len(LABELS)} kinds of instrument it
is:
{", ".join(LABELS)}.
A tag is given from a calibrated score of {THRESHOLD} on; below it the answer is "unknown".

- Network: `{facts.training["architecture"]}`, {facts.parameters:,} parameters,
  {facts.size / 1e6:.1f} MB, {facts.milliseconds:.1f} ms a clip (onnxruntime, one core)
- Digest: `{facts.said["digest"]}` (as `earmark models list` and `show` say it: of the
  file without the digest that stands in it, so `sha256sum` shows another)
- Made by `make demo-model`, which also writes this page"""


def _method(facts: Facts) -> str:
    training, folds = facts.training, len(FOLDS)
    last, first = training["last_config"], training["fold_config"]
    others = training["pictures"] - training["clips"]
    made = sum(count for _, count in VOICES.values())
    return f"""## How it was trained

From scratch, on {training["clips"]:,} recorded clips and {others:,} treated copies and
synthesised sounds: copies change speed and pitch, equaliser, saturation, compression, length,
room, noise and bit depth of the audio; {made:,} sounds of
{", ".join(VOICES)} are
synthesised by this project's own code. Labels and packs are drawn evenly. {first["epochs"]} epochs
of {first["clips_per_epoch"]:,} clips, seed {first["seed"]}.

{_teaching(facts)}

{_finishing(training["finishes"])}

At last its own head was given up: the tags are read off all layers by logistic regression on the
same pictures. It sees each layer before the last averaged over bands and time, and at its strongest
in both, and the last as the net pools it.

Each figure below is of packs that the net which answered had never heard: the packs are divided
into {folds} folds, and {folds} nets were trained, each without one fold. The model that ships goes
on from one of them, trained on everything for {last["epochs"]} more epochs before it is finished as
they are and given such a head, with the temperature ({training["temperature"]:.2f}) of all of them;
so it has heard more than the nets behind the figures, and may be surer of itself than they were.
Names of files and folders play no part."""


def _finishing(finishes: Sequence[dict[str, Any]]) -> str:
    """How several ends of the training became one net."""
    ways = "\n".join(f"- {_way(config)}" for config in finishes)
    return f"""Then it was finished in {len(finishes)} ways, each from the same net:

{ways}

The other clip has the same tag and comes from another pack; parts are layers, bands or stretches of
time, and style is how loud each band is. The net is the mean of all their weights (model soups,
Wortsman et al. 2022)."""


def _way(config: dict[str, Any]) -> str:
    """How one of the finishes went."""
    bent = config["augment"]
    shares = {
        "crossed with parts of another": bent["hybrid_share"],
        "given the style of another": bent["style_share"],
    }
    changes = " and ".join(
        f"{share:.0%} of the clips {how}" for how, share in shares.items() if share
    )
    return f"{changes or 'as before'}, for {config['epochs']} epochs"


def _teaching(facts: Facts) -> str:
    if facts.training["config"]["teacher_weight"] <= 0:
        return "No other model taught it."
    return """While it trained, an extra head also had to predict the embedding of YAMNet (Google,
Apache-2.0, trained on AudioSet) for the same audio. That head, and YAMNet, are not in the model;
what it hears was partly distilled from them."""


def _figures(facts: Facts) -> str:
    report = facts.report
    low, high = report["mean_recall_interval"]
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
        )
        for label, entry in report["labels"].items()
    ]
    head = ("tag", "clips", "recall", "precision", "ROC AUC", "PR AUC")
    given = [
        (
            entry["from"],
            f"{entry['tagged']:.0%}",
            f"{entry['right']:.0%}",
            f"{entry['mean_recall']:.2f}",
        )
        for entry in report["thresholds"]
    ]
    packs = [
        (pack, entry["clips"], f"{entry['accuracy']:.2f}")
        for pack, entry in report["packs"].items()
    ]
    return f"""## How right it is on packs left out

![Recall of each tag, confusions, calibration, coverage]({PLOTS.as_posix()})

- Mean recall over the tags: **{report["mean_recall"]:.3f}** (95 % interval by bootstrap over
  packs: {low:.2f} to {high:.2f}); with each pack counted alike
  {report["mean_recall_pack_by_pack"]:.3f}
- Mean ROC AUC {report["roc_auc"]:.3f}, mean PR AUC {report["pr_auc"]:.3f}
- Expected calibration error {report["calibration_error"]:.3f}
- Share of the sounds that can be tagged at a precision: {coverage}

What another threshold would give (recall counts an untagged sound as missed):

{_table(("tagged from", "sounds tagged", "tags right", "mean recall"), given)}

Each tag, whatever its score:

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


def _corrections() -> str:
    with CORRECTIONS.open(newline="", encoding="utf-8") as file:
        return f"{len(list(csv.DictReader(file)))} clips"


def _data() -> str:
    with (HERE / "packs.csv").open(newline="", encoding="utf-8") as file:
        rows = [
            (row["pack"], row["licence"], row["origin"], row["attribution"] or "none asked for")
            for row in csv.DictReader(file)
        ]
    return f"""## What it was trained on

Clips were mixed to mono, brought to 32 kHz and cut to 3.2 s. Labels come from folder and file
names; `benchmarks/accuracy/corrections.csv` lists {_corrections()} that are wrong, and why: a
training leaves out or corrects those that were listed when it began.

{_table(("pack", "licence", "origin", "makers"), rows)}

Besides these: {sum(count for _, count in VOICES.values()):,} sounds synthesised by
`benchmarks/accuracy/drums.py` and `tones.py`."""
