"""Models that could do harm, or that give nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import ModelProto, TensorProto, helper, numpy_helper
from tests.made_models import (
    DIMENSIONS,
    constant,
    head_of,
    model_of,
)

LABELS = ["one", "two"]
ENTRY: tuple[str, int, list[int | str]] = ("embedding", TensorProto.FLOAT, ["batch", DIMENSIONS])
HALVES = np.zeros((DIMENSIONS, 2))


def plain_head() -> ModelProto:
    return head_of(HALVES, [0.0, 0.0])


def with_nodes(*nodes: onnx.NodeProto, **more: Any) -> ModelProto:
    """A head whose scores are those of the nodes; `flat` is half for every label."""
    first = helper.make_node("Gemm", ["embedding", "weights", "bias"], ["flat"])
    return model_of(
        [first, *nodes],
        ENTRY,
        {"scores": ["batch", 2]},
        [constant("weights", HALVES), constant("bias", [0.5, 0.5]), *more.pop("weights", [])],
        **more,
    )


def outside() -> ModelProto:
    model = plain_head()
    onnx.external_data_helper.set_external_data(model.graph.initializer[0], "/etc/passwd")
    model.graph.initializer[0].data_location = TensorProto.EXTERNAL
    model.graph.initializer[0].ClearField("raw_data")
    return model


def outside_in_a_node() -> ModelProto:
    tensor = constant("hidden", [0.0, 0.0])
    onnx.external_data_helper.set_external_data(tensor, "../../weights.bin")
    return with_nodes(
        helper.make_node("Constant", [], ["hidden"], value=tensor),
        helper.make_node("Add", ["flat", "hidden"], ["scores"]),
    )


def custom_operator() -> ModelProto:
    node = helper.make_node("Steal", ["flat"], ["scores"], domain="com.example")
    return with_nodes(node, opsets=[("", 18), ("com.example", 1)])


def custom_operator_unannounced() -> ModelProto:
    return with_nodes(helper.make_node("Steal", ["flat"], ["scores"], domain="com.example"))


def unknown_operator() -> ModelProto:
    return with_nodes(helper.make_node("Steal", ["flat"], ["scores"]))


def custom_operator_in_a_branch() -> ModelProto:
    def branch(op: str, domain: str) -> onnx.GraphProto:
        out = helper.make_tensor_value_info("out", TensorProto.FLOAT, None)
        nodes = [helper.make_node(op, ["flat"], ["out"], domain=domain)]
        return helper.make_graph(nodes, "branch", [], [out])

    node = helper.make_node(
        "If",
        ["never"],
        ["scores"],
        then_branch=branch("Steal", "com.example"),
        else_branch=branch("Identity", ""),
    )
    return with_nodes(node, weights=[numpy_helper.from_array(np.array(False), "never")])


def function_of_its_own() -> ModelProto:
    model = with_nodes(helper.make_node("Relu", ["flat"], ["scores"]))
    model.functions.append(
        helper.make_function(
            "",
            "Relu",
            ["x"],
            ["y"],
            [helper.make_node("Identity", ["x"], ["y"])],
            [helper.make_opsetid("", 18)],
        )
    )
    return model


def heavy_by_its_word() -> ModelProto:
    model = plain_head()
    model.graph.initializer[0].dims[:] = [3_000_000_000, 1]
    return model


def with_entry(name: str = "embedding", kind: int = TensorProto.FLOAT, *shape: Any) -> ModelProto:
    model = plain_head()
    model.graph.input[0].CopyFrom(
        helper.make_tensor_value_info(name, kind, list(shape) or ["batch", DIMENSIONS])
    )
    return model


def unnamed() -> ModelProto:
    model = plain_head()
    model.graph.output[0].name = "answers"
    model.graph.node[-1].output[0] = "answers"
    return model


def no_number() -> ModelProto:
    weights = [constant("minus", [-1.0])]
    return with_nodes(
        helper.make_node("Mul", ["flat", "minus"], ["below"]),
        helper.make_node("Log", ["below"], ["scores"]),
        weights=weights,
    )


def too_much() -> ModelProto:
    return with_nodes(
        helper.make_node("Add", ["flat", "one"], ["scores"]), weights=[constant("one", [1.0])]
    )


def one_score_too_few() -> ModelProto:
    model = with_nodes(
        helper.make_node("ReduceMean", ["flat", "axis"], ["scores"]),
        weights=[numpy_helper.from_array(np.array([1]), "axis")],
    )
    model.graph.output[0].CopyFrom(
        helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", 1])
    )
    return model


def mixes_its_batch() -> ModelProto:
    return with_nodes(
        helper.make_node("ReduceSum", ["flat", "axis"], ["sum"]),
        helper.make_node("Mul", ["sum", "small"], ["part"]),
        helper.make_node("Mul", ["flat", "part"], ["scores"]),
        weights=[numpy_helper.from_array(np.array([0]), "axis"), constant("small", [0.1])],
    )


def greedy() -> ModelProto:
    shape = numpy_helper.from_array(np.array([1_300_000_000], dtype=np.int64), "shape")
    return with_nodes(
        helper.make_node("ConstantOfShape", ["shape"], ["much"]),
        helper.make_node("ReduceSum", ["much"], ["sum"], keepdims=0),
        helper.make_node("Add", ["flat", "sum"], ["scores"]),
        weights=[shape],
    )


def slow() -> ModelProto:
    shape = numpy_helper.from_array(np.array([4_096, 4_096], dtype=np.int64), "shape")
    return with_nodes(
        helper.make_node("ConstantOfShape", ["shape"], ["product 0"]),
        *(
            helper.make_node("MatMul", [f"product {n}", "product 0"], [f"product {n + 1}"])
            for n in range(3_000)
        ),
        helper.make_node("ReduceSum", ["product 3000"], ["sum"], keepdims=0),
        helper.make_node("Add", ["flat", "sum"], ["scores"]),
        weights=[shape],
    )


def endless() -> ModelProto:
    go_on = helper.make_tensor_value_info("go_on", TensorProto.BOOL, [])
    again = helper.make_tensor_value_info("again", TensorProto.BOOL, [])
    count = helper.make_tensor_value_info("count", TensorProto.INT64, [])
    value = helper.make_tensor_value_info("value", TensorProto.FLOAT, None)
    after = helper.make_tensor_value_info("after", TensorProto.FLOAT, None)
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go_on"], ["again"]),
            helper.make_node("Identity", ["value"], ["after"]),
        ],
        "body",
        [count, go_on, value],
        [again, after],
    )
    return with_nodes(
        helper.make_node("Loop", ["", "true", "flat"], ["scores"], body=body),
        weights=[numpy_helper.from_array(np.array(True), "true")],
    )
