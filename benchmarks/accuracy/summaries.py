"""Summaries of a compact net's layers: what each sees, averaged and at its strongest.

Of the stem and each stage that is over bands and time alike, wherever something lies; of the last
layer it is what the net itself pools over time, its bands folded. Embedding (`widen.py`) and tags
(`summary_head.py`) are read off them. Owns the part of the graph that makes them, and running it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from earmark_trainer.training.halves import in_portions

JOINED = "summaries"
"""All of them side by side, ``[batch, ...]``."""
_BATCH = 128

Array = npt.NDArray[Any]


def summaries(model: onnx.ModelProto) -> list[str]:
    """Names of the summaries, which are added to the model if it does not make them yet.

    Raises:
        ValueError: the net has no layers to tap.
    """
    nodes = list(model.graph.node)
    joined = [node for node in nodes if JOINED in node.output]
    if joined:
        return list(joined[0].input)
    taps = _taps(nodes)
    axes = numpy_helper.from_array(np.array([2, 3], dtype=np.int64), "summary_axes")
    model.graph.initializer.append(axes)
    names = []
    for tap in taps[:-1]:
        for kind in ("ReduceMean", "ReduceMax"):
            name = f"{tap}_{kind}"
            node = helper.make_node(kind, [tap, "summary_axes"], [name], name=name, keepdims=0)
            model.graph.node.append(node)
            names.append(name)
    names.append(taps[-1])
    model.graph.node.append(helper.make_node("Concat", names, [JOINED], name="join", axis=1))
    return names


def _taps(nodes: list[onnx.NodeProto]) -> list[str]:
    """What is summarised: the stem, each stage (the ReLU after its sum), and what is pooled."""
    relus = {node.input[0]: node.output[0] for node in nodes if node.op_type == "Relu"}
    stem = next(node.output[0] for node in nodes if node.op_type == "Relu")
    stages = [relus[n.output[0]] for n in nodes if n.op_type == "Add" and n.output[0] in relus]
    first = next(node for node in nodes if node.op_type == "Gemm")
    if not stages:
        raise ValueError("this is no compact net")
    return [stem, *stages, first.input[0]]


def values(
    model: onnx.ModelProto, names: list[str], clips: npt.NDArray[np.uint8]
) -> list[npt.NDArray[np.float32]]:
    """What these inner values are for clips ``[N, n_mels, frames]``, shown as the client does."""
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
    portions = [(np.arange(len(clips)), clips)] if isinstance(size, int) else in_portions(clips)
    answers = [
        session.run(names, {asked: shown[start : start + _BATCH]})
        for _, shown in portions
        for start in range(0, len(shown), _BATCH)
    ]
    order = np.argsort(np.concatenate([places for places, _ in portions]))
    return [np.concatenate(column)[order] for column in zip(*answers, strict=True)]
