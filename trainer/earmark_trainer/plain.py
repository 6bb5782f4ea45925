"""Data as JSON knows it, which has no name for NaN and infinity."""

from __future__ import annotations

import math
from typing import Any


def plain(data: Any) -> Any:
    """The same with null in place of numbers that JSON does not know."""
    if isinstance(data, dict):
        return {key: plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [plain(value) for value in data]
    if isinstance(data, float) and not math.isfinite(data):
        return None
    return data
