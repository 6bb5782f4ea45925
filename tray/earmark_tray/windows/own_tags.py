"""The tags of one's own with the number of their sounds; choosing one asks for it alone."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.tag_delegate import COUNT, WANTED, TagDelegate

OWN_SET = "own"


class OwnTags(QWidget):
    """A list of tags.

    Attributes:
        chosen: the tag to ask for, None for any.
        left: the window wants the keys again.
    """

    chosen = Signal(object)
    left = Signal()

    def __init__(self, asker: Asker) -> None:
        super().__init__()
        self._asker = asker
        self._counts: dict[str, int] = {}
        self._wanted: str | None = None
        self._list = _List()
        self._list.setAccessibleName(self.tr("Tags of your own"))
        self._list.itemClicked.connect(self._toggle)
        self._list.confirmed.connect(self._toggle)
        self._list.escaped.connect(self.left)
        self._hint = theme.label(
            self.tr("None yet. Type a word below a sound: it becomes a tag."),
            scale=0.92,
            muted=True,
        )
        column = theme.down()
        column.addWidget(theme.label(self.tr("Your tags"), scale=1.2))
        column.addWidget(self._hint)
        column.addWidget(self._list, 1)
        self.setLayout(column)

    def refresh(self) -> None:
        """Ask for the tags anew."""
        self._asker.ask("tags", self._take)

    def _take(self, tags: Any) -> None:
        counts = {tag["tag"]: tag["count"] for tag in tags if tag["set"] == OWN_SET}
        if counts == self._counts:
            return
        self._counts = counts
        self._hint.setVisible(not counts)
        row = self._list.currentRow()
        self._list.clear()
        for tag, count in sorted(counts.items()):
            item = QListWidgetItem(tag)
            item.setData(COUNT, f"{count:,}")
            said = self.tr("{}, {} sounds").format(tag, count)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
            self._list.addItem(item)
            item.setData(WANTED, tag == self._wanted)
        self._list.setCurrentRow(row)

    def _toggle(self, item: QListWidgetItem) -> None:
        tag = item.text()
        self._wanted = None if tag == self._wanted else tag
        for number in range(self._list.count()):
            each = self._list.item(number)
            each.setData(WANTED, each.text() == self._wanted)
        self.chosen.emit(self._wanted)
        self.left.emit()


class _List(QListWidget):
    confirmed = Signal(QListWidgetItem)
    escaped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("side", True)
        self.setItemDelegate(TagDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QListWidget.SelectionMode.NoSelection)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if self.currentItem() is not None:
                self.confirmed.emit(self.currentItem())
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)
