"""Asks the daemon without holding up the window: answers come back in the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, SignalInstance, Slot

from earmark_daemon.api import Client, EarmarkError

_IN_ORDER, _LAST = 0, -1
"""A pool takes the highest first, and what is equal in order."""

Answered = Callable[[Any], None]
Failed = Callable[[EarmarkError], None]


class Asker(QObject):
    """Calls methods of the daemon's API in a thread of its own, one after the other, in order.

    Attributes:
        troubled: an `EarmarkError` that the caller did not ask to hear of.
    """

    troubled = Signal(object)
    _done = Signal(object, object)

    def __init__(self, client: Client, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._done.connect(self._deliver)

    @property
    def client(self) -> Client:
        """What it asks through."""
        return self._client

    def ask(
        self, method: str, answered: Answered, failed: Failed | None = None, **arguments: Any
    ) -> None:
        """Call a method; one of the two functions is called later with how it ended."""
        self._start(partial(self._client.call, method, **arguments), answered, failed, _IN_ORDER)

    def ask_last(
        self, method: str, answered: Answered, failed: Failed | None = None, **arguments: Any
    ) -> None:
        """The same, but whatever else is asked meanwhile goes first."""
        self._start(partial(self._client.call, method, **arguments), answered, failed, _LAST)

    def close(self) -> None:
        """Wait for what is under way; nothing is delivered any more."""
        self._done.disconnect(self._deliver)
        self._pool.clear()
        self._pool.waitForDone()

    def _start(
        self, question: Callable[[], Any], answered: Answered, failed: Failed | None, priority: int
    ) -> None:
        complain = failed if failed is not None else self.troubled.emit
        self._pool.start(_Call(self._done, question, answered, complain), priority)

    @Slot(object, object)
    def _deliver(self, function: Callable[[Any], None], value: object) -> None:
        function(value)


class _Call(QRunnable):
    def __init__(
        self,
        done: SignalInstance,
        question: Callable[[], Any],
        answered: Answered,
        failed: Failed,
    ) -> None:
        super().__init__()
        self._done = done
        self._question = question
        self._answered = answered
        self._failed = failed

    def run(self) -> None:
        """Runs in a thread of the pool."""
        try:
            value = self._question()
        except EarmarkError as error:
            self._done.emit(self._failed, error)
        else:
            self._done.emit(self._answered, value)
