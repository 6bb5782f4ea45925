"""Reads the built-in tags off the summaries of all layers, by logistic regression.

The net's own head reads the last layer alone. On packs that were never heard one that reads all of
them holds better than one on any part of them (figures in `LOG.md`).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import numpy_helper

from benchmarks.accuracy.summaries import JOINED, Array, summaries, values
from earmark_daemon.learning.solver import fit
from earmark_trainer.export import store
from earmark_trainer.training.sampling import draw_weights
from earmark_trainer.training.types import SpectrogramDataset

PENALTY = 0.2
"""Of the squared weights on standardised summaries, for each clip that is learnt from."""
_CLASS_BALANCE, _PACK_BALANCE = 1.0, 0.5
"""Tags count alike; packs by the square root of the clips that they have of a tag."""
_LEAST_SPREAD = 0.1
_HEAD = "network.head."


def read_off_summaries(source: Path, target: Path, data: SpectrogramDataset) -> None:
    """Write the model at ``source`` to ``target``, its tags read off the summaries.

    The layers in between stay in the file, for trainings that start from it.

    Args:
        source: a compact net, as `earmark_trainer.export` writes it.
        target: where to; may be ``source``.
        data: what is learnt from, its labels exclusive.
    """
    model = onnx.load(source)
    summaries(model)
    (seen,) = values(model, [JOINED], np.asarray(data.clips))
    counts = draw_weights(data, _CLASS_BALANCE, _PACK_BALANCE) * len(data)
    weight, bias = _fitted(seen.astype(np.float64), data.targets, counts)
    _replace_head(model, weight, bias)
    onnx.checker.check_model(model)
    store(model, target)


def logits_of(net: Path, clips: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Logits ``[N, L]`` of a model file whose temperature is 1, uncalibrated."""
    (scores,) = values(onnx.load(net), ["scores"], clips)
    return np.asarray(np.log(np.maximum(scores, np.finfo(np.float32).tiny)))


def _fitted(seen: Array, targets: Array, counts: Array) -> tuple[Array, Array]:
    """Weights ``[L, S]`` and bias ``[L]`` on the summaries as they are."""
    mean, spread = seen.mean(axis=0), seen.std(axis=0)
    spread = spread + _LEAST_SPREAD * spread.mean() + 1e-6
    near = (seen - mean) / spread
    each = np.repeat(counts[:, None], targets.shape[1], axis=1)
    found, bias = fit(near, targets, each, PENALTY * len(seen), exclusive=True)
    weight = found / spread[:, None]
    return weight.T.astype(np.float32), (bias - mean @ weight).astype(np.float32)


def _replace_head(model: onnx.ModelProto, weight: Array, bias: Array) -> None:
    """Give the head these weights and the summaries to read, and move it behind them."""
    graph = model.graph
    for stored in graph.initializer:
        for name, value in (("weight", weight), ("bias", bias)):
            if stored.name == _HEAD + name:
                stored.CopyFrom(numpy_helper.from_array(value, stored.name))
    nodes = list(graph.node)
    at = next(place for place, node in enumerate(nodes) if f"{_HEAD}weight" in node.input)
    first = next(
        place
        for place, node in enumerate(nodes)
        if node.op_type.startswith("Reduce") and "summary_axes" in node.input
    )
    nodes[at].input[0] = JOINED
    del graph.node[:]
    graph.node.extend([*nodes[:at], *nodes[first:], *nodes[at:first]])
