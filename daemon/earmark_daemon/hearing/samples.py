"""A sound file that is open, whoever decodes it: its length, its rate, and mono samples of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from earmark_daemon.hearing.frontend import Audio

LOUDEST = 1e6
"""120 dB above full scale."""

_CANCELLED = 10.0 ** (-30.0 / 10.0)
"""A mix with less than this part of a channel's power has lost the sound."""


@dataclass(frozen=True)
class SoundInfo:
    """What a file says of its audio: length in samples, hertz, channels."""

    samples: int
    sample_rate: int
    channels: int

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.samples / self.sample_rate


class Sound(Protocol):
    """An open sound file."""

    @property
    def info(self) -> SoundInfo:
        """Length, rate and channels."""

    def read(self, start: int, count: int) -> Audio:
        """Up to ``count`` samples from ``start``, mixed to mono; shorter where the file ends."""


def mono(samples: Audio) -> Audio:
    """The mean of the channels of ``[samples, channels]``, with broken numbers silenced.

    Where the channels cancel one another out, the loudest alone: people hear such a sound well.
    That is found out for each stretch that is read. A short sound is one stretch; of a long one
    each is a window of its own, and whether it is heard depends on no other.

    Numbers beyond `LOUDEST` are no loudness but a mistake, and would overflow further on.
    """
    if samples.shape[1] == 1:
        mixed = _whole(samples[:, 0])
    else:
        mixed = samples.mean(axis=1, dtype=np.float32)
        if not np.isfinite(mixed).all():
            samples = _whole(samples)
            mixed = samples.mean(axis=1, dtype=np.float32)
        if np.vdot(mixed, mixed) < np.vdot(samples, samples) * _CANCELLED:
            mixed = _loudest_unless_heard(mixed, samples)
    return np.clip(mixed, -LOUDEST, LOUDEST, out=mixed)


def _loudest_unless_heard(mixed: Audio, samples: Audio) -> Audio:
    powers = np.square(samples, dtype=np.float64).sum(axis=0)
    heard = np.square(mixed, dtype=np.float64).sum() >= powers.max() * _CANCELLED
    return mixed if heard else samples[:, powers.argmax()].copy()


def _whole(samples: Audio) -> Audio:
    return np.nan_to_num(samples, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)
