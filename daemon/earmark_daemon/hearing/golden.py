"""The golden clip: made-up input that every model can be asked about, the same everywhere.

Cell number ``n``, counted row by row, is ``(37 n + 11 (n // 97)) mod 256``, as a byte in a
spectrogram, as ``(cell - 128) / 128`` in samples and embeddings. The description in a model file
may carry ``"golden"``, the scores for it in the order of the labels; then they are compared.
"""

from __future__ import annotations

import numpy as np

from earmark_daemon.hearing.waveform import Shown

TOLERANCE = 1e-3
"""How far a score may lie from the one that the description states."""


def golden_clip(shape: tuple[int, ...], *, is_bytes: bool) -> Shown:
    """The clip as uint8 or float32, shape ``[1, *shape]``."""
    number = np.arange(int(np.prod(shape)), dtype=np.int64)
    cells = ((37 * number + 11 * (number // 97)) % 256).reshape(1, *shape)
    if is_bytes:
        return cells.astype(np.uint8)
    return ((cells - 128) / 128).astype(np.float32)
