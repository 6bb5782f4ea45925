"""YAMNet as a network that can be trained on: a large net that has heard far more than ours.

What AudioSet has taught it carries over better once it is tuned to one-shots than its embedding
does as it is. It hears Earmark's own spectrograms, laid out as its first layer expects them. It is
never shipped (`teacher.py`). Owns the network; `heard_more.py` says how it is tuned and judged.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.accuracy.teacher import EMBEDDING_SIZE, convolutions
from earmark_daemon.hearing.frontend import FrontendSpec, hz_to_mel, mel_to_hz

Array = npt.NDArray[Any]

DROPOUT = 0.3
_NORM_EPSILON = 1e-3
_SPEC = FrontendSpec()
_LOUDEST = 3.0
"""Natural logarithm of the magnitude that the loudest cell is taken for."""
_QUIETEST = 1e-3
"""Added to magnitudes before the logarithm, as in YAMNet's own front end."""
_FIRST_HZ, _LAST_HZ, _BANDS = 125.0, 7500.0, 64
"""YAMNet's own mel bands (HTK's scale)."""
_ROWS, _ROWS_BELOW = 88, 2
"""Bands at the same distance that reach from 68 Hz to 15 kHz, and how many begin below 125 Hz."""


class Convolution(nn.Module):
    """Convolution padded as TensorFlow pads it, batch normalisation, ReLU."""

    def __init__(self, weight: Array, bias: Array, stride: int, groups: int) -> None:
        super().__init__()
        outputs, inputs, size, _ = weight.shape
        self.conv = nn.Conv2d(
            inputs * groups, outputs, size, stride=stride, groups=groups, bias=False
        )
        self.norm = nn.BatchNorm2d(outputs, eps=_NORM_EPSILON)
        before = 1 if size > 1 and stride == 1 else 0
        after = 1 if size > 1 else 0
        self.padding = (before, after, before, after)
        with torch.no_grad():
            self.conv.weight.copy_(torch.from_numpy(weight))
            self.norm.bias.copy_(torch.from_numpy(bias))
            self.norm.running_var.fill_(1.0 - _NORM_EPSILON)  # type: ignore[union-attr]

    def forward(self, x: Tensor) -> Tensor:
        """``[B, i, t, m]`` to ``[B, o, t / stride, m / stride]``."""
        normed: Tensor = self.norm(self.conv(functional.pad(x, self.padding)))
        return functional.relu(normed)

    @torch.no_grad()
    def unfold(self, x: Tensor) -> Tensor:
        """Normalise by the statistics of ``x`` and undo it, for such weights are normalised."""
        heard = self.conv(functional.pad(x, self.padding))
        mean, power = heard.mean((0, 2, 3)), heard.var((0, 2, 3))
        self.norm.running_mean.copy_(mean)  # type: ignore[union-attr]
        self.norm.running_var.copy_(power)  # type: ignore[union-attr]
        self.norm.weight.copy_((power + _NORM_EPSILON).sqrt())
        self.norm.bias.add_(mean)
        result: Tensor = self(x)
        return result


class Large(nn.Module):
    """Input ``[B, n_mels, frames]``, 0 to 255; gives ``(logits, embedding)``.

    Attributes:
        embedding_size: length of the embedding.
        any_length: it takes any number of frames.
    """

    any_length = True

    def __init__(self, n_labels: int) -> None:
        super().__init__()
        self.embedding_size = EMBEDDING_SIZE
        self.body = nn.ModuleList(Convolution(*layer) for layer in convolutions())
        self.dropout = nn.Dropout(DROPOUT)
        self.head = nn.Linear(EMBEDDING_SIZE, n_labels)
        self.register_buffer("rows", torch.from_numpy(_rows()))
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def shown(self, clips: Tensor) -> Tensor:
        """The clips as YAMNet's own front end would show them, ``[B, 1, frames, _ROWS]``."""
        decibel = (clips.float() / 255.0 - 1.0) * _SPEC.db_range
        level = torch.exp(decibel * (np.log(10.0) / 20.0) + _LOUDEST)
        level = torch.where(clips > 0, level, torch.zeros(()))
        rows = torch.einsum("rm,bmt->btr", self.get_buffer("rows"), level)
        return torch.log(rows + _QUIETEST)[:, None].contiguous(memory_format=torch.channels_last)

    def forward(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        """Logits ``[B, n_labels]`` and embedding ``[B, embedding_size]``."""
        x = self.shown(clips)
        for layer in self.body:
            x = layer(x)
        embedding = x.mean((2, 3))
        return self.head(self.dropout(embedding)), embedding

    def unfold(self, clips: Tensor) -> None:
        """Give every layer a normalisation that fits these clips and changes no answer."""
        x = self.shown(clips)
        for layer in self.body:
            x = layer.unfold(x)  # type: ignore[operator]


@cache
def _rows() -> npt.NDArray[np.float32]:
    """Weights ``[_ROWS, n_mels]`` between the two of Earmark's bands that each row lies between."""
    lowest, highest = hz_to_mel(np.array([_SPEC.fmin, _SPEC.fmax])).tolist()
    edges = np.linspace(lowest, highest, _SPEC.n_mels + 2)
    own = mel_to_hz(edges)[1:-1]
    first, last = (1127.0 * np.log1p(np.array([_FIRST_HZ, _LAST_HZ]) / 700.0)).tolist()
    step = (last - first) / (_BANDS + 1)
    mels = first + step * (np.arange(_ROWS) - _ROWS_BELOW)
    place = np.interp(700.0 * np.expm1(mels / 1127.0), own, np.arange(_SPEC.n_mels))
    below = np.floor(place).astype(np.int64)
    weights = np.zeros((_ROWS, _SPEC.n_mels), dtype=np.float32)
    every = np.arange(_ROWS)
    weights[every, below] += 1.0 - (place - below)
    weights[every, np.minimum(below + 1, _SPEC.n_mels - 1)] += place - below
    return weights
