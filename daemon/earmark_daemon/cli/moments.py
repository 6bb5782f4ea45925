"""Moments as people write them: so long ago, or a date."""

from __future__ import annotations

import re
import time
from datetime import datetime

import typer

_AGO = re.compile(r"(\d+)\s*(m|min|h|hours?|d|days?)")
_SECONDS = {"m": 60, "h": 3_600, "d": 86_400}


def moment(text: str) -> float:
    """A time in seconds since the epoch, from "2h", "3 days" or an ISO date.

    Two hours ago are 120 minutes ago, also where clocks were changed meanwhile.

    Raises:
        typer.BadParameter: it is none of these.
    """
    text = text.strip()
    ago = _AGO.fullmatch(text)
    try:
        if ago:
            return time.time() - int(ago[1]) * _SECONDS[ago[2][0]]
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError) as error:  # OSError: before 1970 on Windows
        raise typer.BadParameter(
            f"{text!r} is no time: write 2h, 3d or 2026-05-01T12:00"
        ) from error
