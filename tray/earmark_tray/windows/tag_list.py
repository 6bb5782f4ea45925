"""The tags beside the results, with the number of their sounds; choosing one searches for it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from earmark_tray.windows import painting, theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.sound_model import Index

_COUNT = Qt.ItemDataRole.UserRole + 1
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
        self._shown: list[tuple[str, int]] = []
        self.setFixedWidth(_WIDTH)
        self.setProperty("side", True)
        self.setAccessibleName(self.tr("Tags"))
        self.setItemDelegate(_TagDelegate(self))
        self.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemClicked.connect(self._clicked)
        self.itemActivated.connect(self._clicked)

    def refresh(self) -> None:
        """Ask for the tags anew."""
        self._asker.ask("tags", self._take)

    def _take(self, tags: Any) -> None:
        counted = sorted(((t["tag"], t["count"]) for t in tags if t["count"]), key=_order)
        if counted == self._shown:
            return
        self._shown = counted
        self.clear()
        for tag, count in counted:
            item = QListWidgetItem(tag)
            item.setData(_COUNT, f"{count:,}")
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole, self.tr("{}, {} sounds").format(tag, count)
            )
            self.addItem(item)

    def _clicked(self, item: QListWidgetItem) -> None:
        tag = item.text()
        self.chosen.emit(f'tag:"{tag}"' if " " in tag else f"tag:{tag}")


def _order(tag: tuple[str, int]) -> tuple[int, str]:
    return (-tag[1], tag[0])


class _TagDelegate(QStyledItemDelegate):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        return QSize(0, QFontMetrics(theme.font()).height() + 3 * theme.UNIT)

    def paint(self, pen: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        box: QRect = option.rect
        state = option.state
        pen.fillRect(box, theme.colour("window"))
        if state & QStyle.StateFlag.State_MouseOver:
            pen.fillRect(box, theme.colour("chip"))
        inner = box.adjusted(theme.MARGIN, 0, -theme.MARGIN, 0)
        pen.setFont(theme.font())
        pen.setPen(theme.colour("text"))
        middle = Qt.AlignmentFlag.AlignVCenter
        pen.drawText(inner, middle | Qt.AlignmentFlag.AlignLeft, index.data())
        pen.setFont(theme.font(0.88))
        pen.setPen(theme.colour("muted"))
        pen.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, index.data(_COUNT))
        if state & QStyle.StateFlag.State_HasFocus:
            painting.focus_ring(pen, box)
