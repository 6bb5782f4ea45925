"""Writes a head as a model file: embedding in, calibrated scores out, the description inside."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from earmark_daemon.learning.head import SHORTEST, Head
from earmark_daemon.learning.storing import stored

FORMAT = 1
METADATA_KEY = "earmark"
OPSET = 18
_IR_VERSION = 9
_NO_DIGEST = "0" * 64


@dataclass(frozen=True)
class Description:
    """What a head says of itself; see `hearing.modelfile.ModelInfo`.

    Attributes:
        name: for people.
        tag_set: which tag set its labels belong to.
        labels: in the order of the scores.
        thresholds: label to the score from which the tag is given.
        backbone: digest of the model whose embedding it reads.
        frontend: that model's front end, as plain data.
        metrics: how well it did by cross-validation.
        training: what it was made from.
    """

    name: str
    tag_set: str
    labels: tuple[str, ...]
    thresholds: Mapping[str, float]
    backbone: str
    frontend: Mapping[str, Any]
    metrics: Mapping[str, Any]
    training: Mapping[str, Any]


def write_head(head: Head, said: Description, path: Path) -> str:
    """Write the model to ``path``, whole or not at all; its digest.

    Raises:
        EarmarkError: there is no room for it.
    """
    model = _graph(head, len(said.labels))
    entry = model.metadata_props.add()
    entry.key = METADATA_KEY
    entry.value = json.dumps(
        {
            "format": FORMAT,
            "name": said.name,
            "tag_set": said.tag_set,
            "labels": list(said.labels),
            "exclusive": head.exclusive,
            "thresholds": dict(said.thresholds),
            "backbone": said.backbone,
            "frontend": dict(said.frontend),
            "metrics": dict(said.metrics),
            "training": dict(said.training),
            "digest": _NO_DIGEST,
        },
        sort_keys=True,
        allow_nan=False,
    )
    onnx.checker.check_model(model)
    data = model.SerializeToString(deterministic=True)
    digest = hashlib.sha256(data).hexdigest()
    beside = path.with_name(path.name + ".part")
    with stored("The model that was trained"):
        with beside.open("wb") as file:
            file.write(data.replace(_field(_NO_DIGEST), _field(digest), 1))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    return digest


def _field(digest: str) -> bytes:
    return json.dumps({"digest": digest})[1:-1].encode()


def _graph(head: Head, labels: int) -> onnx.ModelProto:
    """As `Head.scores`: to length 1, nearness to the landmarks, weighted sum.

    Landmarks are stored in single precision, which is all that embeddings have, and reckoned with
    in double, for nearness is a small difference of large numbers.
    """
    graph = helper.make_graph(
        _nodes(head),
        "head",
        [
            helper.make_tensor_value_info(
                "embedding", TensorProto.FLOAT, ["batch", head.landmarks.shape[1]]
            )
        ],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", labels])],
        [
            numpy_helper.from_array(head.landmarks.astype(np.float32), "landmarks"),
            numpy_helper.from_array(np.array([1], dtype=np.int64), "axis"),
            numpy_helper.from_array(np.array(SHORTEST), "shortest"),
            numpy_helper.from_array(np.array(-2.0 * head.gamma), "farthest"),
            numpy_helper.from_array(head.weights, "weights"),
            numpy_helper.from_array(head.bias, "bias"),
        ],
    )
    opsets = [helper.make_opsetid("", OPSET)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)


def _nodes(head: Head) -> list[onnx.NodeProto]:
    last, options = ("Softmax", {"axis": 1}) if head.exclusive else ("Sigmoid", {})
    steps: list[tuple[str, list[str], str, dict[str, Any]]] = [
        ("Cast", ["embedding"], "exact", {"to": TensorProto.DOUBLE}),
        ("Cast", ["landmarks"], "exact_landmarks", {"to": TensorProto.DOUBLE}),
        ("ReduceL2", ["exact", "axis"], "length", {"keepdims": 1}),
        ("Max", ["length", "shortest"], "positive", {}),
        ("Div", ["exact", "positive"], "unit", {}),
        (
            "Gemm",
            ["unit", "exact_landmarks", "farthest"],
            "power",
            {"alpha": 2.0 * head.gamma, "transB": 1},
        ),
        ("Exp", ["power"], "near", {}),
        ("Gemm", ["near", "weights", "bias"], "logits", {}),
        (last, ["logits"], "exact_scores", options),
        ("Cast", ["exact_scores"], "scores", {"to": TensorProto.FLOAT}),
    ]
    return [
        helper.make_node(kind, inputs, [output], **more) for kind, inputs, output, more in steps
    ]
