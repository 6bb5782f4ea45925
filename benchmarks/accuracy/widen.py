"""Gives a compact net an embedding that carries over: its layers' summaries, condensed.

The last layer of a net that was trained for sixteen tags has forgotten what does not tell these
apart. What the layers before it see, averaged and at its strongest, keeps it: standardised layer
by layer, condensed by principal components, these made half as unequal as they come. Scores and
all else of the file stay as they are. Run on a model file: `python -m benchmarks.accuracy.widen`.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from benchmarks.accuracy.corpus import Clip, clips
from benchmarks.accuracy.embeddings import windows_of
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_daemon.hearing.modelfile import BUILTIN, METADATA_KEY
from earmark_trainer.training.halves import in_portions

DIMENSIONS = 256
UNEQUAL = 0.5
"""1 leaves components as unequal as they come, 0 makes them all weigh the same."""
PARITY_TOLERANCE = 1e-5
_BATCH = 128
_LEAST_SPREAD = 0.1

Array = npt.NDArray[Any]


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
    summaries = _summarised(model, _taps(model))
    project, offset = _components(_run(model, summaries, windows), dimensions)
    before = _run(model, ["scores"], windows[:_BATCH])[0]
    _replace_embedding(model, summaries, project, offset)
    onnx.checker.check_model(model)
    after = _run(model, ["scores"], windows[:_BATCH])[0]
    if np.abs(before - after).max() > PARITY_TOLERANCE:
        raise ValueError("the widened net gives other scores")
    target.write_bytes(_stamped(model))


def _taps(model: onnx.ModelProto) -> list[str]:
    """What is summarised: the stem, each stage (the ReLU after its sum), and what is pooled."""
    nodes = list(model.graph.node)
    relus = {node.input[0]: node.output[0] for node in nodes if node.op_type == "Relu"}
    stem = next(node.output[0] for node in nodes if node.op_type == "Relu")
    stages = [relus[n.output[0]] for n in nodes if n.op_type == "Add" and n.output[0] in relus]
    first = next(node for node in nodes if node.op_type == "Gemm")
    if not stages:
        raise ValueError("this is no compact net")
    return [stem, *stages, first.input[0]]


def _summarised(model: onnx.ModelProto, taps: list[str]) -> list[str]:
    """Add means and maxima over bands and time; the names of all summaries, ``[batch, ...]``."""
    axes = numpy_helper.from_array(np.array([2, 3], dtype=np.int64), "summary_axes")
    model.graph.initializer.append(axes)
    names = []
    for tap in taps[:-1]:
        for kind in ("ReduceMean", "ReduceMax"):
            name = f"{tap}_{kind}"
            node = helper.make_node(kind, [tap, "summary_axes"], [name], name=name, keepdims=0)
            model.graph.node.append(node)
            names.append(name)
    return [*names, taps[-1]]


def _run(
    model: onnx.ModelProto, names: list[str], windows: npt.NDArray[np.uint8]
) -> list[npt.NDArray[np.float32]]:
    """What these inner values are for the windows."""
    open_model = onnx.ModelProto()
    open_model.CopyFrom(model)
    given = {output.name for output in model.graph.output}
    for name in names:
        if name not in given:
            info = helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
            open_model.graph.output.append(info)
    session = onnxruntime.InferenceSession(open_model.SerializeToString())
    asked = session.get_inputs()[0].name
    size = session.get_inputs()[0].shape[2]
    portions = (
        [(np.arange(len(windows)), windows)] if isinstance(size, int) else in_portions(windows)
    )
    answers = [
        session.run(names, {asked: shown[start : start + _BATCH]})
        for _, shown in portions
        for start in range(0, len(shown), _BATCH)
    ]
    order = np.argsort(np.concatenate([places for places, _ in portions]))
    return [np.concatenate(column)[order] for column in zip(*answers, strict=True)]


def _components(summaries: list[Array], dimensions: int) -> tuple[Array, Array]:
    """Matrix and offset from the summaries side by side to the embedding, average spread 1.

    Each layer weighs the same, however many numbers it has.
    """
    layers = [*_in_pairs(summaries[:-1]), summaries[-1]]
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


def _in_pairs(summaries: list[Array]) -> list[Array]:
    """Mean and maximum of one layer side by side."""
    return [
        np.concatenate(summaries[place : place + 2], axis=1)
        for place in range(0, len(summaries), 2)
    ]


def _replace_embedding(
    model: onnx.ModelProto, summaries: list[str], project: Array, offset: Array
) -> None:
    graph = model.graph
    for node in graph.node:
        for names in (node.input, node.output):
            for place, name in enumerate(names):
                if name == "embedding":
                    names[place] = "narrow_embedding"
    graph.initializer.append(numpy_helper.from_array(project, "components"))
    graph.initializer.append(numpy_helper.from_array(offset, "components_offset"))
    graph.node.append(helper.make_node("Concat", summaries, ["summaries"], name="join", axis=1))
    graph.node.append(
        helper.make_node(
            "Gemm", ["summaries", "components", "components_offset"], ["embedding"], name="condense"
        )
    )
    (output,) = [output for output in graph.output if output.name == "embedding"]
    output.type.tensor_type.shape.dim[1].dim_value = project.shape[1]


def _stamped(model: onnx.ModelProto) -> bytes:
    """The file's bytes with its new digest in place."""
    (entry,) = [e for e in model.metadata_props if e.key == METADATA_KEY]
    said = json.loads(entry.value)
    entry.value = json.dumps({**said, "digest": "0" * 64}, sort_keys=True)
    data = model.SerializeToString()
    digest = hashlib.sha256(data).hexdigest()
    empty, full = (f'"digest": "{text}"'.encode() for text in ("0" * 64, digest))
    return bytes(data).replace(empty, full, 1)


if __name__ == "__main__":
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else BUILTIN
    widen(file, file, clips())
