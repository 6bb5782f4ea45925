"""CNN14 of PANNs (Kong et al. 2020) on spectrograms, as the OpenMIC-2018 project used it.

Parameter names equal the published checkpoint's, so its weights load as they are; only the last
layer is new. The published front end works on the waveform and is left out: the client's
spectrogram takes its place.
"""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from earmark_trainer.architectures.layers import Answer

Features = Literal["db", "log1p"]

FLOOR_DB = -60.0
"""What an 8-bit 0 stands for; the project saw values from about -60 to about 30 dB."""

CEILING_DB = 30.0
"""What an 8-bit 255 stands for."""

_WIDTHS = (64, 128, 256, 512, 1024, 2048)
_FRONT_END = ("spectrogram_extractor.", "logmel_extractor.")
_LAST_LAYER = "fc_audioset."


class Decibels(nn.Module):
    """8-bit spectrogram to the numbers CNN14 wants, by either of the project's two set-ups.

    ``"db"`` is decibels from -60 to 30, as the published checkpoints were trained. ``"log1p"`` is
    log10(1 + N) of the mel power N, the project's first set-up.
    """

    def __init__(self, features: Features) -> None:
        super().__init__()
        self.features = features

    def forward(self, x: Tensor) -> Tensor:
        """Any shape to float32 of the same shape."""
        decibel = x.float() * ((CEILING_DB - FLOOR_DB) / 255.0) + FLOOR_DB
        if self.features == "db":
            return decibel
        return torch.log10(1.0 + torch.pow(10.0, decibel / 10.0))


class ConvBlock(nn.Module):
    """Two 3×3 convolutions, each with batch normalisation and ReLU, then average pooling."""

    def __init__(self, channels: int, filters: int, pool: int) -> None:
        super().__init__()
        self.pool = pool
        self.conv1 = nn.Conv2d(channels, filters, 3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(filters, filters, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.bn2 = nn.BatchNorm2d(filters)
        for convolution in (self.conv1, self.conv2):
            nn.init.xavier_uniform_(convolution.weight)

    def forward(self, x: Tensor) -> Tensor:
        """``[batch, channels, frames, bands]`` to ``filters`` maps, each side ``pool`` smaller."""
        x = functional.relu(self.bn1(self.conv1(x)))
        x = functional.relu(self.bn2(self.conv2(x)))
        return functional.avg_pool2d(x, self.pool) if self.pool > 1 else x


class Cnn14(nn.Module):
    """Input 64 mel bands by 1,000 frames, ten seconds at 32 kHz."""

    def __init__(self, n_labels: int, n_mels: int = 64, features: Features = "db") -> None:
        super().__init__()
        self.scale = Decibels(features)
        self.bn0 = nn.BatchNorm2d(n_mels)
        self.conv_block1 = ConvBlock(1, _WIDTHS[0], 2)
        self.conv_block2 = ConvBlock(_WIDTHS[0], _WIDTHS[1], 2)
        self.conv_block3 = ConvBlock(_WIDTHS[1], _WIDTHS[2], 2)
        self.conv_block4 = ConvBlock(_WIDTHS[2], _WIDTHS[3], 2)
        self.conv_block5 = ConvBlock(_WIDTHS[3], _WIDTHS[4], 2)
        self.conv_block6 = ConvBlock(_WIDTHS[4], _WIDTHS[5], 1)
        self.fc1 = nn.Linear(_WIDTHS[5], _WIDTHS[5])
        self.fc_audioset = nn.Linear(_WIDTHS[5], n_labels)
        for layer in (self.fc1, self.fc_audioset):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor) -> Answer:
        """Spectrogram ``[batch, n_mels, frames]`` to logits and an embedding of 2,048."""
        x = self.bn0(self.scale(x).unsqueeze(2)).permute(0, 2, 3, 1)
        for block in (
            self.conv_block1,
            self.conv_block2,
            self.conv_block3,
            self.conv_block4,
            self.conv_block5,
            self.conv_block6,
        ):
            x = functional.dropout(block(x), 0.2, self.training)
        x = x.mean(dim=3)
        x = functional.dropout(x.amax(dim=2) + x.mean(dim=2), 0.5, self.training)
        embedding = functional.relu(self.fc1(x))
        logits = self.fc_audioset(functional.dropout(embedding, 0.5, self.training))
        return logits, embedding


def load_published(net: Cnn14, checkpoint: Path) -> None:
    """Take over the weights of a published PANNs checkpoint, all but the last layer.

    The file is read as plain tensors; nothing in it is run.

    Raises:
        ValueError: it is not a CNN14 checkpoint, or holds more than tensors.
        OSError: it cannot be read.
    """
    try:
        content = torch.load(checkpoint, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        raise ValueError(f"{checkpoint.name} is not a checkpoint of plain tensors.") from error
    published = content.get("model", content) if isinstance(content, dict) else {}
    kept = {
        name: weights
        for name, weights in published.items()
        if not name.startswith((*_FRONT_END, _LAST_LAYER))
    }
    missing = {name for name in net.state_dict() if not name.startswith(_LAST_LAYER)} - set(kept)
    if missing:
        raise ValueError(f"{checkpoint.name} is not a CNN14 checkpoint: no {min(missing)} in it.")
    try:
        net.load_state_dict(kept, strict=False)
    except RuntimeError as error:
        raise ValueError(f"{checkpoint.name} does not fit: {error}") from error
