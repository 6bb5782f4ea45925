"""`compact` with an embedding that is read off all of its layers.

The last layer of a net that was trained for some tags has forgotten what does not tell these apart.
What the layers before it see, averaged and at its strongest, keeps it; so new tags are read off all
of them, condensed. The built-in model's embedding is made so. Owns the networks alone.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from earmark_trainer.architectures.compact import EMBEDDING, WIDTHS, Compact

SUMMARIES = 2 * (sum(WIDTHS) + EMBEDDING)
"""Numbers that stand for all layers: mean and maximum of stem and stages, and what is pooled."""


class Nearness(nn.Module):
    """Logits by how near a sound lies to landmarks: ``exp(-gamma * d * d) @ weights + bias``.

    The distance is that of embeddings of length 1.

    Attributes:
        landmarks: of length 1, ``[M, D]``.
        gamma: how fast nearness falls, one number.
        weights: ``[M, L]``.
        bias: ``[L]``.
    """

    landmarks: Tensor
    gamma: Tensor
    weights: Tensor
    bias: Tensor

    def __init__(self, landmarks: int, size: int, n_labels: int) -> None:
        super().__init__()
        self.register_buffer("landmarks", torch.zeros(landmarks, size))
        self.register_buffer("gamma", torch.ones(()))
        self.register_buffer("weights", torch.zeros(landmarks, n_labels))
        self.register_buffer("bias", torch.zeros(n_labels))

    def forward(self, embeddings: Tensor) -> Tensor:
        """Logits ``[B, L]`` of embeddings ``[B, D]``."""
        near = nearness(functional.normalize(embeddings), self.landmarks, self.gamma)
        return near @ self.weights + self.bias


def nearness(one: Tensor, other: Tensor, gamma: Tensor | float) -> Tensor:
    """How near each of ``[N, D]`` lies to each of ``[M, D]``, all of length 1: ``[N, M]``."""
    return torch.exp(2.0 * gamma * (one @ other.T - 1.0))


class AllLayers(Compact):
    """Input and output as of `Compact`; tags are read off the condensed summaries.

    Attributes:
        as_shown: it must learn from clips as they are shown later, half windows too, for its
            summaries are means over time.
    """

    as_shown = True

    def __init__(
        self, n_labels: int, n_mels: int, frames: int, *, size: int, landmarks: int = 0
    ) -> None:
        """Make one.

        Args:
            n_labels: how many tags.
            n_mels: bands of a clip.
            frames: of a clip.
            size: length of the embedding.
            landmarks: how many the tags are read off by `Nearness`; 0 reads them off linearly.
        """
        super().__init__(n_labels, n_mels, frames)
        del self.project
        self.embedding_size = size
        self.condense = nn.Linear(SUMMARIES, size)
        self.head: nn.Module = (
            Nearness(landmarks, size, n_labels) if landmarks else nn.Linear(size, n_labels)
        )

    def forward(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        """Logits ``[B, n_labels]`` and embedding ``[B, size]``."""
        *layers, pooled = self.layers(clips)
        summaries = [part for x in layers for part in (x.mean((2, 3)), x.amax((2, 3)))]
        embedding = self.condense(torch.cat((*summaries, pooled), dim=1))
        return self.head(self.dropout(embedding)), embedding


def all_layers(
    n_labels: int, n_mels: int, frames: int, *, size: int, landmarks: int = 0
) -> nn.Module:
    """An `AllLayers` as training and export want it."""
    network = AllLayers(n_labels, n_mels, frames, size=size, landmarks=landmarks)
    return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]
