"""Export: a trained model as one ONNX file that carries all it needs, checked before it is kept.

The graph takes 8-bit spectrograms and gives calibrated scores and the embedding. Nothing is
published that onnxruntime does not compute as torch does.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import torch
from onnx.external_data_helper import uses_external_data
from onnxscript import optimizer
from torch import Tensor, nn

from earmark_trainer.plain import plain
from earmark_trainer.training.halves import takes_halves
from earmark_trainer.training.types import TrainedModel, TrainingError

METADATA_KEY = "earmark"
FORMAT = 1
NO_DIGEST = "0" * 64
OPSET = 18
PARITY_BATCHES = (1, 2, 5, 16)
PARITY_TOLERANCE = 2e-4


class _Served(nn.Module):
    """The network as it is served: probabilities instead of logits."""

    def __init__(self, network: nn.Module, temperature: float, *, exclusive: bool) -> None:
        super().__init__()
        self.network = network
        self.temperature = temperature
        self.exclusive = exclusive

    def forward(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        logits, embedding = self.network(clips)
        logits = logits / self.temperature
        scores = torch.softmax(logits, dim=1) if self.exclusive else torch.sigmoid(logits)
        return scores, embedding


def export(
    model: TrainedModel,
    build: Callable[..., nn.Module],
    path: Path,
    name: str,
    training: dict[str, Any] | None = None,
) -> str:
    """Write the model to ``path``, whole or not at all; its digest.

    Args:
        model: what training gave.
        build: makes the network, as in training.
        path: the ``.onnx`` file.
        name: the model's name, for people.
        training: more facts for the training summary, such as packs.

    Raises:
        TrainingError: onnxruntime does not agree with torch.
    """
    network = restored(model, build)
    served = _Served(network, model.temperature, exclusive=model.exclusive).eval()
    graph = _to_onnx(served, model)
    _check(graph, served, model)
    entry = graph.metadata_props.add()
    entry.key = METADATA_KEY
    entry.value = json.dumps(plain(_metadata(model, name, training or {})), allow_nan=False)
    return store(graph, path)


def store(graph: onnx.ModelProto, path: Path) -> str:
    """Write an exported model, as it is now, to ``path``, whole or not at all; its digest."""
    (entry,) = (entry for entry in graph.metadata_props if entry.key == METADATA_KEY)
    entry.value = json.dumps({**json.loads(entry.value), "digest": NO_DIGEST}, sort_keys=True)
    data = graph.SerializeToString()
    digest = hashlib.sha256(data).hexdigest()
    beside = path.with_name(path.name + ".part")
    with beside.open("wb") as file:
        file.write(data.replace(_digest_field(NO_DIGEST), _digest_field(digest), 1))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    return digest


def restored(model: TrainedModel, build: Callable[..., nn.Module]) -> nn.Module:
    """The trained network itself."""
    network = build(len(model.labels), *model.input_shape)
    network.load_state_dict({k: torch.from_numpy(v) for k, v in model.state.items()})
    return network


def _digest_field(digest: str) -> bytes:
    return json.dumps({"digest": digest})[1:-1].encode()


def _metadata(model: TrainedModel, name: str, training: dict[str, Any]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "name": name,
        "tag_set": model.tag_set,
        "labels": list(model.labels),
        "exclusive": model.exclusive,
        "thresholds": model.thresholds,
        "frontend": model.frontend,
        "metrics": model.metrics,
        "training": {
            "architecture": model.config.architecture,
            "seed": model.config.seed,
            "epochs": model.epochs,
            "config": model.config.to_dict(),
            **training,
        },
    }


def _example(model: TrainedModel, batch: int, seed: int) -> npt.NDArray[Any]:
    random = np.random.default_rng(seed)
    shape = (batch, *model.input_shape)
    if len(model.input_shape) == 1:
        return random.normal(0.0, 0.2, shape).astype(np.float32)
    clips = random.integers(0, 256, shape).astype(np.uint8)
    clips[:, :, model.input_shape[1] * 2 // 3 :] = 0
    return clips


def _free_axes(network: nn.Module) -> dict[int, torch.export.Dim]:
    """The axes of the input whose length is left open."""
    axes = {0: torch.export.Dim("batch")}
    return {**axes, 2: torch.export.Dim("frames")} if takes_halves(network) else axes


def _to_onnx(served: _Served, model: TrainedModel) -> onnx.ModelProto:
    quiet = logging.getLogger("torch.onnx")
    level = quiet.level
    quiet.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            program = torch.onnx.export(
                served,
                (torch.from_numpy(_example(model, 2, 0)),),
                input_names=["spectrogram" if len(model.input_shape) == 2 else "waveform"],
                output_names=["scores", "embedding"],
                dynamic_shapes=(_free_axes(served.network),),
                opset_version=OPSET,
                dynamo=True,
                optimize=False,
                verbose=False,
            )
    finally:
        quiet.setLevel(level)
    if program is None:
        raise TrainingError("The network cannot be exported.")
    # Normalisation is not folded into convolutions, so that a training can start from the file;
    # onnxruntime folds it when it loads.
    optimizer.inline(program.model)
    optimizer.fold_constants_ir(program.model)
    optimizer.remove_unused_nodes(program.model)
    graph = program.model_proto
    _strip(graph)
    return graph


def _strip(graph: onnx.ModelProto) -> None:
    """Remove what the exporter notes about the machine and the source it ran from."""
    graph.doc_string = ""
    del graph.metadata_props[:]
    for part in (*graph.graph.node, *graph.graph.value_info, *graph.graph.initializer):
        del part.metadata_props[:]
        part.doc_string = ""
    del graph.graph.metadata_props[:]
    del graph.graph.value_info[:]


def _check(graph: onnx.ModelProto, served: _Served, model: TrainedModel) -> None:
    """Refuse a graph that onnxruntime computes otherwise than torch, or that is not whole."""
    onnx.checker.check_model(graph)
    if any(uses_external_data(weight) for weight in graph.graph.initializer):
        raise TrainingError("The exported model keeps weights outside its file.")
    if {entry.domain for entry in graph.opset_import} - {"", "ai.onnx"}:
        raise TrainingError("The exported model uses operators that are not standard.")
    session = onnxruntime.InferenceSession(
        graph.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    examples = [_example(model, batch, batch) for batch in PARITY_BATCHES]
    if takes_halves(served.network):
        examples.append(examples[-1][:, :, : model.input_shape[1] // 2])
    for clips in examples:
        with torch.no_grad():
            wanted = [part.numpy() for part in served(torch.from_numpy(clips))]
        given = session.run(["scores", "embedding"], {session.get_inputs()[0].name: clips})
        for one, other in zip(wanted, given, strict=True):
            scale = max(1.0, float(np.abs(one).max()))
            if one.shape != other.shape or np.abs(one - other).max() > PARITY_TOLERANCE * scale:
                raise TrainingError(
                    f"The exported model does not compute what was trained (input {clips.shape})."
                )
