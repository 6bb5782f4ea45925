"""How often things are told, and how long is waited before another try."""

from __future__ import annotations

import random
import time
from collections import Counter

from earmark_daemon.learning.endpoint.faults import TryAgain
from earmark_daemon.learning.place import Progress, Tell

_TOLD_EVERY_SECONDS = 0.5
_FIRST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 60.0
_LONGEST_ASKED_SECONDS = 600.0


class Teller:
    """Passes progress on: what is new at once, what only counts up a few times a second."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._told_at = 0.0
        self._last: tuple[object, ...] = ()

    def __call__(self, progress: Progress) -> None:
        """Tell, unless the same but for the count was told just now."""
        now = time.monotonic()
        same = (progress.phase, progress.waiting, progress.epoch, progress.note)
        ended = progress.total > 0 and progress.done >= progress.total
        if same != self._last or ended or now - self._told_at >= _TOLD_EVERY_SECONDS:
            self._last, self._told_at = same, now
            self._tell(progress)


class Backoff:
    """Waits longer from one failure to the next, up to a minute; after a success anew."""

    def __init__(self) -> None:
        self._failures = 0
        self._times: Counter[str] = Counter()
        self._random = random.Random()

    def succeeded(self) -> None:
        """Something worked."""
        self._failures = 0
        self._times.clear()

    def after(self, error: TryAgain) -> float:
        """Seconds to wait before another try.

        Raises:
            TryAgain: the same, where another try is not worth it.
        """
        self._failures += 1
        self._times[error.problem.code] += 1
        if error.tries is not None and self._times[error.problem.code] >= error.tries:
            raise error
        if error.seconds is not None:
            return min(error.seconds, _LONGEST_ASKED_SECONDS)
        most = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2.0 ** (self._failures - 1))
        return most * self._random.uniform(0.5, 1.0)
