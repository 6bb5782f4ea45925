"""Makes the built-in model and its card: ``python -m benchmarks.accuracy.demo_model``.

Trains once for each fold of packs left out, for the figures, temperature and thresholds; then on
everything. Seeded; a run that was stopped goes on where it was.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from benchmarks.accuracy import figures
from benchmarks.accuracy.card import Facts, card
from benchmarks.accuracy.corpus import HERE
from benchmarks.accuracy.folds import FOLDS
from benchmarks.accuracy.leaveout import Heard, left_out, train_on
from benchmarks.accuracy.pictures import pictures
from benchmarks.accuracy.recipes import BUILTIN, RECIPES, TAG_SET
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_trainer.architectures.compact import compact
from earmark_trainer.export import export
from earmark_trainer.training import calibrate
from earmark_trainer.training.types import TrainedModel

ROOT = HERE.parents[1]
MODEL = ROOT / "daemon" / "earmark_daemon" / "hearing" / "builtin.onnx"
CARD = ROOT / "docs" / "MODEL-CARD.md"
NAME = "Earmark one-shots"
LARGEST = 5_000_000
THREADS = 2


def main() -> None:
    """Train, judge, export, and write the card."""
    recipe = RECIPES[BUILTIN]
    heard = left_out(recipe, tuple(range(len(FOLDS))))
    report = figures.figures(heard, recipe.config.target_precision)
    model = _judged(train_on(recipe, frozenset(), THREADS, "all packs"), heard, report)
    found = pictures(FrontendSpec())
    packs = sorted({str(pack) for pack in found.packs})
    digest = export(model, compact, MODEL, NAME, {"packs": packs, "recipe": BUILTIN})
    size = MODEL.stat().st_size
    if size > LARGEST:
        raise SystemExit(f"The model has {size:,} bytes, more than {LARGEST:,}.")
    facts = Facts(
        name=NAME,
        digest=digest,
        size=size,
        parameters=sum(weight.size for weight in model.state.values()),
        recipe=recipe,
        clips=int((~found.copies).sum()),
        pictures=len(found.copies),
        report=report,
        thresholds=model.thresholds,
        temperature=model.temperature,
        milliseconds=_milliseconds(MODEL),
    )
    CARD.parent.mkdir(exist_ok=True)
    CARD.write_text(card(facts), encoding="utf-8")


def _judged(model: TrainedModel, heard: Heard, report: dict[str, Any]) -> TrainedModel:
    """The model with temperature, thresholds and figures of the nets that had packs left out."""
    everything = np.ones(len(heard.labels), dtype=np.bool_)
    temperature = figures.temperature_of(heard, everything)
    scores = calibrate.scores_of(heard.logits, temperature, exclusive=True)
    precision = model.config.target_precision
    return replace(
        model,
        temperature=temperature,
        thresholds=figures.thresholds_of(heard, scores, everything, precision),
        metrics={**report, "protocol": "whole packs left out", "tag_set": TAG_SET},
    )


def _milliseconds(model: Path) -> float:
    """Median time of one clip on one core."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    spec = FrontendSpec()
    clip = np.full((1, spec.n_mels, spec.frames), 100, dtype=np.uint8)
    times = []
    for _ in range(60):
        began = time.perf_counter()
        session.run(None, {"spectrogram": clip})
        times.append(time.perf_counter() - began)
    return float(np.median(times)) * 1000.0


if __name__ == "__main__":
    main()
