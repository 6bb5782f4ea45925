"""Whether a file is still the one that was looked at, or was rendered anew."""

from __future__ import annotations

import os

Stamp = tuple[int, int] | None
"""Size and time of change; None where there is no file."""


def stamp_of(path: str) -> Stamp:
    """How a file looks from outside."""
    try:
        told = os.stat(path)
    except OSError:
        return None
    return told.st_size, told.st_mtime_ns
