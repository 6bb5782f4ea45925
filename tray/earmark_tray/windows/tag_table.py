"""A table of tags: words, numbers and a bar, one tag a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from earmark_tray.windows import theme

_BAR_WIDTH, _BAR_HEIGHT = 120, 6
_MOST_NAME = 260
Cell = str | QWidget


class Bar(QWidget):
    """A share from 0 to 1."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self._share = share
        self.setFixedSize(_BAR_WIDTH, _BAR_HEIGHT)
        self.setAccessibleName(f"{share * 100:.0f} %")

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint it."""
        pen = QPainter(self)
        pen.fillRect(self.rect(), theme.colour("line"))
        width = round(self.width() * self._share)
        pen.fillRect(QRect(0, 0, width, self.height()), theme.colour("accent"))
        pen.end()


class Table(QWidget):
    """Lines of cells: text, or any widget; numbers stand on the right, under their heads."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.MARGIN)
        self._grid.setVerticalSpacing(theme.GAP)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.setLayout(self._grid)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def fill(self, head: Sequence[str], lines: Sequence[Sequence[Cell]]) -> None:
        """Show these lines; text in the last column wraps, which takes the room that is left."""
        self._clear()
        last = len(head) - 1
        for column, text in enumerate(head):
            title = theme.label(text, scale=0.88, muted=True)
            right = bool(lines) and column > 0 and _is_number(lines[0][column])
            self._put(0, column, title, right=right)
        for row, cells in enumerate(lines, 1):
            for column, cell in enumerate(cells):
                if column < last or isinstance(cell, QWidget):
                    self._put(row, column, _widget(cell), right=column > 0 and _is_number(cell))
                else:
                    told = theme.label(cell, scale=0.92, muted=True)
                    self._grid.addWidget(told, row, column, Qt.AlignmentFlag.AlignVCenter)
        self._grid.setColumnStretch(last, 1)

    def _clear(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()

    def _put(self, row: int, column: int, widget: QWidget, *, right: bool) -> None:
        if widget.property("wordWrap"):
            widget.setProperty("wordWrap", False)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        self._grid.addWidget(widget, row, column, side | Qt.AlignmentFlag.AlignVCenter)


class TagTable(QWidget):
    """What was labelled: for each tag the sounds that are it and that are not, and its strength."""

    def __init__(self) -> None:
        super().__init__()
        self._tags: list[Any] | None = None
        self._table = Table()
        self._nothing = theme.label(
            self.tr("Nothing is labelled yet. Open “Label sounds…” and say what some sounds are."),
            muted=True,
        )
        column = theme.down()
        column.addWidget(self._table)
        column.addWidget(self._nothing)
        self.setLayout(column)

    def show_tags(self, tags: Sequence[Any]) -> None:
        """Show the tags of the daemon's ``dataset_overview``."""
        if list(tags) == self._tags:
            return
        self._tags = list(tags)
        self._table.setVisible(bool(tags))
        self._nothing.setVisible(not tags)
        head = (self.tr("Tag"), self.tr("This"), self.tr("Not this"), self.tr("Strength"), "")
        self._table.fill(
            head,
            [
                (
                    tag["tag"],
                    f"{tag['yes']:,}",
                    f"{tag['no']:,}",
                    Bar(tag["strength"]),
                    tag["advice"],
                )
                for tag in tags
            ],
        )


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, str) and cell[:1].isdigit()


def _widget(cell: Cell) -> QWidget:
    if not isinstance(cell, str):
        return cell
    made = theme.label()
    short = made.fontMetrics().elidedText(cell, Qt.TextElideMode.ElideRight, _MOST_NAME)
    made.setText(short)
    if short != cell:
        made.setToolTip(theme.tip(cell))
    return made
