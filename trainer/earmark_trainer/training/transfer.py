"""Starting from a model that already hears: its weights, but for layers that do not fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from onnx import numpy_helper
from torch import nn

from earmark_trainer.training.types import TrainingError

PREFIX = "network."
"""How export names the network's weights inside the ONNX graph."""


def load_into(network: nn.Module, model: Path) -> int:
    """Copy every weight of an exported model whose name and shape fit; how many did.

    A head for other labels differs in shape and stays as it was made.

    Raises:
        TrainingError: the file is no model, or nothing in it fits this network.
    """
    try:
        graph = onnx.load(model).graph
    except (OSError, DecodeError) as error:
        raise TrainingError(f"{model.name} cannot be read as a model.") from error
    stored = {
        weight.name.removeprefix(PREFIX): numpy_helper.to_array(weight)
        for weight in graph.initializer
    }
    own = network.state_dict()
    fitting = {
        name: torch.from_numpy(stored[name].astype(np.float32))
        for name, value in own.items()
        if name in stored and stored[name].shape == tuple(value.shape)
    }
    if not fitting:
        raise TrainingError(f"{model.name} is of another architecture; nothing in it fits.")
    network.load_state_dict({**own, **fitting})
    return len(fitting)
