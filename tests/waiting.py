"""Waiting for something to become true, with a deadline that is far beyond what it takes."""

from __future__ import annotations

import time
from collections.abc import Callable

DEADLINE_SECONDS = 60.0
_LOOK_SECONDS = 0.01


def until(condition: Callable[[], object], what: str, seconds: float = DEADLINE_SECONDS) -> None:
    """Return once ``condition`` holds; fail, naming ``what``, if it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(_LOOK_SECONDS)
