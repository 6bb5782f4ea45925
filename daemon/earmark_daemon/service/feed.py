"""What happens, as it happens: a short memory of events that clients wait on."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_MOST = 5000


@dataclass(frozen=True)
class Event:
    """One thing that happened: ``tagged``, ``failed``, ``written``, ``trouble``, ``state``…

    Attributes:
        number: counts up from 1.
        at: when, in seconds since the epoch.
        kind: what sort of thing.
        data: plain JSON data.
    """

    number: int
    at: float
    kind: str
    data: Mapping[str, Any]


class Feed:
    """Numbered events; who asks for what came after a number waits until something did."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque(maxlen=_MOST)
        self._number = 0
        self._changed = threading.Condition()
        self._closed = False

    def tell(self, kind: str, **data: Any) -> None:
        """Add an event and wake whoever waits."""
        with self._changed:
            self._number += 1
            self._events.append(Event(self._number, time.time(), kind, data))
            self._changed.notify_all()

    def since(self, number: int, seconds: float = 0.0) -> tuple[int, list[Event]]:
        """The newest number and the events after ``number``.

        Args:
            number: the newest number that the caller has seen; a number from an earlier life of
                the daemon, being in the future, counts as none.
            seconds: how long to wait for a first event.

        Returns:
            The number to ask with next time, and the events. Where more happened than is
            remembered, the oldest are missing.
        """
        with self._changed:
            if number > self._number:
                number = 0
            self._changed.wait_for(lambda: self._closed or self._number > number, timeout=seconds)
            return self._number, [event for event in self._events if event.number > number]

    def close(self) -> None:
        """Nobody needs to wait any longer."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
