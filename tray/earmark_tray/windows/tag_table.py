"""A table of tags: words, numbers and a bar, one tag a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from earmark_tray.windows import theme

_BAR_WIDTH, _BAR_HEIGHT = 120, 6


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
    """Lines of cells: text, or any widget; numbers stand on the right."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.MARGIN)
        self._grid.setVerticalSpacing(theme.GAP)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.setLayout(self._grid)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def fill(self, head: Sequence[str], lines: Sequence[Sequence[str | QWidget]]) -> None:
        """Show these lines; the last column takes the room that is left."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        for column, text in enumerate(head):
            self._put(0, column, theme.label(text, scale=0.88, muted=True))
        for row, cells in enumerate(lines, 1):
            for column, cell in enumerate(cells):
                self._put(row, column, theme.label(cell) if isinstance(cell, str) else cell)
        self._grid.setColumnStretch(len(head) - 1, 1)

    def _put(self, row: int, column: int, widget: QWidget) -> None:
        text = widget.property("text")
        if text is not None:
            widget.setProperty("wordWrap", False)
        number = row > 0 and text is not None and text[:1].isdigit()
        side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
        self._grid.addWidget(widget, row, column, side | Qt.AlignmentFlag.AlignVCenter)


class TagTable(QWidget):
    """What was labelled: for each tag the sounds that are it and that are not, and its strength."""

    def __init__(self) -> None:
        super().__init__()
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
                    theme.label(tag["advice"], scale=0.92, muted=True),
                )
                for tag in tags
            ],
        )
