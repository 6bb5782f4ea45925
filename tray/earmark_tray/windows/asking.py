"""Asks the daemon without holding up the window: answers come back in the window's thread.

What a person says is not lost where the daemon is missing or cannot take it down, such as on a full
disk: it is told once that is over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, SignalInstance, Slot
from PySide6.QtWidgets import QWidget

from earmark_daemon.api import Client, EarmarkError, NotRunning

_IN_ORDER, _LAST = 0, -1
"""A pool takes the highest first, and what is equal in order."""

_PASSES = frozenset({"connection-lost", "no-answer", "disk-full", "index-read-only", "index-fault"})
"""Problems of the daemon that pass without another word of the person."""

Answered = Callable[[Any], None]
Failed = Callable[[EarmarkError], None]


class NotDone(NotRunning):
    """No daemon answers, so what a person asked for is not done."""


class NotTaken(EarmarkError):
    """The daemon refuses what a person said, for good."""


@dataclass(frozen=True, eq=False)
class Telling:
    """Something that a person said or set; each is another, though it says the same."""

    method: str
    arguments: dict[str, Any]
    answered: Answered


class Asker(QObject):
    """Calls methods of the daemon's API in a thread of its own, one after the other, in order.

    Attributes:
        troubled: an `EarmarkError` that the caller did not ask to hear of.
        settled: the last of what was told is taken down.
    """

    troubled = Signal(object)
    settled = Signal()
    _done = Signal(object, object)

    def __init__(self, client: Client, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._done.connect(self._deliver)
        self._sent: set[Telling] = set()
        self._kept: list[Telling] = []
        self._why: EarmarkError = NotRunning()
        self._hushed = False

    @property
    def waiting(self) -> int:
        """How many tellings wait for the daemon."""
        return len(self._kept)

    @property
    def untaken(self) -> frozenset[Telling]:
        """What waits for the daemon, or is on its way to it: not known to be taken down."""
        return frozenset(self._sent.union(self._kept))

    @property
    def why(self) -> EarmarkError:
        """What they wait for."""
        return self._why

    @property
    def client(self) -> Client:
        """What it asks through."""
        return self._client

    def ask(
        self, method: str, answered: Answered, failed: Failed | None = None, **arguments: Any
    ) -> None:
        """Call a method; one of the two functions is called later with how it ended."""
        self._start(partial(self._client.call, method, **arguments), answered, failed, _IN_ORDER)

    def attempt(
        self, method: str, answered: Answered, failed: Failed | None = None, **arguments: Any
    ) -> None:
        """As `ask`, for what a person wants now or not at all: `NotDone` where no daemon is."""
        complain = failed if failed is not None else self.troubled.emit

        def miss(error: EarmarkError) -> None:
            complain(NotDone() if isinstance(error, NotRunning) else error)

        self.ask(method, answered, miss, **arguments)

    def ask_last(
        self, method: str, answered: Answered, failed: Failed | None = None, **arguments: Any
    ) -> None:
        """The same, but whatever else is asked meanwhile goes first."""
        self._start(partial(self._client.call, method, **arguments), answered, failed, _LAST)

    def tell(self, method: str, answered: Answered | None = None, **arguments: Any) -> None:
        """As `ask`, for what must not be lost: it waits for a daemon that cannot take it down."""
        telling = Telling(method, arguments, answered or (lambda _: None))
        if self._kept:
            self._keep(telling, self._why)
        else:
            self._send(telling)

    def tell_kept(self) -> None:
        """The daemon is there: tell it what has waited, in order."""
        kept, self._kept = self._kept, []
        for telling in kept:
            self._send(telling)

    def hush(self) -> None:
        """Deliver nothing any more, as to a window that has closed; what was told is still done."""
        self._hushed = True

    def close(self) -> None:
        """Wait until all that was asked and told is done; nothing is delivered any more."""
        self.hush()
        self._pool.waitForDone()

    def _start(
        self, question: Callable[[], Any], answered: Answered, failed: Failed | None, priority: int
    ) -> None:
        complain = failed if failed is not None else self.troubled.emit
        self._pool.start(_Call(self._done, question, answered, complain), priority)

    def _send(self, telling: Telling) -> None:
        def taken(answer: Any) -> None:
            self._sent.discard(telling)
            telling.answered(answer)
            if not self.untaken:
                self.settled.emit()

        self._sent.add(telling)
        self.ask(telling.method, taken, partial(self._keep, telling), **telling.arguments)

    def _keep(self, telling: Telling, error: EarmarkError) -> None:
        self._sent.discard(telling)
        if isinstance(error, NotRunning) or error.problem.code in _PASSES:
            self._kept.append(telling)
            self._why = error
            self.troubled.emit(error)
        else:
            self.troubled.emit(NotTaken(error.problem, error.path))

    @Slot(object, object)
    def _deliver(self, function: Callable[[Any], None], value: object) -> None:
        if not self._hushed:
            function(value)


AsksAboutTag = Callable[[QWidget, Asker, str, Callable[[], None]], None]
"""Asks a person something about a tag, and calls a function once the answer holds."""


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
