"""`compact`: Earmark's own small network for one-shots, the default architecture.

Four strided stages of plain 3x3 convolutions with residual connections. The bands' position is
an input of its own, because a kick and a hi-hat differ in where they sound, not in shape. What
the last stage sees in each frame is folded over the bands, and frames are summarised by
attention and by their maximum. Owns the network alone; nothing of training or audio.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

WIDTHS = (24, 48, 96, 192)
EMBEDDING = 192
DROPOUT = 0.3
_SCALE = 255.0
_CENTRE = 0.3
_SPREAD = 0.3


class _Stage(nn.Module):
    """Halves both axes, then adds a residual: ``[B, i, m, t]`` to ``[B, o, m/2, t/2]``."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.down = nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False)
        self.down_norm = nn.BatchNorm2d(outputs)
        self.same = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.same_norm = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.down_norm(self.down(x)))
        return functional.relu(x + self.same_norm(self.same(x)))


class Compact(nn.Module):
    """Input ``[B, n_mels, frames]``, 0 to 255, any dtype; gives ``(logits, embedding)``.

    Attributes:
        embedding_size: length of the embedding.
        any_length: it takes any number of frames.
    """

    any_length = True

    def __init__(self, n_labels: int, n_mels: int, frames: int) -> None:
        super().__init__()
        self.embedding_size = EMBEDDING
        first = WIDTHS[0]
        self.stem = nn.Conv2d(2, first, 5, stride=2, padding=2, bias=False)
        self.stem_norm = nn.BatchNorm2d(first)
        self.stages = nn.ModuleList(_Stage(i, o) for i, o in pairwise(WIDTHS))
        bands = n_mels
        for _ in WIDTHS:
            bands = (bands + 1) // 2
        self.fold = nn.Conv2d(WIDTHS[-1], EMBEDDING, (bands, 1), bias=False)
        self.fold_norm = nn.BatchNorm2d(EMBEDDING)
        self.attention = nn.Conv1d(EMBEDDING, EMBEDDING, 1)
        self.project = nn.Linear(2 * EMBEDDING, EMBEDDING)
        self.dropout = nn.Dropout(DROPOUT)
        self.head: nn.Module = nn.Linear(EMBEDDING, n_labels)
        self.register_buffer("position", torch.linspace(-1.0, 1.0, n_mels).view(1, 1, n_mels, 1))

    def forward(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        """Logits ``[B, n_labels]`` and embedding ``[B, embedding_size]``."""
        pooled = self.layers(clips)[-1]
        embedding = functional.relu(self.project(self.dropout(pooled)))
        return self.head(self.dropout(embedding)), embedding

    def layers(self, clips: Tensor) -> list[Tensor]:
        """What each layer sees: stem and stages ``[B, channels, m, t]``, then what is pooled of the
        last over time, ``[B, 2 * EMBEDDING]``.
        """
        x = (clips.float() / _SCALE - _CENTRE).unsqueeze(1) / _SPREAD
        position = self.get_buffer("position").expand_as(x)
        x = torch.cat((x, position), dim=1).contiguous(memory_format=torch.channels_last)
        seen = [functional.relu(self.stem_norm(self.stem(x)))]
        for stage in self.stages:
            seen.append(stage(seen[-1]))
        x = functional.relu(self.fold_norm(self.fold(seen[-1]))).squeeze(2)
        weights = torch.softmax(self.attention(x), dim=-1)
        return [*seen, torch.cat(((x * weights).sum(-1), x.amax(-1)), dim=1)]


def compact(n_labels: int, n_mels: int, frames: int) -> nn.Module:
    """The default network for ``n_labels`` tags and clips of ``[n_mels, frames]``."""
    return Compact(n_labels, n_mels, frames).to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]
