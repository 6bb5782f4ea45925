"""Layers that several architectures share. Every network takes its input as the client gives it.

A log-mel spectrogram arrives as 8-bit numbers ``[batch, n_mels, frames]``, a waveform as float32
``[batch, samples]``. A network answers with ``(logits, embedding)``.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

Answer = tuple[Tensor, Tensor]
"""Logits ``[batch, labels]`` and embedding ``[batch, dim]``."""

_SMALL = 1e-5


class Standardise(nn.Module):
    """Takes away each clip's own mean and divides by its own standard deviation."""

    def forward(self, x: Tensor) -> Tensor:
        """Any shape ``[batch, ...]``, any number type, to float32 of the same shape."""
        x = x.float()
        axes = tuple(range(1, x.dim()))
        centred = x - x.mean(dim=axes, keepdim=True)
        return centred / (centred.square().mean(dim=axes, keepdim=True).sqrt() + _SMALL)


class UnitScale(nn.Module):
    """Brings the 8-bit numbers of a spectrogram to the range from 0 to 1."""

    def forward(self, x: Tensor) -> Tensor:
        """``[batch, n_mels, frames]`` to float32 of the same shape."""
        return x.float() / 255.0


class CosineTransform(nn.Module):
    """Log-mel spectrogram to mel-frequency cepstral coefficients: an orthonormal DCT-II.

    It is a fixed layer, so that a model on MFCCs is stored, uploaded and run with the same
    spectrograms as every other one.
    """

    matrix: Tensor

    def __init__(self, n_mels: int, n_coefficients: int) -> None:
        super().__init__()
        band = torch.arange(n_mels, dtype=torch.float64) + 0.5
        order = torch.arange(n_coefficients, dtype=torch.float64)
        matrix = torch.cos(math.pi / n_mels * order[:, None] * band) * math.sqrt(2.0 / n_mels)
        matrix[0] /= math.sqrt(2.0)
        self.register_buffer("matrix", matrix.float(), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """``[batch, n_mels, frames]`` to ``[batch, n_coefficients, frames]``."""
        return torch.matmul(self.matrix, x)


class BandNorm(nn.Module):
    """Batch normalisation with one mean and variance for each row (frequency), not channel."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(rows)

    def forward(self, x: Tensor) -> Tensor:
        """``[batch, channels, rows, frames]`` to the same shape."""
        normed: Tensor = self.norm(x.transpose(1, 2))
        return normed.transpose(1, 2)


def length_after(length: int, *steps: tuple[int, int]) -> int:
    """What is left of a length after unpadded windows of (size, stride), one after the other.

    Raises:
        ValueError: the input is too short for them.
    """
    for size, stride in steps:
        if length < size:
            raise ValueError("The window is too short for this architecture.")
        length = (length - size) // stride + 1
    return length
