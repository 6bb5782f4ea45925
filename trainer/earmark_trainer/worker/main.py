"""The training process: does one assignment, and says how it goes.

Started by the engine as ``python -m earmark_trainer.worker.main ASSIGNMENT``. It reads the
packs and the assignment, writes to the assignment's folder alone, and opens no connection.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
import traceback
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark_trainer.engines.engine import CHECKPOINT, HISTORY, METRICS, MODEL, PLOTS, RESULT
from earmark_trainer.engines.reports import Kind, Line
from earmark_trainer.plain import plain
from earmark_trainer.problems import BAD_DATA, Problem, disk_full
from earmark_trainer.worker.lifeline import Lifeline

if TYPE_CHECKING:
    from earmark_trainer.training.types import Progress, TrainedModel

_ALMOST_NOTHING = 1 << 20


def main(assignment: Path) -> int:
    """Do the assignment; 0 if what was said last is true."""
    lifeline = Lifeline.take_over()
    lifeline.watch()
    try:
        _work(assignment, lifeline)
    except Exception as error:  # noqa: BLE001 - the supervisor must be told of any failure
        traceback.print_exc()
        problem = _explain(error, assignment.parent)
        if problem is None:
            return 1
        lifeline.say(Line(Kind.FAILED, problem.to_dict()))
        return 0
    lifeline.say(Line(Kind.FINISHED))
    return 0


def _work(assignment: Path, lifeline: Lifeline) -> None:
    lifeline.say(Line(Kind.PROGRESS, {"phase": "loading"}))
    import torch

    from earmark_trainer.architectures.registry import architecture
    from earmark_trainer.export import export
    from earmark_trainer.jobs.orders import Order
    from earmark_trainer.storage.spectrograms import Place
    from earmark_trainer.training.curve import learning_curve
    from earmark_trainer.worker.dataset import check_fit, configure, load_dataset
    from earmark_trainer.worker.making import make

    told = json.loads(assignment.read_bytes())
    order = Order.model_validate(told["order"])
    places = {digest: Place(**place) for digest, place in told["places"].items()}
    dataset = load_dataset(order, places)
    check_fit(architecture(order.architecture).build, dataset)
    folder = assignment.parent

    def on_progress(progress: Progress) -> None:
        line = plain(asdict(progress))
        with (folder / HISTORY).open("a") as history:
            history.write(json.dumps(line) + "\n")
        lifeline.say(Line(Kind.PROGRESS, line))

    config = configure(order, cuda=torch.cuda.is_available())
    initial = None if told["initial"] is None else Path(told["initial"])
    made = make(dataset, config, initial, on_progress, folder / CHECKPOINT)
    lifeline.say(Line(Kind.PROGRESS, {"phase": "exporting"}))
    curve = learning_curve(made.heard, dataset, config)
    facts = {"clips": len(dataset), "learning_curve": curve}
    export(made.model, made.build, folder / RESULT / MODEL, order.name, facts)
    _write(folder / RESULT / METRICS, _metrics(made.model))
    _write(folder / RESULT / PLOTS, _plots(made.model, folder / HISTORY, curve))


def _metrics(trained: TrainedModel) -> dict[str, Any]:
    return {
        "epochs": trained.epochs,
        "temperature": trained.temperature,
        "thresholds": trained.thresholds,
        **trained.metrics,
    }


def _plots(trained: TrainedModel, history: Path, curve: dict[str, Any]) -> dict[str, Any]:
    """Data to draw: how it went, which labels are taken for which, what more examples give."""
    epochs = {entry["epoch"]: entry for entry in _entries(history)}
    course = [epochs[epoch] for epoch in sorted(epochs)]
    return {
        "training": {
            name: [entry[name] for entry in course]
            for name in ("epoch", "loss", "validation_loss", "score")
        },
        "confusion": {
            "labels": list(trained.labels),
            "counts": trained.metrics.get("confusion"),
        },
        "learning_curve": curve,
    }


def _entries(history: Path) -> Iterator[dict[str, Any]]:
    """The lines that are whole; the last one may have been cut off."""
    lines = history.read_text().splitlines() if history.exists() else []
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
            continue


def _write(path: Path, data: dict[str, Any]) -> None:
    with path.open("w") as file:
        json.dump(plain(data), file, allow_nan=False)
        file.flush()
        os.fsync(file.fileno())


def _explain(error: BaseException, folder: Path) -> Problem | None:
    """What another attempt would not change; None if it is worth another."""
    from earmark_trainer.training.types import TrainingError

    if _is_disk_full(error, folder):
        return disk_full("the training").problem
    if isinstance(error, TrainingError):
        return Problem(
            "cannot-train",
            "This cannot be trained as ordered.",
            str(error),
            "Change the labels or the settings and order again.",
        )
    if isinstance(error, ValueError):
        return Problem(
            BAD_DATA,
            "The training data cannot be used.",
            f"{error}.",
            "Upload the spectrograms again, or choose an architecture that fits them.",
        )
    return None


def _is_disk_full(error: BaseException, folder: Path) -> bool:
    """Whether the error, which may be torch's own, comes from a full disk."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    return (
        isinstance(error, OSError | RuntimeError)
        and shutil.disk_usage(folder).free < _ALMOST_NOTHING
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
