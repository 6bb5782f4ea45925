"""The two clocks of the watching room, so that tests can hold their hands."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells time in two ways."""

    def monotonic(self) -> float:
        """Seconds that never jump; they stand still while the machine sleeps (not on Windows)."""

    def wall(self) -> float:
        """Seconds since 1970, as files are stamped with."""


class SystemClock:
    """The machine's own clocks."""

    def monotonic(self) -> float:
        """See `Clock.monotonic`."""
        return time.monotonic()

    def wall(self) -> float:
        """See `Clock.wall`."""
        return time.time()


class SleepDetector:
    """Notices that the machine slept: the wall clock went on without the monotonic one.

    Setting the clock by hand looks the same and costs one comparison too many.
    """

    def __init__(self, clock: Clock, tolerance: float = 10.0) -> None:
        self._clock = clock
        self._tolerance = tolerance
        self._offset = self._now()

    def slept(self) -> bool:
        """Whether the machine slept since the last call."""
        before, self._offset = self._offset, self._now()
        return abs(self._offset - before) > self._tolerance

    def _now(self) -> float:
        return self._clock.wall() - self._clock.monotonic()
