"""Where other threads leave work for the coordinator's thread; bounded, and never polled."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

Task = Callable[[], None]


class Inbox:
    """A queue of things to do, each a function without arguments.

    Args:
        most_hints: above this many waiting hints all are dropped, `overflowed` tells so.
        most_parcels: a thread that brings more than this many parcels waits.
    """

    def __init__(self, most_hints: int = 100_000, most_parcels: int = 8) -> None:
        self._tasks: deque[Task] = deque()
        self._parcels: deque[Task] = deque()
        self._most_hints = most_hints
        self._most_parcels = most_parcels
        self._overflowed = False
        self._closed = False
        self._changed = threading.Condition()

    def post(self, task: Task) -> None:
        """Leave a small task such as a hint; never waits."""
        with self._changed:
            if len(self._tasks) >= self._most_hints:
                self._tasks.clear()
                self._overflowed = True
            self._tasks.append(task)
            self._changed.notify_all()

    def deliver(self, parcel: Task) -> None:
        """Leave a big task; waits while too many are there already."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._parcels) < self._most_parcels)
            if not self._closed:
                self._parcels.append(parcel)
                self._changed.notify_all()

    def take(self, timeout: float | None) -> list[Task]:
        """Wait until there is something to do or the time is over.

        Args:
            timeout: seconds; None waits for ever.

        Returns:
            All small tasks and at most one parcel, so that news does not wait for a big scan.
        """
        with self._changed:
            self._changed.wait_for(self._has_work, timeout)
            tasks = list(self._tasks)
            self._tasks.clear()
            if self._parcels:
                tasks.append(self._parcels.popleft())
                self._changed.notify_all()
            return tasks

    def overflowed(self) -> bool:
        """Whether hints were dropped since the last call."""
        with self._changed:
            overflowed, self._overflowed = self._overflowed, False
            return overflowed

    def close(self) -> None:
        """Take nothing more in and wake everyone who waits."""
        with self._changed:
            self._closed = True
            self._parcels.clear()
            self._changed.notify_all()

    @property
    def closed(self) -> bool:
        """Whether it is closed."""
        return self._closed

    def _has_work(self) -> bool:
        return bool(self._tasks or self._parcels or self._closed)
