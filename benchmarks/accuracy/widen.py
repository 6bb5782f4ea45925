"""Gives a compact net an embedding that carries over: its layers' summaries, condensed.

The last layer of a net that was trained for sixteen tags has forgotten what does not tell these
apart. What the layers before it see, averaged and at its strongest, keeps it: standardised layer
by layer, condensed by principal components, these made half as unequal as they come. Scores and
all else of the file stay as they are. Run on a model file: `python -m benchmarks.accuracy.widen`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

from benchmarks.accuracy.corpus import Clip, clips
from benchmarks.accuracy.embeddings import windows_of
from benchmarks.accuracy.summaries import JOINED, Array, summaries, values
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_trainer.export import store

DIMENSIONS = 256
UNEQUAL = 0.5
"""1 leaves components as unequal as they come, 0 makes them all weigh the same."""
PARITY_TOLERANCE = 1e-5
_SOME = 128
_LEAST_SPREAD = 0.1


def widen(source: Path, target: Path, taught: list[Clip], dimensions: int = DIMENSIONS) -> None:
    """Write the model at ``source`` with a wide embedding to ``target``.

    Args:
        source: a compact net, as `earmark_trainer.export` writes it.
        target: where to; may be ``source``.
        taught: clips that the components are taken from; none of those that are to test it.
        dimensions: length of the embedding.

    Raises:
        ValueError: the net has no layers to tap, or gives other scores than before.
    """
    model = onnx.load(source)
    windows, _ = windows_of(taught, FrontendSpec())
    layers = summaries(model)
    project, offset = condensed(values(model, layers, windows), dimensions)
    before = values(model, ["scores"], windows[:_SOME])[0]
    _replace_embedding(model, project, offset)
    onnx.checker.check_model(model)
    after = values(model, ["scores"], windows[:_SOME])[0]
    if np.abs(before - after).max() > PARITY_TOLERANCE:
        raise ValueError("the widened net gives other scores")
    store(model, target)


def condensed(seen: list[Array], dimensions: int) -> tuple[Array, Array]:
    """Matrix and offset from the summaries side by side to the embedding, average spread 1.

    Each layer weighs the same, however many numbers it has.

    Args:
        seen: for each layer its mean and its maximum, ``[N, C]`` each, and of the last one array.
        dimensions: length of the embedding.
    """
    layers = [*_in_pairs(seen[:-1]), seen[-1]]
    scales = []
    for layer in layers:
        spread = layer.std(axis=0)
        spread = spread + _LEAST_SPREAD * spread.mean() + 1e-6
        scales.append(1.0 / (spread * np.sqrt(layer.shape[1])))
    scale = np.concatenate(scales).astype(np.float64)
    everything = np.concatenate(layers, axis=1).astype(np.float64)
    centre = everything.mean(axis=0)
    near = (everything - centre) * scale
    power, axes = np.linalg.eigh(near.T @ near / len(near))
    chosen = np.argsort(-power)[:dimensions]
    axes = axes[:, chosen] / np.maximum(power[chosen], 1e-12) ** ((1.0 - UNEQUAL) / 2.0)
    axes /= (near @ axes).std()
    project = scale[:, None] * axes
    return project.astype(np.float32), (-centre @ project).astype(np.float32)


def _in_pairs(seen: list[Array]) -> list[Array]:
    """Mean and maximum of one layer side by side."""
    return [np.concatenate(seen[place : place + 2], axis=1) for place in range(0, len(seen), 2)]


def _replace_embedding(model: onnx.ModelProto, project: Array, offset: Array) -> None:
    graph = model.graph
    for node in graph.node:
        for names in (node.input, node.output):
            for place, name in enumerate(names):
                if name == "embedding":
                    names[place] = "narrow_embedding"
    graph.initializer.append(numpy_helper.from_array(project, "components"))
    graph.initializer.append(numpy_helper.from_array(offset, "components_offset"))
    read = [JOINED, "components", "components_offset"]
    graph.node.append(helper.make_node("Gemm", read, ["embedding"], name="condense"))
    (output,) = [output for output in graph.output if output.name == "embedding"]
    output.type.tensor_type.shape.dim[1].dim_value = project.shape[1]


if __name__ == "__main__":
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else BUILTIN
    widen(file, file, clips())
