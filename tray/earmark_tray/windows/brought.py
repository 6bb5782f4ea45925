"""The sounds that a person dropped on the label window: which are asked for, which still heard."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from earmark_tray.windows.asking import Asker
from earmark_tray.windows.review_queue import Sound, brought

_AT_ONCE = 40


class Brought(QObject):
    """Fetches tags to offer for them, a few sounds at a time.

    Attributes:
        ready: sounds that can be asked about, a list of `Sound`.
        changed: how many there are has changed.
        refused: what was dropped and is no sound, path to reason.
    """

    ready = Signal(object)
    changed = Signal()
    refused = Signal(object)

    def __init__(self, asker: Asker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asker = asker
        self._waiting: deque[str] = deque()
        self._unheard: set[str] = set()
        self._known: dict[str, str | None] = {}
        self._asking = False
        self._again = False

    @property
    def total(self) -> int:
        """How many sounds were dropped, but for those that are broken."""
        return len(self._known)

    @property
    def unheard(self) -> int:
        """How many of them the daemon has not heard yet."""
        return len(self._unheard)

    def count(self, paths: Collection[str], contents: Collection[str]) -> int:
        """How many of them are these, or copies of this audio."""
        return sum(path in paths or audio in contents for path, audio in self._known.items())

    def open(self, done: Collection[str]) -> list[str]:
        """The paths that are not ``done``."""
        return sorted(self._known.keys() - set(done))

    def bring(self, paths: Sequence[str]) -> None:
        """Files or folders were dropped."""
        self._asker.tell("gather", self._gathered, paths=list(paths))

    def fetch(self) -> None:
        """Ask for the next few; those that are not heard yet come up again."""
        if self._asking:
            self._again = True
            return
        count = min(_AT_ONCE, len(self._waiting))
        if not count:
            return
        self._asking, self._again = True, False
        paths = [self._waiting.popleft() for _ in range(count)]

        def fail(error: object) -> None:
            self._asking = False
            self._waiting.extendleft(reversed(paths))
            self._asker.troubled.emit(error)

        self._asker.ask("suggestions", lambda items: self._take(paths, items), fail, paths=paths)

    def _gathered(self, answer: Any) -> None:
        new = [path for path in answer["paths"] if path not in self._known]
        self._known.update(dict.fromkeys(new))
        self._waiting.extendleft(reversed(new))
        if answer["refused"]:
            self.refused.emit(answer["refused"])
        self.changed.emit()
        self.fetch()

    def _take(self, paths: list[str], items: Any) -> None:
        self._asking = False
        sounds: list[Sound] = []
        for path, item in zip(paths, items, strict=True):
            self._unheard.discard(path)
            if item is None:
                self._unheard.add(path)
                self._waiting.append(path)
                continue
            if item["content"] is None:
                del self._known[path]
                self.refused.emit({path: item["note"] or ""})
            else:
                self._known[path] = item["content"]
                sounds.append(brought(item))
        if sounds:
            self.ready.emit(sounds)
        self.changed.emit()
        untried = len(self._waiting) - len(self._unheard)
        if self._again or (not sounds and untried):
            self.fetch()
