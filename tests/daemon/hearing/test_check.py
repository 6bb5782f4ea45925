"""Files that claim to be models: each is refused with its reason, in a child that may die."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import ModelProto, TensorProto, helper, numpy_helper
from tests.made_models import (
    BASE,
    DIMENSIONS,
    constant,
    described,
    head_of,
    loudness_model,
    model_of,
    save,
    steady_head,
)

from earmark_daemon.errors import EarmarkError
from earmark_daemon.hearing.check import check_file
from earmark_daemon.hearing.golden import golden_clip
from earmark_daemon.hearing.model import Model
from earmark_daemon.hearing.modelfile import BUILTIN, parse
from earmark_daemon.processes import WorkerDied, Workers

LABELS = ["one", "two"]
ENTRY: tuple[str, int, list[int | str]] = ("embedding", TensorProto.FLOAT, ["batch", DIMENSIONS])
HALVES = np.zeros((DIMENSIONS, 2))


@pytest.fixture(scope="module")
def child() -> Iterator[Workers]:
    workers = Workers(1)
    yield workers
    workers.close()


def checked(child: Workers, path: Path, seconds: float = 60.0) -> str:
    return child.submit(check_file, str(path), str(BUILTIN), seconds=seconds).result()


def reason(child: Workers, path: Path) -> str:
    with pytest.raises(EarmarkError) as caught:
        checked(child, path)
    return str(caught.value)


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


def zipped() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("model.onnx", b"x")
    return data.getvalue()


@pytest.mark.parametrize("make", [steady_head, loudness_model])
def test_a_proper_model_passes(child: Workers, tmp_path: Path, make: Callable[..., str]) -> None:
    given: Any = {"one": 0.2, "two": 0.8} if make is steady_head else ["one", "two"]
    digest = make(tmp_path / "model.onnx", given)
    assert parse(checked(child, tmp_path / "model.onnx")).digest == digest


def test_the_built_in_model_passes(child: Workers) -> None:
    assert parse(checked(child, BUILTIN)) == BASE


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no graph"),
        (b"#!/bin/sh\nrm -rf ~\n", "a script"),
        (pickle.dumps({"a": 1}), "a Python pickle"),
        (zipped(), "a zip archive"),
        (b"hello, this is text", "no ONNX model"),
        (BUILTIN.read_bytes()[:-1000], "part of one"),
        (BUILTIN.read_bytes()[:1000], "part of one"),
        (b"\x3a\xff\xff\xff\xff\x0b" + bytes(100), "part of one"),
    ],
    ids=["empty", "script", "pickle", "zip", "text", "cut off", "cut short", "3 GB by its header"],
)
def test_what_is_no_model_is_named(
    child: Workers, tmp_path: Path, content: bytes, words: str
) -> None:
    (tmp_path / "model.onnx").write_bytes(content)
    assert words in reason(child, tmp_path / "model.onnx")


def test_one_changed_byte_is_found(child: Workers, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    steady_head(path, {"one": 0.2})
    data = bytearray(path.read_bytes())
    place = data.index(b"\0" * 64)
    data[place] = 1
    path.write_bytes(data)
    assert "digest differs" in reason(child, path)


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


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (outside, "outside its file"),
        (outside_in_a_node, "outside its file"),
        (custom_operator, "not standard (com.example)"),
        (custom_operator_unannounced, "no standard operator"),
        (custom_operator_in_a_branch, "no standard operator"),
        (unknown_operator, "“Steal”, which is no standard operator"),
        (function_of_its_own, "functions of its own"),
        (heavy_by_its_word, "say that they are 12,000,000,000 bytes"),
        (lambda: with_entry("sound"), "input must be “embedding”"),
        (lambda: with_entry("embedding", TensorProto.DOUBLE), "type float32"),
        (lambda: with_entry("embedding", 1, "batch", 64), f"[batch, {DIMENSIONS}]"),
        (lambda: with_entry("embedding", 1, 1, DIMENSIONS), f"[batch, {DIMENSIONS}]"),
        (unnamed, "does not give “scores”"),
        (no_number, "no numbers"),
        (too_much, "between 0 and 1"),
        (one_score_too_few, "(1, 1) where (1, 2)"),
        (mixes_its_batch, "not alone in a batch"),
        (greedy, "running it failed"),
    ],
)
def test_a_model_that_could_do_harm_or_nothing_is_refused(
    child: Workers, tmp_path: Path, make: Callable[[], ModelProto], words: str
) -> None:
    save(make(), tmp_path / "model.onnx", described(LABELS))
    assert words in reason(child, tmp_path / "model.onnx")


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


def test_a_model_that_never_ends_is_ended(child: Workers, tmp_path: Path) -> None:
    save(endless(), tmp_path / "model.onnx", described(LABELS))
    with pytest.raises(WorkerDied, match="took more than"):
        checked(child, tmp_path / "model.onnx", seconds=8.0)
    steady_head(tmp_path / "good.onnx", {"one": 0.2})
    assert checked(child, tmp_path / "good.onnx")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"backbone": "a" * 64}, "trained for another built-in model"),
        ({"labels": ["one", "one"]}, "stand twice"),
        ({"labels": ["one", "Two"], "thresholds": {"one": 0.5, "Two": 0.5}}, "lower case"),
        ({"labels": ["one", "a\nb"], "thresholds": {"one": 0.5, "a\nb": 0.5}}, "lower case"),
        ({"labels": ["one", "x" * 65], "thresholds": {"one": 0.5, "x" * 65: 0.5}}, "lower case"),
        ({"thresholds": {"one": 0.5, "two": float("nan")}}, "threshold of “two” is nan"),
        ({"thresholds": {"one": 0.5}}, "thresholds do not match"),
        ({"tag_set": "../own"}, "no name of a tag set"),
        ({"format": 2}, "its format is 2"),
        ({"digest": ""}, "does not state its own digest"),
        ({"frontend": {"window_seconds": 1e9}}, "out of all bounds"),
        ({"frontend": {"n_fft": "many"}}, "out of all bounds"),
        ({"golden": [0.5, 0.6]}, "scores that its description states"),
        ({"golden": [0.5]}, "scores that its description states"),
    ],
)
def test_a_description_that_makes_no_sense_is_refused(
    child: Workers, tmp_path: Path, fields: dict[str, Any], words: str
) -> None:
    save(plain_head(), tmp_path / "model.onnx", {**described(LABELS), **fields})
    assert words in reason(child, tmp_path / "model.onnx")


def test_a_stated_golden_answer_is_compared(child: Workers, tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    head = head_of(random.normal(0.0, 0.1, (DIMENSIONS, 2)), [0.0, 0.0])
    save(head, tmp_path / "plain.onnx", described(LABELS))
    clip = golden_clip((DIMENSIONS,), is_bytes=False)
    scores = Model(tmp_path / "plain.onnx").scores(clip)[0]
    assert abs(float(scores[0]) - 0.5) > 0.01
    golden = [float(score) for score in scores]
    save(head, tmp_path / "good.onnx", described(LABELS, golden=golden))
    assert parse(checked(child, tmp_path / "good.onnx")).golden == tuple(golden)
