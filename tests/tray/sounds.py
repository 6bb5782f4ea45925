"""Sounds for the windows to show."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import soundfile


def noise(path: Path, seed: int) -> None:
    """A burst of noise; every seed is another sound."""
    random = np.random.default_rng(seed)
    burst = 0.3 * random.standard_normal(8000) * np.linspace(1, 0, 8000)
    soundfile.write(os.fsencode(path), burst, 44_100)
