"""Samples as bytes."""

from __future__ import annotations

from typing import Literal

import numpy as np

from demo_pack.dsp import Signal

_FLOAT_STEPS = 2.0**22
"""Floats are rounded to this grid, so that processors which differ in the last bit of a sine
still give the same file."""


def integers(x: Signal, bits: int, order: Literal["little", "big"]) -> bytes:
    """Whole numbers of 16 or 24 bits, channels interleaved."""
    whole = np.rint(x * (2.0 ** (bits - 1) - 1.0)).astype("<i4" if order == "little" else ">i4")
    wide = whole.reshape(-1, 1).view(np.uint8)
    size = bits // 8
    return (wide[:, :size] if order == "little" else wide[:, -size:]).tobytes()


def floats(x: Signal, order: Literal["little", "big"]) -> bytes:
    """32-bit floats, channels interleaved."""
    grid = np.rint(x * _FLOAT_STEPS) / _FLOAT_STEPS
    return grid.astype("<f4" if order == "little" else ">f4").tobytes()
