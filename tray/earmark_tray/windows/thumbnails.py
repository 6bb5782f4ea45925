"""Pictures of sounds for the windows: made in a thread, the newest wish first, kept for a while."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from earmark_tray.sound.stamp import Stamp, stamp_of

if TYPE_CHECKING:
    from earmark_tray.sound.pictures import Picture

_MOST_WISHES = 40
_MOST_KEPT = 600
_TRUE_SECONDS = 1.0
"""After so many it is looked whether a file is still the same, as soon as its picture is wanted."""


@dataclass(frozen=True)
class _Kept:
    picture: Picture | None
    stamp: Stamp
    since: float


class Thumbnails(QObject):
    """Makes pictures on demand.

    Attributes:
        made: the path whose picture is there now.
    """

    made = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wishes: OrderedDict[str, None] = OrderedDict()
        self._pictures: OrderedDict[str, _Kept] = OrderedDict()
        self._changed = threading.Condition()
        self._ending = False
        self._thread = threading.Thread(target=self._run, name="thumbnails")
        self._thread.start()

    def get(self, path: str) -> Picture | None:
        """The picture of a sound; None where there is none (yet), `made` tells when there is."""
        with self._changed:
            kept = self._pictures.get(path)
            if kept is not None:
                self._pictures.move_to_end(path)
                if time.monotonic() - kept.since < _TRUE_SECONDS:
                    return kept.picture
            self._wishes[path] = None
            self._wishes.move_to_end(path)
            while len(self._wishes) > _MOST_WISHES:
                self._wishes.popitem(last=False)
            self._changed.notify()
        return kept.picture if kept is not None else None

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._ending = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while (path := self._next()) is not None:
            with self._changed:
                before = self._pictures.get(path)
            stamp, now = stamp_of(path), time.monotonic()
            same = before is not None and before.stamp == stamp
            made = before.picture if before is not None and same else _picture(path)
            with self._changed:
                self._pictures[path] = _Kept(made, stamp, now)
                while len(self._pictures) > _MOST_KEPT:
                    self._pictures.popitem(last=False)
            if made is not None and not same:
                self.made.emit(path)

    def _next(self) -> str | None:
        with self._changed:
            self._changed.wait_for(lambda: self._wishes or self._ending)
            return None if self._ending else self._wishes.popitem()[0]


def _picture(path: str) -> Picture | None:
    from earmark_tray.sound.decode import Unplayable
    from earmark_tray.sound.pictures import picture

    try:
        return picture(path)
    except Unplayable:
        return None
