"""Makes the built-in model, its card and its plots: ``python -m benchmarks.accuracy.demo_model``.

Trains once for each fold of packs left out, for the figures and the temperature; then on
everything. Seeded; a run that was stopped goes on where it was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.accuracy import corpus, figures, plots
from benchmarks.accuracy.card import PLOTS, card, facts
from benchmarks.accuracy.corpus import HERE
from benchmarks.accuracy.folds import FOLDS
from benchmarks.accuracy.leaveout import Heard, left_out
from benchmarks.accuracy.nets import train_on_everything
from benchmarks.accuracy.pictures import DROPPED, pictures
from benchmarks.accuracy.recipes import BUILTIN, RECIPES, dataset
from benchmarks.accuracy.summary_head import read_off_summaries
from benchmarks.accuracy.widen import widen
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_trainer.architectures.compact import compact
from earmark_trainer.export import export
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
    report = figures.figures(heard)
    model = _judged(train_on_everything(recipe, THREADS), heard, report)
    found = pictures(FrontendSpec())
    learnt = found.labels != DROPPED
    summary = {
        "recipe": BUILTIN,
        "packs": sorted({str(pack) for pack in found.packs}),
        "clips": int((~found.copies & learnt).sum()),
        "pictures": int(learnt.sum()),
        "fold_config": recipe.config.to_dict(),
        "last_config": (recipe.last or recipe.config).to_dict(),
        "finishes": [config.to_dict() for config in recipe.finishes],
        "temperature": model.temperature,
    }
    export(model, compact, MODEL, NAME, summary)
    if recipe.summary_head:
        read_off_summaries(MODEL, MODEL, dataset(found, recipe, ()))
    widen(MODEL, MODEL, corpus.clips())
    if MODEL.stat().st_size > LARGEST:
        raise SystemExit(f"The model is larger than {LARGEST:,} bytes.")
    CARD.parent.mkdir(exist_ok=True)
    CARD.write_text(card(facts(MODEL)), encoding="utf-8")
    plots.draw(heard, CARD.parent / PLOTS)


def _judged(model: TrainedModel, heard: Heard, report: dict[str, Any]) -> TrainedModel:
    """The model with the temperature and figures of the nets that had packs left out."""
    everything = np.ones(len(heard.labels), dtype=np.bool_)
    return replace(
        model,
        temperature=figures.temperature_of(heard, everything),
        thresholds=dict.fromkeys(model.labels, figures.THRESHOLD),
        metrics={**report, "protocol": "whole packs left out"},
    )


if __name__ == "__main__":
    main()
