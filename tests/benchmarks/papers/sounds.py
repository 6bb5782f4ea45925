"""Small sounds in every format that the data sets come in."""

from pathlib import Path

import numpy as np
import soundfile

FORMATS = {".wav": "WAV", ".au": "AU", ".ogg": "OGG", ".mp3": "MP3", ".flac": "FLAC"}


def tone(pitch: float, seconds: float = 0.5, rate: int = 16_000) -> np.ndarray:
    """A decaying tone with a little noise."""
    time = np.arange(round(seconds * rate)) / rate
    noise = np.random.default_rng(int(pitch)).normal(scale=0.01, size=time.size)
    return (np.sin(2 * np.pi * pitch * time) * np.exp(-2 * time) + noise).astype(np.float32) * 0.5


def write(path: Path, pitch: float = 440.0, seconds: float = 0.5, rate: int = 16_000) -> Path:
    """Write a tone in the format that the name's ending says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, tone(pitch, seconds, rate), rate, format=FORMATS[path.suffix])
    return path
