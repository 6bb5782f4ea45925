"""Follows the daemon in a thread: asks once, then waits for changes, and finds it again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Protocol

from earmark_daemon.api import EarmarkError, NotRunning
from earmark_tray.state import Condition, State, offline, with_events, with_settings, with_status

_WAIT_SECONDS = 20.0
_AGAIN_SECONDS = 1.0
_BREATH_SECONDS = 0.25


class Asked(Protocol):
    """The daemon's API."""

    def call(self, method: str, **arguments: Any) -> Any:
        """Call a method."""


class Follower:
    """Tells every new state, from a thread of its own."""

    def __init__(self, client: Asked, told: Callable[[State], None]) -> None:
        self._client = client
        self._told = told
        self._state = State()
        self._number = 0
        self._review = 0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)

    def start(self) -> None:
        """Begin; the first state is told at once."""
        self._thread.start()

    def stop(self, seconds: float = 0.0) -> None:
        """End; a wait that is under way is given ``seconds`` to return."""
        self._ending.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self._look()
                self._wait()
            except NotRunning:
                self._number = 0
                self._tell(offline(self._state))
                self._ending.wait(_AGAIN_SECONDS)
            except EarmarkError:
                self._ending.wait(_AGAIN_SECONDS)

    def _look(self) -> None:
        """Ask for everything that the menu needs."""
        status = self._client.call("status")
        was = self._state.condition
        if not (was is Condition.WORKING and status["state"] == "working"):
            self._review = self._client.call("review_count")
        state = with_settings(self._state, self._client.call("settings"))
        self._tell(with_status(state, status, self._review))

    def _wait(self) -> None:
        """Return once something has changed."""
        answer = self._client.call("changes", since=self._number, seconds=_WAIT_SECONDS)
        first = self._number == 0
        self._number = answer["number"]
        if first and self._state.packs:
            return
        self._state = with_events(self._state, answer["events"])
        self._ending.wait(_BREATH_SECONDS)

    def _tell(self, state: State) -> None:
        self._state = state
        self._told(state)
