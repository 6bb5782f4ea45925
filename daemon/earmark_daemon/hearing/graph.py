"""What may stand in a model file's graph: standard operators, and weights inside the file alone.

Runs in a child process that may die: the file may be anything.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, helper

from earmark_daemon.hearing.modelfile import unusable

_STANDARD = ("", "ai.onnx")
_ENDLESS = "Loop"
"""May end for the clip that a model is tried with, and for no other sound."""


def read(content: bytes) -> ModelProto:
    """The model in these bytes.

    Raises:
        EarmarkError: they are no ONNX model, or are cut off.
    """
    model = ModelProto()
    try:
        model.ParseFromString(content)
    except DecodeError as error:
        raise unusable("it is no ONNX model, or only a part of one") from error
    if not model.ir_version or not model.graph.node:
        raise unusable("it is no ONNX model: there is no graph in it")
    return model


def description(model: ModelProto, key: str) -> str | None:
    """The text that stands in the file's metadata under ``key``."""
    return next((entry.value for entry in model.metadata_props if entry.key == key), None)


def check_graph(model: ModelProto) -> None:
    """See that the graph is made of standard operators that come to an end, and has its weights.

    Raises:
        EarmarkError: it is not, and why.
    """
    if model.functions:
        raise unusable("it defines functions of its own; only standard operators are run")
    domains = {entry.domain for entry in model.opset_import} - set(_STANDARD)
    if domains:
        raise unusable(f"it asks for operators that are not standard ({', '.join(domains)})")
    for graph in _graphs(model.graph):
        _check_nodes(graph.node)
        for tensor in _tensors(graph):
            _check_tensor(tensor)
    try:
        onnx.checker.check_model(model)
    except onnx.checker.ValidationError as error:
        raise unusable(f"its graph does not hold together ({_first_line(error)})") from error


def check_ends(
    model: ModelProto, entry: tuple[str, np.dtype[Any], Sequence[int]], outputs: set[str]
) -> None:
    """See that the graph takes and gives what it should.

    Args:
        model: the model.
        entry: name, element type and shape (without the batch) of its one input; a spectrogram
            may have any number of frames.
        outputs: names that must be among its outputs.

    Raises:
        EarmarkError: it does not, and why.
    """
    name, kind, shape = entry
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    if [value.name for value in inputs] != [name]:
        names = ", ".join(value.name for value in inputs) or "none"
        raise unusable(f"its input must be “{name}” alone, it has: {names}")
    tensor = inputs[0].type.tensor_type
    free = (*shape[:-1], None) if len(shape) > 1 else shape
    if tensor.elem_type != helper.np_dtype_to_tensor_dtype(kind):
        raise unusable(f"its input must be of type {kind}")
    given_shape = [_size(dim) for dim in tensor.shape.dim]
    if given_shape not in ([None, *shape], [None, *free]):
        wanted = ", ".join(["batch", *map(str, shape)])
        raise unusable(f"its input must have the shape [{wanted}], with any number in a batch")
    given = {value.name: value.type.tensor_type.elem_type for value in model.graph.output}
    missing = outputs - given.keys()
    if missing:
        raise unusable(f"it does not give “{min(missing)}”")
    if any(given[output] != TensorProto.FLOAT for output in outputs):
        raise unusable("what it gives must be of type float32")


def _check_nodes(nodes: Sequence[NodeProto]) -> None:
    for node in nodes:
        if node.domain not in _STANDARD or not onnx.defs.has(node.op_type):
            name = f"{node.domain}.{node.op_type}" if node.domain else node.op_type
            raise unusable(f"it uses “{name}”, which is no standard operator")
        if node.op_type == _ENDLESS:
            raise unusable(f"it uses “{node.op_type}”, which need not come to an end")


def _check_tensor(tensor: TensorProto) -> None:
    """Weights lie in the file, and there are as many as their shape says."""
    if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
        raise unusable("it keeps weights outside its file; all must be inside")
    if any(size < 0 for size in tensor.dims):
        raise unusable(f"its weights “{tensor.name}” have no proper shape")
    if tensor.raw_data and tensor.data_type in helper.get_all_tensor_dtypes():
        item = helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize
        says, holds = math.prod(tensor.dims) * item, len(tensor.raw_data)
        if says > holds:
            raise unusable(
                f"its weights “{tensor.name}” say that they are {says:,} bytes, and are {holds:,}"
            )


def _graphs(graph: GraphProto) -> Iterator[GraphProto]:
    """The graph and all inside it, as of loops and branches."""
    waiting = [graph]
    while waiting:
        one = waiting.pop()
        yield one
        for attribute in _attributes(one):
            waiting += [attribute.g] if attribute.HasField("g") else []
            waiting += attribute.graphs


def _tensors(graph: GraphProto) -> Iterator[TensorProto]:
    yield from graph.initializer
    sparse = list(graph.sparse_initializer)
    for attribute in _attributes(graph):
        if attribute.HasField("t"):
            yield attribute.t
        yield from attribute.tensors
        sparse += [attribute.sparse_tensor] if attribute.HasField("sparse_tensor") else []
        sparse += attribute.sparse_tensors
    for one in sparse:
        yield from (one.values, one.indices)


def _attributes(graph: GraphProto) -> Iterator[AttributeProto]:
    return (attribute for node in graph.node for attribute in node.attribute)


def _size(dim: Any) -> int | None:
    """The length of an axis; None where it may have any."""
    return int(dim.dim_value) if dim.HasField("dim_value") else None


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no reason given"])[0]
