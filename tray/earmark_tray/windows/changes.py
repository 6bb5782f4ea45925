"""Follows the daemon's feed for a window: what has happened, told in the window's thread."""

from __future__ import annotations

import threading
from contextlib import suppress

from PySide6.QtCore import QObject, QTimer, Signal

from earmark_daemon.api import Client, EarmarkError

_WAIT_SECONDS = 20.0
_AGAIN_SECONDS = 1.0
_GATHERED_MILLISECONDS = 300

TAGS = frozenset({"tagged", "failed", "gone", "moved", "undone", "retagging"})
"""The kinds of events after which lists of sounds may look different."""


class Changes(QObject):
    """Waits for events in a thread of its own.

    Attributes:
        tags: sounds have come, gone or got other tags; many at once are told once.
        settings: the settings have changed.
        models: models have come or gone, or others are in use.
        training: something happened in a training; the newest event as the daemon tells it.
    """

    tags = Signal()
    settings = Signal()
    models = Signal()
    training = Signal(object)
    _happened = Signal(object)

    def __init__(self, client: Client, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._ending = threading.Event()
        self._gathering = QTimer(self, singleShot=True, interval=_GATHERED_MILLISECONDS)
        self._gathering.timeout.connect(self.tags)
        self._happened.connect(self._sort)
        self._thread = threading.Thread(target=self._run, name="changes", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Tell nothing any more."""
        self._ending.set()
        self._gathering.stop()

    def _run(self) -> None:
        number: int | None = None
        while not self._ending.is_set():
            try:
                if number is None:
                    number = self._client.call("status")["event"]
                answer = self._client.call("changes", since=number, seconds=_WAIT_SECONDS)
            except EarmarkError:
                number = None
                self._ending.wait(_AGAIN_SECONDS)
                continue
            number = answer["number"]
            if answer["events"] and not self._ending.is_set():
                with suppress(RuntimeError):  # the window is gone meanwhile
                    self._happened.emit(answer["events"])

    def _sort(self, events: list[dict[str, object]]) -> None:
        if self._ending.is_set():
            return
        kinds = {event["kind"] for event in events}
        if kinds & TAGS and not self._gathering.isActive():
            self._gathering.start()
        if "settings" in kinds:
            self.settings.emit()
        if "models" in kinds:
            self.models.emit()
        if "training" in kinds:
            self.training.emit(next(e for e in reversed(events) if e["kind"] == "training"))
