"""A layout that goes on in the next line where a line is full, as words do."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QLayout, QLayoutItem


class Flowing(QLayout):
    """Items at their own size, side by side, in as many lines as the width asks for.

    Args:
        between: the room between items of a line, in pixels; lines are half as far apart.
    """

    def __init__(self, between: int) -> None:
        super().__init__()
        self.setContentsMargins(0, 0, 0, 0)
        self._between = between
        self._items: list[QLayoutItem] = []
        self._height = 0

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802
        """Put one behind the last."""
        self._items.append(item)

    def count(self) -> int:
        """How many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        """One of them; None behind the last, as Qt wants it."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        """Take one out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """It does: fewer pixels, more lines."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """The height of all lines, in pixels."""
        return max((spot.bottom() + 1 for spot in self._spots(width)), default=0)

    def sizeHint(self) -> QSize:  # noqa: N802
        """All in one line."""
        hints = [item.sizeHint() for item in self._items]
        width = sum(hint.width() for hint in hints) + self._between * max(len(hints) - 1, 0)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:  # noqa: N802
        """The widest by itself, and all lines at the width of now: Qt reckons with a single one."""
        widest = QSize(0, self._height)
        for item in self._items:
            widest = widest.expandedTo(item.minimumSize())
        return widest

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802
        """Put all in their places, half way between top and bottom."""
        super().setGeometry(rect)
        before, self._height = self._height, self.heightForWidth(rect.width())
        if self._height != before:
            self.update()
        room = rect.height() - self._height
        corner = rect.topLeft() + QPoint(0, max(room, 0) // 2)
        for item, spot in zip(self._items, self._spots(rect.width()), strict=True):
            item.setGeometry(spot.translated(corner))

    def _spots(self, width: int) -> list[QRect]:
        """Where each goes if there is so much room, from the top left corner."""
        spots: list[QRect] = []
        corner, below = QPoint(0, 0), 0
        for item in self._items:
            size = item.sizeHint()
            if spots and corner.x() + size.width() > width:
                corner = QPoint(0, below + self._between // 2)
            spots.append(QRect(corner, size))
            corner = QPoint(corner.x() + size.width() + self._between, corner.y())
            below = max(below, corner.y() + size.height())
        return spots
