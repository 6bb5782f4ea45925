"""Bengani et al. (2019): the combiner of table 4 and the ensembles of table 5.

The ensemble hears a waveform. The two models that want a spectrogram get it from a fixed layer,
so one exported file holds all of it.
"""

from __future__ import annotations

from itertools import combinations

import torch
from torch import Tensor, nn

from earmark_trainer.architectures.bengani import Mel1d, Mel2d, Raw1d
from earmark_trainer.architectures.layers import Answer
from earmark_trainer.architectures.logmel import LogMel

MEMBERS = ("mel-1d", "mel-2d", "raw-1d")

COMBINATIONS: tuple[tuple[str, ...], ...] = tuple(
    chosen for size in (1, 2, 3) for chosen in combinations(MEMBERS, size)
)
"""The seven rows of table 5, in its order."""

SAMPLES = 465_600
"""29.1 seconds at 16 kHz."""

EXTRA_FRAMES = 10
"""The printed spectrogram of 592 frames is half a second longer than the 29.1 s of audio."""


class Combiner(nn.Module):
    """Table 4: the members' scores, 256 units, 512 units, the labels."""

    def __init__(self, n_members: int, n_labels: int) -> None:
        super().__init__()
        self.hidden = nn.Sequential(
            nn.Linear(n_members * n_labels, 256), nn.ReLU(), nn.Linear(256, 512), nn.ReLU()
        )
        self.output = nn.Linear(512, n_labels)

    def forward(self, scores: Tensor) -> Answer:
        """Scores ``[batch, n_members * n_labels]`` to logits and an embedding of 512."""
        embedding = self.hidden(scores)
        return self.output(embedding), embedding


class Ensemble(nn.Module):
    """Two or three of the models and their combiner."""

    def __init__(
        self, n_labels: int, samples: int = SAMPLES, members: tuple[str, ...] = MEMBERS
    ) -> None:
        super().__init__()
        self.log_mel = LogMel(extra_frames=EXTRA_FRAMES)
        frames = self.log_mel.frames(samples)
        self.members = nn.ModuleDict({name: member(name, n_labels, frames) for name in members})
        self.combiner = Combiner(len(members), n_labels)

    def forward(self, x: Tensor) -> Answer:
        """Waveform ``[batch, samples]`` at 16 kHz to logits and an embedding of 512."""
        spectrogram = self.log_mel(x)
        scores = [
            torch.sigmoid(net(x if name == "raw-1d" else spectrogram)[0])
            for name, net in self.members.items()
        ]
        answer: Answer = self.combiner(torch.cat(scores, dim=1))
        return answer


def member(name: str, n_labels: int, frames: int = 592) -> nn.Module:
    """One of the three models by name.

    Raises:
        KeyError: there is no member of that name.
    """
    if name == "raw-1d":
        return Raw1d(n_labels)
    return {"mel-1d": Mel1d, "mel-2d": Mel2d}[name](n_labels, frames=frames)
