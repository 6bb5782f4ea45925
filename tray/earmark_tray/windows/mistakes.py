"""What was taken for what: a row for each tag that a sound has, a column for each that it got."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from earmark_tray.windows import theme

_CELL = 28
_MOST_NAME = 120
_FAINTEST = 0.12

MOST = 16
"""As many tags as a window has room for side by side."""


class Mistakes(QWidget):
    """A confusion table; what is right is in the accent colour."""

    def __init__(self) -> None:
        super().__init__()
        self._names: list[str] = []
        self._counts: Sequence[Sequence[int]] = []
        self.setAccessibleName(self.tr("What was taken for what"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_table(self, names: Sequence[str], counts: Sequence[Sequence[int]]) -> None:
        """Show how many sounds of each tag (row) were given which (column)."""
        self._names, self._counts = list(names), counts
        said = [
            self.tr("“{}” taken for “{}”: {}").format(names[true], names[given], count)
            for true, row in enumerate(counts)
            for given, count in enumerate(row)
            if true != given and count
        ]
        self.setAccessibleDescription(", ".join(said))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """The cells, and the names beside and above them."""
        side = self._side() + len(self._names) * _CELL
        return QSize(side, side)

    def _side(self) -> int:
        metrics = QFontMetrics(theme.font(0.88))
        widest = max((metrics.horizontalAdvance(name) for name in self._names), default=0)
        return min(widest, _MOST_NAME) + 1 + theme.GAP

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint names and cells."""
        pen = QPainter(self)
        pen.setFont(theme.font(0.88))
        side = self._side()
        for number, name in enumerate(self._names):
            self._name(pen, name, QRectF(0, side + number * _CELL, side - theme.GAP, _CELL))
            pen.save()
            pen.translate(side + (number + 0.5) * _CELL, side - theme.GAP)
            pen.rotate(-90)
            self._name(pen, name, QRectF(0, -_CELL / 2, side - theme.GAP, _CELL), left=True)
            pen.restore()
        for row, counts in enumerate(self._counts):
            most = max(1, *counts)
            for column, count in enumerate(counts):
                box = QRectF(side + column * _CELL, side + row * _CELL, _CELL - 2, _CELL - 2)
                _cell(pen, box, count, count / most, right=row == column)
        pen.end()

    def _name(self, pen: QPainter, name: str, box: QRectF, *, left: bool = False) -> None:
        pen.setPen(theme.colour("muted"))
        text = pen.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(box.width()))
        side = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
        pen.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, text)


def most_mistaken(
    names: Sequence[str], counts: Sequence[Sequence[int]]
) -> tuple[list[str], list[list[int]]]:
    """The `MOST` tags that were taken for others most often, or others for them, in their order."""
    numbers = range(len(names))
    wrong = [sum(counts[n]) + sum(row[n] for row in counts) - 2 * counts[n][n] for n in numbers]
    kept = sorted(sorted(numbers, key=lambda n: -wrong[n])[:MOST])
    return [names[n] for n in kept], [[counts[n][given] for given in kept] for n in kept]


def _cell(pen: QPainter, box: QRectF, count: int, share: float, *, right: bool) -> None:
    ground = theme.colour("chip")
    text = theme.colour("text")
    if count:
        ground = QColor(theme.colour("accent" if right else "warning"))
        strength = _FAINTEST + (1.0 - _FAINTEST) * share
        ground.setAlphaF(strength)
        text = theme.colour("on_accent") if strength > 0.5 else text
    pen.fillRect(box, ground)
    if count:
        pen.setPen(text)
        pen.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{count}")
