"""Pictures of sounds for the windows: made in a thread, the newest wish first, kept for a while."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from earmark_tray.sound.pictures import Picture

_MOST_WISHES = 40
_MOST_KEPT = 600


class Thumbnails(QObject):
    """Makes pictures on demand.

    Attributes:
        made: the path whose picture is there now.
    """

    made = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wishes: OrderedDict[str, None] = OrderedDict()
        self._pictures: OrderedDict[str, Picture | None] = OrderedDict()
        self._changed = threading.Condition()
        self._ending = False
        self._thread = threading.Thread(target=self._run, name="thumbnails")
        self._thread.start()

    def get(self, path: str) -> Picture | None:
        """The picture of a sound; None where there is none (yet), `made` tells when there is."""
        with self._changed:
            if path in self._pictures:
                self._pictures.move_to_end(path)
                return self._pictures[path]
            self._wishes[path] = None
            self._wishes.move_to_end(path)
            while len(self._wishes) > _MOST_WISHES:
                self._wishes.popitem(last=False)
            self._changed.notify()
        return None

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._ending = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        from earmark_tray.sound.decode import Unplayable
        from earmark_tray.sound.pictures import picture

        while (path := self._next()) is not None:
            try:
                made: Picture | None = picture(path)
            except Unplayable:
                made = None
            with self._changed:
                self._pictures[path] = made
                while len(self._pictures) > _MOST_KEPT:
                    self._pictures.popitem(last=False)
            if made is not None:
                self.made.emit(path)

    def _next(self) -> str | None:
        with self._changed:
            self._changed.wait_for(lambda: self._wishes or self._ending)
            return None if self._ending else self._wishes.popitem()[0]
