"""Spectrograms as they are sent: differences along time, known by their SHA-256.

The form is that of docs/TRAINER-API.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt


def blobs_of(windows: npt.NDArray[np.uint8]) -> Iterator[bytes]:
    """The blob of each window of one sound, from uint8 ``[windows, n_mels, frames]``."""
    for window in windows:
        yield np.diff(window, axis=1, prepend=np.uint8(0)).tobytes()


def digest_of(blob: bytes) -> str:
    """What a blob is known by: 64 hexadecimal digits."""
    return hashlib.sha256(blob).hexdigest()
