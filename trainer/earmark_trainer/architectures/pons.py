"""Pons et al. (2017): two front ends, one for spectrograms, one for waveforms, one back end.

The poster's text gives little more than the names; sizes are those of the authors' published
program: 16 kernels as the unit, bands 0.9 and 0.4 of the spectrogram high, time kernels of 165,
128, 64 and 32 frames, and the sample-level network of Lee et al. (2017).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from earmark_trainer.architectures.layers import Answer, Standardise, UnitScale

_UNIT = 16
_TIMBRE = ((7, 1), (3, 2), (1, 4))
_HEIGHTS = (0.9, 0.4)
_TEMPORAL = ((165, 1), (128, 2), (64, 4), (32, 8))
_SAMPLE_FILTERS = (64, 64, 64, 128, 128, 128, 256)
_BACK_FILTERS = 512
_BACK_KERNEL = 7
_DENSE = 500
_DROPOUT = 0.5


class _Timbre(nn.Module):
    """Kernels nearly as high as the spectrogram, slid over frequency, the best place kept."""

    def __init__(self, filters: int, width: int, height: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, filters, (height, width), padding=(0, width // 2))
        self.norm = nn.BatchNorm2d(filters)

    def forward(self, x: Tensor) -> Tensor:
        """``[batch, 1, n_mels, frames]`` to ``[batch, filters, frames]``."""
        maps: Tensor = self.norm(functional.relu(self.conv(x)))
        return maps.amax(dim=2)


class _Temporal(nn.Module):
    """Long kernels along time over the mean of all bands."""

    def __init__(self, filters: int, width: int) -> None:
        super().__init__()
        self.pad = ((width - 1) // 2, width // 2)
        self.conv = nn.Conv1d(1, filters, width)
        self.norm = nn.BatchNorm1d(filters)

    def forward(self, envelope: Tensor) -> Tensor:
        """``[batch, 1, frames]`` to ``[batch, filters, frames]``."""
        maps: Tensor = self.norm(functional.relu(self.conv(functional.pad(envelope, self.pad))))
        return maps


class SpectrogramFrontEnd(nn.Module):
    """Ten kernel shapes side by side; 464 maps."""

    maps = _UNIT * (len(_HEIGHTS) * sum(n for _, n in _TIMBRE) + sum(n for _, n in _TEMPORAL))

    def __init__(self, n_mels: int) -> None:
        super().__init__()
        self.scale = UnitScale()
        self.timbre = nn.ModuleList(
            _Timbre(times * _UNIT, width, int(height * n_mels))
            for height in _HEIGHTS
            for width, times in _TIMBRE
        )
        self.temporal = nn.ModuleList(_Temporal(times * _UNIT, width) for width, times in _TEMPORAL)

    def forward(self, x: Tensor) -> Tensor:
        """``[batch, n_mels, frames]`` to ``[batch, 464, frames]``."""
        picture = self.scale(x).unsqueeze(1)
        envelope = picture.mean(dim=2)
        branches = [layer(picture) for layer in self.timbre]
        branches += [layer(envelope) for layer in self.temporal]
        return torch.cat(branches, dim=1)


class WaveformFrontEnd(nn.Module):
    """Seven convolutions of three samples each (Lee et al. 2017); one step in 2,187 samples."""

    maps = _SAMPLE_FILTERS[-1]

    def __init__(self) -> None:
        super().__init__()
        self.scale = Standardise()
        layers: list[nn.Module] = []
        channels = 1
        for number, filters in enumerate(_SAMPLE_FILTERS):
            layers += [
                nn.Conv1d(channels, filters, 3, stride=1 if number else 3),
                nn.ReLU(),
                nn.BatchNorm1d(filters),
            ]
            if number:
                layers.append(nn.MaxPool1d(3))
            channels = filters
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        """``[batch, samples]`` to ``[batch, 256, steps]``."""
        maps: Tensor = self.layers(self.scale(x).unsqueeze(1))
        return maps


class _Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(_BACK_FILTERS, _BACK_FILTERS, _BACK_KERNEL, padding=_BACK_KERNEL // 2)
        self.norm = nn.BatchNorm1d(_BACK_FILTERS)

    def forward(self, x: Tensor) -> Tensor:
        summed: Tensor = x + self.norm(functional.relu(self.conv(x)))
        return summed


class BackEnd(nn.Module):
    """Three convolutions, two of them residual, maximum and mean over time, a dense layer."""

    def __init__(self, maps: int, n_labels: int) -> None:
        super().__init__()
        self.first = nn.Sequential(
            nn.Conv1d(maps, _BACK_FILTERS, _BACK_KERNEL), nn.ReLU(), nn.BatchNorm1d(_BACK_FILTERS)
        )
        self.second = _Residual()
        self.pool = nn.MaxPool1d(2)
        self.third = _Residual()
        self.dense = nn.Linear(2 * _BACK_FILTERS, _DENSE)
        self.norm = nn.BatchNorm1d(_DENSE)
        self.dropout = nn.Dropout(_DROPOUT)
        self.output = nn.Linear(_DENSE, n_labels)

    def forward(self, x: Tensor) -> Answer:
        """``[batch, maps, steps]`` to logits and an embedding of 500."""
        x = self.third(self.pool(self.second(self.first(x))))
        pooled = torch.cat([x.amax(dim=2), x.mean(dim=2)], dim=1)
        embedding = self.norm(functional.relu(self.dense(self.dropout(pooled))))
        return self.output(self.dropout(embedding)), embedding


class EndToEnd(nn.Module):
    """One of the two front ends with the back end that they share."""

    def __init__(self, front: SpectrogramFrontEnd | WaveformFrontEnd, n_labels: int) -> None:
        super().__init__()
        self.front = front
        self.back = BackEnd(front.maps, n_labels)

    def forward(self, x: Tensor) -> Answer:
        """What the front end takes, to logits and an embedding of 500."""
        answer: Answer = self.back(self.front(x))
        return answer
