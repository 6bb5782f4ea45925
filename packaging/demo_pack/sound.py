"""One sound of the pack: what it is, and how it is made and stored."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from demo_pack.dsp import Signal, Voice, master, rest
from demo_pack.store import Format

_SEED = 20250101


@dataclass(frozen=True)
class Sound:
    """One file of the pack.

    Attributes:
        path: relative to the pack; the file name alone also seeds the sound.
        label: the class a listener would name.
        rate: samples a second.
        stored: its format.
        voice: plays it.
        mono: folds both channels into one.
    """

    path: str
    label: str
    rate: int
    stored: Format
    voice: Voice
    mono: bool = False

    def render(self) -> Signal:
        """The sound itself; the same at every call."""
        rng = np.random.default_rng([_SEED, zlib.crc32(PurePosixPath(self.path).name.encode())])
        x = self.voice(rng, self.rate)
        ready = master(x.mean(axis=1) if self.mono and x.ndim == 2 else x, self.rate)
        return ready if self.stored.lossless else rest(ready, self.rate)
