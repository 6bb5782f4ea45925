"""Lines over a number of examples or rounds, each with its name at its end."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from earmark_tray.windows import theme

Points = Sequence[tuple[float, float]]

_HEIGHT, _WIDTH = 190, 320
_MOST_NAME = 120
_DOT = 2.5
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_MOST_MARKS = 10


class Curves(QWidget):
    """Scores from 0 to 1 over growing numbers."""

    def __init__(self, name: str, *, doubling: bool = False) -> None:
        """Prepare.

        Args:
            name: what it shows, for screen readers.
            doubling: whether each doubling of the number takes the same room.
        """
        super().__init__()
        self._doubling = doubling
        self._lines: dict[str, Points] = {}
        self._until: float | None = None
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for a handful of lines."""
        return QSize(_WIDTH, _HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Less cannot be read."""
        return QSize(_WIDTH * 2 // 3, _HEIGHT)

    @property
    def lines(self) -> Mapping[str, Points]:
        """What is drawn, by name."""
        return self._lines

    def show_lines(self, lines: Mapping[str, Points], until: float | None = None) -> None:
        """Draw these, the one that ends highest first in the order of colours.

        Args:
            lines: points by name.
            until: the number at the right end; None for the greatest one.
        """
        self._until = until
        order = sorted(lines, key=lambda name: -lines[name][-1][1])
        self._lines = {name: lines[name] for name in order}
        said = [f"{name}: {points[-1][1] * 100:.0f} %" for name, points in self._lines.items()]
        self.setAccessibleDescription(", ".join(said))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint axes, lines and names."""
        if not self._lines:
            return
        pen = QPainter(self)
        pen.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = theme.font(0.88)
        pen.setFont(font)
        metrics = QFontMetrics(font)
        names = max(metrics.horizontalAdvance(name) for name in self._lines)
        left = metrics.horizontalAdvance("100 %") + theme.GAP
        right = min(names, _MOST_NAME) + 2 * theme.GAP
        below = metrics.height() + theme.UNIT
        box = QRectF(self.rect()).adjusted(left, theme.GAP, -right, -below)
        self._axes(pen, box, metrics)
        ends = [self._line(pen, box, number) for number in range(len(self._lines))]
        self._names(pen, box, ends, metrics)
        pen.end()

    def _axes(self, pen: QPainter, box: QRectF, metrics: QFontMetrics) -> None:
        for share in (0.0, 0.5, 1.0):
            y = box.bottom() - share * box.height()
            pen.setPen(QPen(theme.colour("line"), 1))
            pen.drawLine(QLineF(box.left(), y, box.right(), y))
            pen.setPen(theme.colour("muted"))
            text = QRectF(0, y - metrics.height() / 2, box.left() - theme.GAP, metrics.height())
            middle = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            pen.drawText(text, middle, f"{share * 100:.0f} %")
        reached = -math.inf
        for number in self._marks():
            said = f"{number:g}"
            half = metrics.horizontalAdvance(said) / 2
            x = box.left() + self._place(number) * box.width()
            if x - half > reached + theme.UNIT:
                pen.drawText(QPointF(x - half, box.bottom() + metrics.height()), said)
                reached = x + half

    def _line(self, pen: QPainter, box: QRectF, number: int) -> QPointF:
        """Draw one line; where it ends."""
        points = [
            QPointF(
                box.left() + self._place(x) * box.width(),
                box.bottom() - min(1.0, max(0.0, y)) * box.height(),
            )
            for x, y in list(self._lines.values())[number]
        ]
        colour = theme.series(number)
        pen.setPen(QPen(colour, 2))
        pen.drawPolyline(QPolygonF(points))
        pen.setBrush(colour)
        pen.setPen(Qt.PenStyle.NoPen)
        for point in points:
            pen.drawEllipse(point, _DOT, _DOT)
        pen.setBrush(Qt.BrushStyle.NoBrush)
        return points[-1]

    def _names(
        self, pen: QPainter, box: QRectF, ends: Sequence[QPointF], metrics: QFontMetrics
    ) -> None:
        """Each name beside the end of its line, pushed apart where they would overlap."""
        height = metrics.height()
        places = _apart([end.y() for end in ends], height, box.bottom())
        for number, (name, y) in enumerate(zip(self._lines, places, strict=True)):
            if y is None:
                continue
            pen.setPen(theme.series(number))
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, _MOST_NAME)
            right = box.right() if self._until is None else ends[number].x()
            pen.drawText(QPointF(right + theme.GAP, y + height / 2 - metrics.descent()), text)

    def _numbers(self) -> list[float]:
        last = [] if self._until is None else [self._until]
        return sorted({*last, *(x for points in self._lines.values() for x, _ in points)})

    def _marks(self) -> list[float]:
        """The numbers along the axis: where points are or, up to a known end, at even steps."""
        if self._until is None:
            return self._numbers()
        step = next((each for each in _STEPS if self._until <= _MOST_MARKS * each), _STEPS[-1])
        return [1.0, *(float(mark) for mark in range(step, int(self._until) + 1, step) if mark > 1)]

    def _place(self, number: float) -> float:
        """Where a number stands, from 0 on the left to 1 on the right."""
        numbers = self._numbers()
        first, last, here = numbers[0], numbers[-1], number
        if self._doubling:
            first, last, here = (math.log2(max(1.0, each)) for each in (first, last, here))
        return (here - first) / (last - first) if last > first else 1.0


def _apart(heights: Sequence[float], least: float, bottom: float) -> list[float | None]:
    """Heights, which come in rising order, at least so far apart; None where no room is left."""
    placed: list[float | None] = []
    lowest = -math.inf
    for height in heights:
        lowest = max(height, lowest + least)
        placed.append(lowest if lowest <= bottom + least else None)
    return placed
