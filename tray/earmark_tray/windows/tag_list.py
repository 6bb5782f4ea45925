"""The tags beside the results, with the number of their sounds; choosing one searches for it."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker, AsksAboutTag
from earmark_tray.windows.placing import ask_place
from earmark_tray.windows.sound_row import count_words
from earmark_tray.windows.sureness import ask_sureness
from earmark_tray.windows.tag_delegate import COUNT, DEPTH, TagDelegate

_WIDTH = 190


class TagList(QListWidget):
    """All tags in use.

    Attributes:
        chosen: the search word for the tag that was clicked or confirmed.
    """

    chosen = Signal(str)

    def __init__(self, asker: Asker) -> None:
        super().__init__()
        self._asker = asker
        self._shown: list[tuple[str, int, int]] = []
        self.setFixedWidth(_WIDTH)
        self.setProperty("side", True)
        self.setAccessibleName(self.tr("Tags"))
        self.setItemDelegate(TagDelegate(self))
        self.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemClicked.connect(self._clicked)
        self.itemActivated.connect(self._clicked)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        for text, asks in (
            (self.tr("Put under…"), ask_place),
            (self.tr("How sure…"), ask_sureness),
        ):
            action = QAction(text, self)
            action.triggered.connect(partial(self._change, asks))
            self.addAction(action)

    def refresh(self) -> None:
        """Ask for the tags anew."""
        self._asker.ask("tags", self._take)

    def _take(self, tags: Any) -> None:
        counted = [(t["tag"], t["count"], t["depth"]) for t in tags if t["count"]]
        if counted == self._shown:
            return
        self._shown = counted
        meant, scrolled = self.currentItem(), self.verticalScrollBar().value()
        word = meant.text() if meant is not None else None
        self.clear()
        for tag, count, depth in counted:
            item = QListWidgetItem(tag)
            item.setData(COUNT, f"{count:,}")
            item.setData(DEPTH, depth)
            item.setToolTip(theme.tip(tag))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{tag}, {count_words(count)}")
            self.addItem(item)
            if tag == word:
                self.setCurrentItem(item)
        self.doItemsLayout()
        self.verticalScrollBar().setValue(scrolled)

    def _clicked(self, item: QListWidgetItem) -> None:
        self.chosen.emit(_query(item.text()))

    def _change(self, asks: AsksAboutTag) -> None:
        if self.currentItem() is not None:
            asks(self, self._asker, self.currentItem().text(), self.refresh)


def _query(tag: str) -> str:
    """What finds the sounds with a tag; one that cannot stand in quotes is asked by its words."""
    if " " not in tag:
        return f"tag:={tag}"
    words = tag.replace('"', " ")
    return f'tag:="{tag}"' if words == tag else f'tag:"{words}"'
