"""Decoded audio, to show that tags leave every sample alone."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

WITHOUT_LIBSNDFILE = (".m4a", ".wv", ".oga")


def samples(path: str) -> bytes:
    """Every sample of a file, as an independent decoder hears it; none where it hears nothing."""
    if not path.endswith(WITHOUT_LIBSNDFILE):
        try:
            data, rate = soundfile.read(path, dtype="float64", always_2d=True)
        except soundfile.LibsndfileError:
            return b""
        return np.array(rate).tobytes() + data.tobytes()
    if shutil.which("ffmpeg") is None:
        pytest.skip(f"needs ffmpeg to decode {Path(path).suffix}")
    command = ["ffmpeg", "-v", "error", "-i", path, "-f", "f32le", "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout
