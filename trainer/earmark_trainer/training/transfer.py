"""Starting from a model that already hears: its weights, but for layers that do not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from onnx import numpy_helper
from torch import nn

from earmark_trainer.training.types import TrainingError

PREFIX = "network."
"""How export names the network's weights inside the ONNX graph."""


_BUILTIN_NAMES = {
    "components": "condense.weight",
    "components_offset": "condense.bias",
}
"""What the built-in model calls the matrix, transposed, and offset of its embedding."""


def embedding_size(model: Path) -> int | None:
    """Length of the embedding of a model that reads it off all its layers; else None.

    Raises:
        TrainingError: the file is no model.
    """
    bias = _weights(model).get("condense.bias")
    return None if bias is None else len(bias)


def load_into(network: nn.Module, model: Path) -> int:
    """Copy every weight of an exported model whose name and shape fit; how many did.

    A head for other labels differs in shape and stays as it was made.

    Raises:
        TrainingError: the file is no model, or nothing in it fits this network.
    """
    stored = _weights(model)
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


def _weights(model: Path) -> dict[str, npt.NDArray[Any]]:
    """The network's weights by name."""
    try:
        graph = onnx.load(model).graph
    except (OSError, DecodeError) as error:
        raise TrainingError(f"{model.name} cannot be read as a model.") from error
    found = {}
    for weight in graph.initializer:
        value = numpy_helper.to_array(weight)
        if weight.name in _BUILTIN_NAMES:
            found[_BUILTIN_NAMES[weight.name]] = value.T
        elif weight.name.startswith(PREFIX):
            found[weight.name.removeprefix(PREFIX)] = value
    return found
