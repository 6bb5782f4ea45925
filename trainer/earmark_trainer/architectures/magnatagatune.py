"""The MagnaTagATune project: a shallow network with large kernels on mel bands or MFCCs.

The text says two or three convolutions, with or without max pooling, one dense layer, ReLU. Sizes
are those of the project's published program: 10×10 kernels, 64, 128 and 256 of them, pooling by 6,
by 2 and none, 1,024 dense units, dropout 0.25, padding so that sizes stay.
"""

from __future__ import annotations

from typing import Literal

from torch import Tensor, nn

from earmark_trainer.architectures.layers import Answer, CosineTransform, Standardise

_KERNEL = 10
_FILTERS = (64, 128, 256)
_DENSE = 1024
_DROPOUT = 0.25

SELECTED = (6, 2, 1)
"""Pooling after each convolution in the network that the project chose; 1 is no pooling."""

VARIANTS = {
    "two layers, second not pooled": (6, 1),
    "two layers, both pooled": (6, 2),
    "three layers, third not pooled": SELECTED,
    "three layers, all pooled": (6, 2, 2),
}
"""The project compared two and three layers, with and without pooling."""


class ShallowNet(nn.Module):
    """Input 120 mel bands by 120 frames, 29 seconds."""

    def __init__(
        self,
        n_labels: int,
        n_mels: int = 120,
        frames: int = 120,
        features: Literal["mel", "mfcc"] = "mel",
        pools: tuple[int, ...] = SELECTED,
    ) -> None:
        super().__init__()
        self.transform = CosineTransform(n_mels, n_mels) if features == "mfcc" else nn.Identity()
        self.scale = Standardise()
        layers: list[nn.Module] = []
        channels, height, width = 1, n_mels, frames
        for filters, pool in zip(_FILTERS, pools, strict=False):
            layers += _convolution(channels, filters, pool)
            channels, height, width = filters, -(-height // pool), -(-width // pool)
        self.convolutions = nn.Sequential(*layers)
        self.dense = nn.Linear(channels * height * width, _DENSE)
        self.activation = nn.ReLU()
        self.dropout = nn.Dropout(_DROPOUT)
        self.output = nn.Linear(_DENSE, n_labels)

    def forward(self, x: Tensor) -> Answer:
        """Spectrogram ``[batch, n_mels, frames]`` to logits and an embedding of 1,024."""
        picture = self.scale(self.transform(x.float()))
        maps = self.convolutions(picture.unsqueeze(1))
        embedding = self.activation(self.dense(maps.flatten(1)))
        return self.output(self.dropout(embedding)), embedding


def _convolution(channels: int, filters: int, pool: int) -> list[nn.Module]:
    before, after = (_KERNEL - 1) // 2, _KERNEL // 2
    return [
        nn.ZeroPad2d((before, after, before, after)),
        nn.Conv2d(channels, filters, _KERNEL),
        nn.ReLU(),
        nn.MaxPool2d(pool, ceil_mode=True) if pool > 1 else nn.Identity(),
    ]
