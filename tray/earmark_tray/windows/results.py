"""What was found, as a list; or the whole library as a map, on which what was found stands out."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.map_view import MapView
from earmark_tray.windows.sound_list import SoundList
from earmark_tray.windows.sound_row import Row, count_words

_TAG = re.compile(r'(?<!\S)tag:=?(?:"([^"]+)"|(\S+))')


class Results(QStackedWidget):
    """Shows one of list, map, and a sentence where there is nothing.

    Attributes:
        pointed: the `Row` that was pointed at on the map.
        key: a key was pressed on the map that it has no use for.
        mapped: a sentence about what the map shows.
    """

    pointed = Signal(object)
    key = Signal(int)
    mapped = Signal(str)

    def __init__(self, asker: Asker, sounds: SoundList) -> None:
        super().__init__()
        self._asker = asker
        self._list = sounds
        self._map = MapView()
        self._map.pointed.connect(self.pointed)
        self._map.key.connect(self.key)
        self._said = theme.label(scale=1.1, muted=True)
        self._said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._said.setWordWrap(True)
        self._said.setContentsMargins(2 * theme.MARGIN, 0, 2 * theme.MARGIN, 0)
        self._total = 0
        self._none = ""
        self._wanted = self._asking = self._empty = False
        for widget in (self._list, self._map, self._said):
            self.addWidget(widget)

    @property
    def on_map(self) -> bool:
        """Whether the map was chosen."""
        return self._wanted

    @property
    def rows(self) -> list[Row]:
        """What was pointed at on the map."""
        return [self._map.current] if self._map.current is not None else []

    @property
    def beside_chosen(self) -> QPoint:
        """Where on the screen something can be asked about what is chosen."""
        return (self._map if self._wanted else self._list).beside_chosen

    def show_count(self, total: int, none: str) -> None:
        """So many sounds are in the list; ``none`` says what it means if there are none."""
        self._total, self._none = total, none
        self._turn()

    def choose_map(self, wanted: bool) -> None:
        """Show the map, or the list again."""
        self._wanted = wanted
        if wanted:
            self.mapped.emit(self.tr("Laying out the map…"))
            self.refresh()
        self._turn()

    def refresh(self) -> None:
        """Ask for the map anew, if it is shown."""
        if self._wanted and not self._asking:
            self._asking = True
            self._asker.ask("map", self._take, self._fail)

    def highlight(self, query: str) -> None:
        """Let the sounds with the query's tags stand out on the map."""
        self._map.highlight({quoted or plain for quoted, plain in _TAG.findall(query)})

    def take_keys(self) -> None:
        """The keyboard goes to list or map."""
        (self._map if self._wanted else self._list).setFocus()

    def _take(self, answer: Any) -> None:
        self._asking = False
        sounds = answer["sounds"]
        self._map.show_sounds(sounds)
        many = count_words(answer["total"])
        few = len(sounds) < answer["total"]
        told = self.tr("{} of {}").format(f"{len(sounds):,}", many) if few else many
        self._empty = not sounds
        self.mapped.emit("" if self._empty else told)
        self._turn()

    def _fail(self, error: Any) -> None:
        self._asking = False
        self._asker.troubled.emit(error)

    def _turn(self) -> None:
        none = self.tr("No sounds yet: they come onto the map as they are heard.")
        self._said.setText(none if self._wanted else self._none)
        page: QWidget = self._map if self._wanted else self._list
        if self._empty if self._wanted else not self._total:
            page = self._said
        self.setCurrentWidget(page)
