"""What each architecture costs: parameters, megabytes, milliseconds a clip on one core.

At the window, labels and size of its paper, run by onnxruntime as the daemon runs it, on one
thread. Processor time is counted, so that a busy machine tells the same as an idle one.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.papers import experiment
from benchmarks.papers.tables import table
from earmark_daemon.hearing.model import Model
from earmark_trainer.architectures.registry import ARCHITECTURES, Architecture, architecture
from earmark_trainer.export import export
from earmark_trainer.training.types import TrainConfig, TrainedModel

N_LABELS = 50
_MEGABYTE = 1e6
_RUNS = 7


@dataclass(frozen=True)
class Cost:
    """Of one architecture.

    Attributes:
        parameters: numbers that training moves.
        megabytes: size of the exported file, millions of bytes.
        seconds: length of one window.
        milliseconds: median processor time for one window.
    """

    parameters: int
    megabytes: float
    seconds: float
    milliseconds: float


def run(names: tuple[str, ...] = tuple(ARCHITECTURES)) -> str:
    """A table of all of them."""
    rows = []
    for name in names:
        experiment.say(f"{name}: exporting and timing")
        with tempfile.TemporaryDirectory() as folder:
            cost = measure(architecture(name), Path(folder))
        rows.append((name, cost.parameters, cost.megabytes, cost.seconds, cost.milliseconds))
    return table(
        f"Cost with {N_LABELS} labels, one window by onnxruntime on one core",
        ("architecture", "parameters", "MB", "window s", "ms"),
        rows,
        digits=1,
    )


def fresh_model(one: Architecture, file: Path) -> Model:
    """The architecture with fresh weights, exported to ``file`` and loaded as the daemon does."""
    export(_untrained(one), one.build, file, one.name)
    return Model(file)


def measure(one: Architecture, folder: Path) -> Cost:
    """Export it with fresh weights and time it."""
    net = one.build(N_LABELS)
    file = folder / "model.onnx"
    model = fresh_model(one, file)
    random = np.random.default_rng(0)
    window = (
        random.normal(0.0, 0.1, (1, *one.shape)).astype(np.float32)
        if one.frontend["kind"] == "waveform"
        else random.integers(0, 256, (1, *one.shape), dtype=np.uint8)
    )
    model.run(window)
    times = []
    for _ in range(_RUNS):
        began = time.process_time()
        model.run(window)
        times.append(time.process_time() - began)
    return Cost(
        parameters=sum(weights.numel() for weights in net.parameters()),
        megabytes=file.stat().st_size / _MEGABYTE,
        seconds=float(one.frontend["window_seconds"]),
        milliseconds=1000.0 * statistics.median(times),
    )


def _untrained(one: Architecture) -> TrainedModel:
    labels = tuple(f"label {number}" for number in range(N_LABELS))
    weights = one.build(N_LABELS).state_dict()
    return TrainedModel(
        state={name: value.numpy().copy() for name, value in weights.items()},
        config=TrainConfig(architecture=one.name),
        labels=labels,
        exclusive=False,
        tag_set="none",
        frontend=dict(one.frontend),
        temperature=1.0,
        thresholds=dict.fromkeys(labels, 0.5),
        metrics={},
        input_shape=one.shape,
        epochs=0,
    )
