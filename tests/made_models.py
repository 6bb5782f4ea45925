"""Small model files, made by hand: heads on the built-in model's embedding, and whole models."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_daemon.hearing.golden import golden_clip
from earmark_daemon.hearing.model import load
from earmark_daemon.hearing.modelfile import BUILTIN

BASE = load(str(BUILTIN)).info
DIMENSIONS = load(str(BUILTIN)).dimensions
NO_DIGEST = "0" * 64


def described(labels: Sequence[str], **fields: Any) -> dict[str, Any]:
    """The description of a head of the own tag set; fields are replaced by those given."""
    return {
        "format": 1,
        "name": "made up",
        "tag_set": "own",
        "labels": list(labels),
        "exclusive": False,
        "thresholds": dict.fromkeys(labels, 0.5),
        "backbone": BASE.digest,
        "metrics": {},
        "training": {},
        "digest": NO_DIGEST,
        **fields,
    }


def model_of(
    nodes: Sequence[NodeProto],
    entry: tuple[str, int, Sequence[int | str]],
    outputs: dict[str, Sequence[int | str]],
    weights: Sequence[TensorProto] = (),
    opsets: Sequence[tuple[str, int]] = (("", 18),),
) -> ModelProto:
    """A model proto of nodes, one input and float outputs."""
    graph = helper.make_graph(
        list(nodes),
        "made",
        [helper.make_tensor_value_info(*entry)],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in outputs.items()],
        list(weights),
    )
    opset_imports = [helper.make_opsetid(*opset) for opset in opsets]
    return helper.make_model(graph, opset_imports=opset_imports, ir_version=10)


def save(model: ModelProto, path: Path, description: dict[str, Any]) -> str:
    """Write the file with its description and its own digest in it; returns the digest."""
    del model.metadata_props[:]
    entry = model.metadata_props.add()
    entry.key, entry.value = "earmark", json.dumps(description, sort_keys=True)
    data = model.SerializeToString()
    digest = hashlib.sha256(data).hexdigest()
    blank, full = (json.dumps({"digest": d})[1:-1].encode() for d in (NO_DIGEST, digest))
    path.write_bytes(data.replace(blank, full, 1))
    return digest


def constant(name: str, values: Any) -> TensorProto:
    return numpy_helper.from_array(np.asarray(values, dtype=np.float32), name)


def head_of(weights: Any, bias: Any, activation: str = "Sigmoid") -> ModelProto:
    """A linear head with weights ``[dimensions, labels]`` and a bias ``[labels]``."""
    nodes = [
        helper.make_node("Gemm", ["embedding", "weights", "bias"], ["logits"]),
        helper.make_node(activation, ["logits"], ["scores"]),
    ]
    count = len(bias)
    return model_of(
        nodes,
        ("embedding", TensorProto.FLOAT, ["batch", DIMENSIONS]),
        {"scores": ["batch", count]},
        [constant("weights", weights), constant("bias", bias)],
    )


def steady_head(path: Path, scores: dict[str, float], **fields: Any) -> str:
    """A head that gives every sound the same scores, between 0 and 1; returns its digest."""
    logits = [float(np.log(score / (1.0 - score))) for score in scores.values()]
    model = head_of(np.zeros((DIMENSIONS, len(scores))), logits)
    return save(model, path, described(list(scores), **fields))


def moody_head(path: Path) -> str:
    """A head that answers for the golden clip and for silence, and fails for everything else."""
    golden = float((golden_clip((DIMENSIONS,), is_bytes=False) ** 2).sum())
    nodes = [
        helper.make_node("Mul", ["embedding", "embedding"], ["squares"]),
        helper.make_node("ReduceSum", ["squares", "axis"], ["power"]),
        helper.make_node("Sub", ["power", "golden"], ["rest"]),
        helper.make_node("Mul", ["power", "rest"], ["product"]),
        helper.make_node("Abs", ["product"], ["away"]),
        helper.make_node("Greater", ["away", "little"], ["strange"]),
        helper.make_node("Cast", ["strange"], ["place"], to=TensorProto.INT64),
        helper.make_node("Gather", ["half", "place"], ["scores"]),
    ]
    model = model_of(
        nodes,
        ("embedding", TensorProto.FLOAT, ["batch", DIMENSIONS]),
        {"scores": ["batch", 1]},
        [
            numpy_helper.from_array(np.array([1]), "axis"),
            constant("golden", [golden]),
            constant("little", [0.5]),
            constant("half", [0.5]),
        ],
    )
    return save(model, path, described(["moody"]))


def loudness_model(path: Path, labels: Sequence[str] = ("dense",), **fields: Any) -> str:
    """A whole model: its scores grow with the mean of all cells."""
    spec = FrontendSpec.from_dict(fields.get("frontend", BASE.frontend.to_dict()))
    shape = [spec.n_mels, spec.frames]
    axes = numpy_helper.from_array(np.array([1, 2]), "axes")
    nodes = [
        helper.make_node("Cast", ["spectrogram"], ["cells"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["cells", "axes"], ["mean"], keepdims=0),
        helper.make_node("Unsqueeze", ["mean", "last"], ["embedding"]),
        helper.make_node("Gemm", ["embedding", "weights", "bias"], ["logits"]),
        helper.make_node("Sigmoid", ["logits"], ["scores"]),
    ]
    model = model_of(
        nodes,
        ("spectrogram", TensorProto.UINT8, ["batch", *shape]),
        {"scores": ["batch", len(labels)], "embedding": ["batch", 1]},
        [
            axes,
            numpy_helper.from_array(np.array([1]), "last"),
            constant("weights", np.full((1, len(labels)), 1.0)),
            constant("bias", np.linspace(1.0, 0.0, len(labels))),
        ],
    )
    whole = {"backbone": None, "frontend": spec.to_dict()}
    return save(model, path, described(labels, **{**whole, **fields}))
