"""Measures a recipe on packs left out: ``python -m benchmarks.accuracy.trial NAME [FOLD ...]``."""

from __future__ import annotations

import argparse
import time

from benchmarks.accuracy.corpus import LABELS
from benchmarks.accuracy.figures import figures
from benchmarks.accuracy.folds import FOLDS
from benchmarks.accuracy.leaveout import left_out
from benchmarks.accuracy.recipes import RECIPES


def main() -> None:
    """Print mean recall, its spread and the recall of each label."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", choices=sorted(RECIPES))
    parser.add_argument("folds", nargs="*", type=int, default=list(range(len(FOLDS))))
    given = parser.parse_args()
    began = time.monotonic()
    recipe = RECIPES[given.recipe]
    report = figures(left_out(recipe, tuple(given.folds)))
    low, high = report["mean_recall_interval"]
    print(
        f"{given.recipe} folds {given.folds}: mean recall {report['mean_recall']:.3f} "
        f"({low:.2f} to {high:.2f}), pack by pack {report['mean_recall_pack_by_pack']:.3f}, "
        f"ROC AUC {report['roc_auc']:.3f}, calibration error {report['calibration_error']:.3f}, "
        f"coverage {report['coverage']}, "
        f"{time.monotonic() - began:.0f} s"
    )
    print(", ".join(f"{label} {report['labels'][label]['recall']:.2f}" for label in LABELS))


if __name__ == "__main__":
    main()
