"""Spectrograms at rest: the 8-bit windows of one sound, packed into a few kilobytes.

Neighbouring frames are alike, so the difference along time is stored and zstd does the rest.
"""

from __future__ import annotations

import hashlib
import json
import struct

import numpy as np
import numpy.typing as npt
import zstandard

from earmark_daemon.errors import fail
from earmark_daemon.hearing.frontend import FrontendSpec

Windows = npt.NDArray[np.uint8]

_HEADER = struct.Struct("<4sHHH")
_MAGIC = b"EMS1"
_LEVEL = 3


def frontend_identity(spec: FrontendSpec) -> str:
    """A short name for a front end: equal for equal specifications, everywhere."""
    text = json.dumps(spec.to_dict(), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def pack(windows: Windows) -> bytes:
    """Compress windows of shape ``[windows, n_mels, frames]``."""
    first = windows[:, :, :1]
    steps = np.diff(windows, axis=2)
    body = np.concatenate([first, steps], axis=2).tobytes()
    header = _HEADER.pack(_MAGIC, *windows.shape)
    return header + zstandard.ZstdCompressor(level=_LEVEL).compress(body)


def unpack(blob: bytes) -> Windows:
    """The windows that `pack` compressed.

    Raises:
        EarmarkError: the bytes are not such windows.
    """
    try:
        magic, *shape = _HEADER.unpack_from(blob)
        size = int(np.prod(shape, dtype=np.int64))
        body = zstandard.ZstdDecompressor().decompress(
            blob[_HEADER.size :], max_output_size=max(1, size)
        )
    except (struct.error, zstandard.ZstdError) as error:
        raise fail("bad-spectrogram", f"A stored spectrogram is damaged ({error}).") from error
    if magic != _MAGIC or len(body) != size:
        raise fail("bad-spectrogram", "A stored spectrogram is damaged.")
    steps = np.frombuffer(body, dtype=np.uint8).reshape(shape)
    return np.cumsum(steps, axis=2, dtype=np.uint8)
