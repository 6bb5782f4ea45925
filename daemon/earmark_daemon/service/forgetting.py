"""Has the index forget what was heard in sounds that are gone, while nothing else is to be done."""

from __future__ import annotations

import time
from collections.abc import Callable

from earmark_db.errors import IndexFault
from earmark_db.index import Index

AT_ONCE = 500
"""Sounds in one transaction."""

_EVERY_SECONDS = 86_400.0
_RETRY_SECONDS = 3_600.0


class Forgetting:
    """Walks through all sounds once a day, a few each time that the daemon looks around itself."""

    def __init__(
        self,
        index: Index,
        resting: Callable[[], bool],
        clock: Callable[[], float] = time.time,
        passed: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare.

        Args:
            index: what is known.
            resting: whether nothing is under way.
            clock: seconds since the epoch.
            passed: seconds by a clock that nobody sets.
        """
        self._index = index
        self._resting = resting
        self._clock = clock
        self._passed = passed
        self._next = passed()
        self._after = 0

    def look(self) -> None:
        """Go on where it is time for it; where the index cannot be written, later."""
        if self._passed() < self._next or not self._resting():
            return
        try:
            after = self._index.forgetting.some(self._after, AT_ONCE, self._clock())
        except IndexFault:
            self._next = self._passed() + _RETRY_SECONDS
            return
        self._after = after or 0
        if after is None:
            self._next = self._passed() + _EVERY_SECONDS
