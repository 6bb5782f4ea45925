"""Vibrary (AES 2019): a VGG-style network with 3×3 kernels, dropout and ELU.

The paper names its source, the open `panotti` project, whose network has four convolutions of
32 kernels and a dense layer of 128. Its first normalisation runs over the frequency axis and its
first activation is a ReLU; both are kept.
"""

from __future__ import annotations

from torch import Tensor, nn

from earmark_trainer.architectures.layers import Answer, BandNorm, UnitScale, length_after

_FILTERS = 32
_DENSE = 128
_CONV_DROPOUT = 0.5
_DENSE_DROPOUT = 0.6
_BLOCKS = 3


class VggElu(nn.Module):
    """Input 96 mel bands by 259 frames, about three seconds."""

    def __init__(self, n_labels: int, n_mels: int = 96, frames: int = 259) -> None:
        super().__init__()
        self.scale = UnitScale()
        self.features = nn.Sequential(
            nn.Conv2d(1, _FILTERS, 3), BandNorm(n_mels - 2), nn.ReLU(), *_blocks()
        )
        self.dense = nn.Linear(_FILTERS * _left(n_mels) * _left(frames), _DENSE)
        self.activation = nn.ELU()
        self.dropout = nn.Dropout(_DENSE_DROPOUT)
        self.output = nn.Linear(_DENSE, n_labels)

    def forward(self, x: Tensor) -> Answer:
        """Spectrogram ``[batch, n_mels, frames]`` to logits and an embedding of 128."""
        maps = self.features(self.scale(x).unsqueeze(1))
        embedding = self.activation(self.dense(maps.flatten(1)))
        return self.output(self.dropout(embedding)), embedding


def _blocks() -> list[nn.Module]:
    layers: list[nn.Module] = []
    for _ in range(_BLOCKS):
        layers += [
            nn.Conv2d(_FILTERS, _FILTERS, 3),
            nn.ELU(),
            nn.MaxPool2d(2),
            nn.Dropout(_CONV_DROPOUT),
        ]
    return layers


def _left(length: int) -> int:
    return length_after(length, (3, 1), *[(3, 1), (2, 2)] * _BLOCKS)
