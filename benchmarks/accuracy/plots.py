"""Draws how right the ear is on packs left out, for those who would rather look than read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.accuracy.corpus import LABELS
from benchmarks.accuracy.figures import THRESHOLD, calibrated
from benchmarks.accuracy.leaveout import Heard
from earmark_trainer.training import metrics

INK, ACCENT, PALE = "#3a3f4b", "#2f7d6d", "#c9d8d3"
_BINS = 10
STYLE: Any = {
    "font.size": 9,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "svg.hashsalt": "earmark",
    "svg.fonttype": "none",
    "figure.constrained_layout.use": True,
}


def draw(heard: Heard, place: Path) -> None:
    """Write one picture (SVG) with four plots of what nets said of packs that they never heard."""
    scores = calibrated(heard)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(10, 8.5))
        ((recalls, confusions), (reliability, coverage)) = figure.subplots(2, 2)
        table = metrics.confusion(scores.argmax(axis=1), heard.labels, len(LABELS))
        _recalls(recalls, table)
        _confusions(confusions, table)
        sure, right = scores.max(axis=1), scores.argmax(axis=1) == heard.labels
        _reliability(reliability, sure, right)
        _coverage(coverage, sure, right)
        figure.savefig(place, metadata={"Date": None})


def _recalls(axes: Axes, table: npt.NDArray[np.int64]) -> None:
    """Recall as bars, precision as marks, the best tag on top."""
    hits = np.diag(table)
    recall = hits / np.maximum(1, table.sum(axis=1))
    precision = hits / np.maximum(1, table.sum(axis=0))
    order = np.argsort(recall)
    places = np.arange(len(order))
    axes.barh(places, recall[order], color=PALE, label="recall")
    axes.plot(precision[order], places, "o", color=ACCENT, markersize=4, label="precision")
    axes.set_yticks(places, [LABELS[number] for number in order])
    axes.set_xlim(0, 1)
    axes.set_title("Each tag, on packs never heard")
    axes.legend(loc="lower right", frameon=False)


def _confusions(axes: Axes, table: npt.NDArray[np.int64]) -> None:
    shares = table / np.maximum(1, table.sum(axis=1, keepdims=True))
    axes.imshow(shares, cmap="BuGn", vmin=0.0, vmax=1.0)
    axes.set_xticks(range(len(LABELS)), LABELS, rotation=90)
    axes.set_yticks(range(len(LABELS)), LABELS)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.set_xlabel("was taken for")
    axes.set_ylabel("is")
    axes.set_title("What is taken for what")


def _reliability(axes: Axes, sure: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> None:
    """How often tags are right, by how sure the model was."""
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    used = np.unique(bins)
    said = [sure[bins == one].mean() for one in used]
    was = [right[bins == one].mean() for one in used]
    counts = np.array([(bins == one).sum() for one in used])
    axes.plot([0, 1], [0, 1], color=PALE)
    axes.scatter(said, was, s=8 + 200 * counts / counts.max(), color=ACCENT, alpha=0.8)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="score", ylabel="share that is right")
    error = metrics.calibration_error(sure, right)
    axes.set_title(f"Scores mean what they say (expected calibration error {error:.3f})")


def _coverage(axes: Axes, sure: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> None:
    """How right tags are when only the surest sounds are tagged."""
    order = np.argsort(-sure, kind="stable")
    share = np.arange(1, len(order) + 1) / len(order)
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    axes.plot(share, precision, color=ACCENT)
    tagged = float((sure >= THRESHOLD).mean())
    axes.axvline(tagged, color=INK, linewidth=0.8, linestyle=":")
    axes.text(tagged - 0.01, 0.04, f"tagged from {THRESHOLD} on", rotation=90, ha="right")
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="share of sounds tagged", ylabel="share right")
    axes.set_title("Tag fewer sounds, be right more often")
