"""Small real audio files of every format, encoded once and kept as bytes."""

import io
import shutil
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import soundfile

RATE = 44_100

SOUNDFILE = {
    "wav": ("WAV", "PCM_16"),
    "wav8": ("WAV", "PCM_U8"),
    "wav24": ("WAV", "PCM_24"),
    "wav32": ("WAV", "PCM_32"),
    "wavfloat": ("WAV", "FLOAT"),
    "wavex": ("WAVEX", "PCM_24"),
    "rf64": ("RF64", "PCM_16"),
    "aiff": ("AIFF", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
}
FFMPEG = {
    "aifc": ["-c:a", "pcm_s16le", "-f", "aiff"],
    "oggflac": ["-c:a", "flac", "-f", "ogg"],
    "m4a": ["-c:a", "aac", "-f", "ipod"],
    "m4afast": ["-c:a", "aac", "-f", "ipod", "-movflags", "+faststart"],
    "wv": ["-c:a", "wavpack", "-f", "wv"],
}
FORMATS = (*SOUNDFILE, *FFMPEG)
EXTENSIONS = {
    "aiff": "aiff",
    "aifc": "aifc",
    "flac": "flac",
    "ogg": "ogg",
    "oggflac": "oga",
    "opus": "opus",
    "mp3": "mp3",
    "m4a": "m4a",
    "m4afast": "m4a",
    "wv": "wv",
}


def tone(seconds: float, rate: int = RATE) -> np.ndarray:
    """A decaying tone with a little noise, the same on every call."""
    time = np.arange(int(seconds * rate)) / rate
    noise = np.random.default_rng(5).standard_normal(len(time))
    return (0.4 * np.sin(2 * np.pi * 110 * time) + 0.05 * noise) * np.exp(-3 * time)


@lru_cache(maxsize=64)
def encoded(kind: str, seconds: float = 0.5) -> bytes:
    """The bytes of a tone in a format of `FORMATS`; skips where it needs ffmpeg and has none."""
    if kind in SOUNDFILE:
        container, subtype = SOUNDFILE[kind]
        rate = 48_000 if kind == "opus" else RATE
        buffer = io.BytesIO()
        soundfile.write(buffer, tone(seconds, rate), rate, subtype, format=container)
        return buffer.getvalue()
    if shutil.which("ffmpeg") is None:
        pytest.skip(f"needs ffmpeg to encode {kind}")
    with tempfile.TemporaryDirectory() as folder:
        wav, out = Path(folder, "in.wav"), Path(folder, "out")
        wav.write_bytes(encoded("wav", seconds))
        command = ["ffmpeg", "-v", "error", "-i", str(wav), "-bitexact", *FFMPEG[kind], str(out)]
        subprocess.run(command, check=True)
        return out.read_bytes()


def sample(folder: Path, kind: str, name: str = "tone") -> str:
    """A file of this format in ``folder``; returns its path."""
    path = folder / f"{name}.{EXTENSIONS.get(kind, 'wav')}"
    path.write_bytes(encoded(kind))
    return str(path)
