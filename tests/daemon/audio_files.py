"""Small sound files, made on the spot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile


def thump(seconds: float = 0.3, rate: int = 44_100, channels: int = 1) -> npt.NDArray[np.float32]:
    """A falling sine with a fast decay: something like a kick. Shape ``[samples, channels]``."""
    time = np.arange(round(seconds * rate)) / rate
    pitch = 50.0 + 150.0 * np.exp(-time * 40.0)
    wave = 0.9 * np.exp(-time * 12.0) * np.sin(2.0 * np.pi * np.cumsum(pitch) / rate)
    return np.repeat(wave[:, None], channels, axis=1).astype(np.float32)


def crack(seconds: float = 0.2, rate: int = 44_100) -> npt.NDArray[np.float32]:
    """Noise and a tone that die away, as a snare's do."""
    t = np.arange(int(seconds * rate)) / rate
    noise = np.random.default_rng(1).standard_normal(len(t)) * np.exp(-25 * t)
    tone = np.sin(2 * np.pi * 190 * t) * np.exp(-30 * t)
    mixed = 0.5 * noise + 0.4 * tone
    return np.asarray(0.9 * mixed / np.abs(mixed).max(), dtype=np.float32)


def write(
    path: Path, samples: npt.NDArray[np.float32] | None = None, rate: int = 44_100, **kind: Any
) -> str:
    """Write samples (a thump by default) in the format that the name or ``kind`` says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, thump(rate=rate) if samples is None else samples, rate, **kind)
    return str(path)
