"""What a network says of clips: as many at once as memory likes, shown as the client shows them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from earmark_trainer.training.halves import in_portions, takes_halves
from earmark_trainer.training.stored import Clips
from earmark_trainer.training.types import Floats, TrainConfig

PREDICT_BATCH = 128
PREDICT_VALUES = PREDICT_BATCH * 64 * 300
"""Numbers shown at once when predicting; long inputs go in smaller batches."""


def predict(network: nn.Module, clips: Clips, config: TrainConfig) -> Floats:
    """Logits ``[N, L]``, uncalibrated; clips are shown as the client shows them."""
    return _answers(network, clips, config, 0)


def embed(network: nn.Module, clips: Clips, config: TrainConfig) -> Floats:
    """Embeddings ``[N, D]``; clips are shown as the client shows them."""
    return _answers(network, clips, config, 1)


@torch.no_grad()
def _answers(network: nn.Module, clips: Clips, config: TrainConfig, part: int) -> Floats:
    network.eval()
    size = max(1, min(PREDICT_BATCH, PREDICT_VALUES // math.prod(clips.shape[1:])))
    blocks = (clips[at : at + size] for at in range(0, len(clips), size))
    return np.concatenate([_of_block(network, block, config.device, part) for block in blocks])


def _of_block(network: nn.Module, block: npt.NDArray[Any], device: str, part: int) -> Floats:
    portions = in_portions(block) if takes_halves(network) else [(np.arange(len(block)), block)]
    answers = [
        network(torch.from_numpy(shown).to(device))[part].float().cpu().numpy()
        for _, shown in portions
    ]
    order = np.argsort(np.concatenate([places for places, _ in portions]))
    return np.asarray(np.concatenate(answers)[order])
