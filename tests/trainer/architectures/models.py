"""Untrained models of every architecture, as training would hand them over."""

from pathlib import Path

import torch

from earmark_trainer.architectures.registry import Architecture
from earmark_trainer.export import export
from earmark_trainer.training.types import TrainConfig, TrainedModel

LABELS = ("kick", "snare", "hihat")


def untrained(one: Architecture) -> TrainedModel:
    """A model with fresh weights."""
    torch.manual_seed(11)
    weights = one.build(len(LABELS)).state_dict()
    return TrainedModel(
        state={name: value.numpy().copy() for name, value in weights.items()},
        config=TrainConfig(architecture=one.name),
        labels=LABELS,
        exclusive=True,
        tag_set="instrument",
        frontend=dict(one.frontend),
        temperature=1.0,
        thresholds=dict.fromkeys(LABELS, 0.5),
        metrics={},
        input_shape=one.shape,
        epochs=0,
    )


def exported(one: Architecture, folder: Path) -> Path:
    """The model file of an untrained model; export itself compares torch and onnxruntime."""
    path = folder / f"{one.name}.onnx"
    export(untrained(one), one.build, path, one.name)
    return path
