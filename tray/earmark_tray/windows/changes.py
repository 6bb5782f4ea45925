"""Follows the daemon's feed for a window: what has happened, told in the window's thread."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from earmark_daemon.api import EarmarkError, NotRunning
from earmark_tray.windows.asking import Asker

_WAIT_SECONDS = 20.0
_AGAIN_SECONDS = 1.0
_GATHERED_MILLISECONDS = 300

TAGS = frozenset({"tagged", "failed", "gone", "moved", "undone", "retagging", "folder"})
"""The kinds of events after which lists of sounds may look different."""


class Changes(QObject):
    """Waits for events in a thread of its own: all that come after what is asked from now on.

    Attributes:
        lost: the daemon has gone, or was gone for a moment; a `NotRunning`.
        tags: sounds have come, gone or got other tags; many at once are told once.
        labelled: people said something of sounds, or took it back; a list of events.
        settings: the settings have changed, or may have while the daemon was gone.
        folders: the disk of a watched folder has come or gone.
        models: models have come or gone, or others are in use.
        training: something happened in a training; each event, in order, as the daemon tells it.
    """

    lost = Signal(object)
    tags = Signal()
    labelled = Signal(object)
    settings = Signal()
    folders = Signal()
    models = Signal()
    training = Signal(object)
    _happened = Signal(object)

    def __init__(self, asker: Asker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = asker.client
        self._ending = threading.Event()
        self._gathering = QTimer(self, singleShot=True, interval=_GATHERED_MILLISECONDS)
        self._gathering.timeout.connect(self.tags)
        self._happened.connect(self._sort)
        # Asked before all else, so that nothing happens unseen between that and what follows.
        asker.ask("status", lambda told: self._follow(told["event"]), lambda _: self._follow(0))

    def close(self) -> None:
        """Tell nothing any more."""
        self._ending.set()
        self._gathering.stop()

    def _follow(self, number: int) -> None:
        run = partial(self._run, number)
        threading.Thread(target=run, name="changes", daemon=True).start()

    def _run(self, number: int) -> None:
        missed = False
        while not self._ending.is_set():
            seconds = 0.0 if missed else _WAIT_SECONDS
            try:
                answer = self._client.call("changes", since=number, seconds=seconds)
            except EarmarkError as error:
                if _gone(error):
                    number = 0  # of a new life of the daemon, everything
                    if not missed:
                        missed = True
                        self._tell(self.lost, NotRunning())
                self._ending.wait(_AGAIN_SECONDS)
                continue
            if missed:
                missed = False
                self._tell(self.settings)
            number = answer["number"]
            if answer["events"]:
                self._tell(self._happened, answer["events"])

    def _tell(self, signal: SignalInstance, *told: object) -> None:
        if not self._ending.is_set():
            with suppress(RuntimeError):  # the window is gone meanwhile
                signal.emit(*told)

    def _sort(self, events: list[dict[str, object]]) -> None:
        if self._ending.is_set():
            return
        kinds = {event["kind"] for event in events}
        if kinds & TAGS and not self._gathering.isActive():
            self._gathering.start()
        labelled = [event for event in events if "labelled" in event]
        if labelled:
            self.labelled.emit(labelled)
        if "settings" in kinds:
            self.settings.emit()
        if "folder" in kinds:
            self.folders.emit()
        if "models" in kinds:
            self.models.emit()
        for event in events:
            if event["kind"] == "training":
                self.training.emit(event)


def _gone(error: EarmarkError) -> bool:
    return isinstance(error, NotRunning) or error.problem.code == "connection-lost"
