"""Painting a map: its dots, the mark on one of them, and the legend of its colours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from earmark_tray.windows import theme

DOT = 3.5
_FAINT = 0.12
_CLEAR = 0.85


def dots(pen: QPainter, points: Iterable[tuple[QPointF, QColor, bool]], sight: QRectF) -> None:
    """Paint points, each clear or faint, as far as they are in sight."""
    pen.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen.setPen(Qt.PenStyle.NoPen)
    for point, colour, clear in points:
        if sight.contains(point):
            shade = QColor(colour)
            shade.setAlphaF(_CLEAR if clear else _FAINT)
            pen.setBrush(shade)
            pen.drawEllipse(point, DOT, DOT)


def mark(pen: QPainter, at: QPointF, colour: QColor, text: str, sight: QRectF) -> None:
    """A larger dot with a ring, and its name beside it."""
    pen.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen.setPen(QPen(theme.colour("text"), 2))
    pen.setBrush(colour)
    pen.drawEllipse(at, 2 * DOT, 2 * DOT)
    pen.setFont(theme.font(0.92))
    metrics = pen.fontMetrics()
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, round(sight.width() / 2))
    width = metrics.horizontalAdvance(text) + 2 * theme.GAP
    left = min(at.x() + 4 * DOT, sight.right() - width - theme.UNIT)
    top = max(at.y() - metrics.height() - theme.GAP, sight.top())
    plate = QRectF(left, top, width, metrics.height() + 6)
    pen.setPen(QPen(theme.colour("line"), 1))
    pen.setBrush(theme.colour("surface"))
    pen.drawRoundedRect(plate, theme.RADIUS, theme.RADIUS)
    pen.setPen(theme.colour("text"))
    pen.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)


class Legend:
    """Each tag with its colour, in as many lines as it takes."""

    def __init__(self, colours: Mapping[str, QColor], width: float) -> None:
        self._colours = colours
        self._metrics = QFontMetrics(theme.font(0.88))
        self._places: list[tuple[str, float, float]] = []
        x, y = 2.0 * theme.MARGIN, float(theme.GAP)
        for tag in colours:
            wide = self._metrics.horizontalAdvance(tag) + 3 * theme.MARGIN
            if x + wide > width - theme.MARGIN and self._places:
                x, y = 2.0 * theme.MARGIN, y + self._metrics.height() + theme.UNIT
            self._places.append((tag, x, y))
            x += wide

    @property
    def height(self) -> float:
        """Pixels from the top of the map."""
        return self._places[-1][2] + self._metrics.height() if self._places else 0.0

    def paint(self, pen: QPainter, bright: frozenset[str]) -> None:
        """Paint it; of some ``bright`` tags the others step back."""
        pen.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen.setFont(theme.font(0.88))
        for tag, x, y in self._places:
            middle = y + self._metrics.height() / 2
            pen.setPen(Qt.PenStyle.NoPen)
            pen.setBrush(self._colours[tag])
            pen.drawEllipse(QPointF(x, middle), DOT + 1, DOT + 1)
            pen.setPen(theme.colour("text" if not bright or tag in bright else "muted"))
            at = QPointF(x + theme.GAP + 2, middle + self._metrics.ascent() / 2 - 1)
            pen.drawText(at, tag)
