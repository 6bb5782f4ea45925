"""The library as a map: alike sounds side by side, coloured by tag; what one points at is heard."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from earmark_tray.windows import theme
from earmark_tray.windows.sound_row import Row, row_of

_DOT = 3.5
_NEAR = 14.0
_STAY_MILLISECONDS = 60
_FAINT = 0.12
_MOST_COLOURS = 16
_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}


@dataclass(frozen=True)
class Spot:
    """A sound and where it lies, 0 to 1."""

    row: Row
    x: float
    y: float

    @property
    def tag(self) -> str:
        """The tag that gives it its colour; empty where it has none."""
        return self.row.tags[0][0] if self.row.tags else ""


class MapView(QWidget):
    """Shows sounds as dots.

    Attributes:
        pointed: the `Row` of the sound that the mouse rests on, or that a key went to.
        key: another key was pressed.
    """

    pointed = Signal(object)
    key = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._spots: list[Spot] = []
        self._colours: dict[str, QColor] = {}
        self._bright: frozenset[str] = frozenset()
        self._here: int | None = None
        self._next: int | None = None
        self._picture: QPixmap | None = None
        self._staying = QTimer(self, singleShot=True, interval=_STAY_MILLISECONDS)
        self._staying.timeout.connect(self._stay)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Map of sounds"))
        self.setAccessibleDescription(self.tr("Arrow keys go from sound to sound"))

    def sizeHint(self) -> QSize:  # noqa: N802
        """As much as there is."""
        return QSize(640, 480)

    @property
    def current(self) -> Row | None:
        """The sound that was pointed at last."""
        return None if self._here is None else self._spots[self._here].row

    def show_sounds(self, sounds: Sequence[Any]) -> None:
        """Show what the daemon's ``map`` says; what was pointed at stays, if it is still there."""
        before = self.current
        self._spots = [Spot(row_of(sound), sound["x"], sound["y"]) for sound in sounds]
        paths = {spot.row.path: place for place, spot in enumerate(self._spots)}
        self._here = paths.get(before.path) if before else None
        counts = Counter(spot.tag for spot in self._spots if spot.tag)
        names = [tag for tag, _ in counts.most_common(_MOST_COLOURS)]
        self._colours = {tag: _colour(number, len(names)) for number, tag in enumerate(names)}
        self._repaint()

    def highlight(self, tags: Collection[str]) -> None:
        """Let only the sounds with one of these tags stand out; none to show all alike."""
        if frozenset(tags) != self._bright:
            self._bright = frozenset(tags)
            self._repaint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the dots, which are kept as a picture, and the one that was pointed at."""
        pen = QPainter(self)
        if self._picture is None:
            self._picture = self._painted()
        pen.drawPixmap(0, 0, self._picture)
        if self._here is not None:
            self._mark(pen, self._spots[self._here])
        pen.end()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Another size, another picture."""
        self._repaint()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Another look, another picture."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._repaint()
        super().changeEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The sound under the mouse is heard once the mouse rests on it."""
        found = self._nearest(event.position())
        if found != self._next:
            self._next = found
            self._staying.start()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A click is heard at once."""
        self.setFocus()
        found = self._nearest(event.position())
        if found is not None:
            self._go(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows go to the nearest sound that way, Space plays again."""
        key = event.key()
        if key in _ARROWS and self._spots:
            found = self._towards(*_ARROWS[Qt.Key(key)])
            if found is not None:
                self._go(found)
        elif key == Qt.Key.Key_Space and self._here is not None:
            self._go(self._here)
        elif event.text() and key != Qt.Key.Key_Escape:
            self.key.emit(key)
        else:
            super().keyPressEvent(event)

    def _stay(self) -> None:
        if self._next is not None and self._next != self._here:
            self._go(self._next)

    def _go(self, place: int) -> None:
        self._here = place
        row = self._spots[place].row
        self.setAccessibleDescription(", ".join([row.name, *(tag for tag, _ in row.tags)]))
        self.update()
        self.pointed.emit(row)

    def _repaint(self) -> None:
        self._picture = None
        self.update()

    def _field(self) -> QRectF:
        """Where the dots are; the legend is above."""
        top = self._legend_height()
        edge = 2.0 * theme.MARGIN
        return QRectF(self.rect()).adjusted(edge, top + theme.MARGIN, -edge, -edge)

    def _point(self, spot: Spot, box: QRectF) -> QPointF:
        return QPointF(box.left() + spot.x * box.width(), box.top() + spot.y * box.height())

    def _nearest(self, at: QPointF) -> int | None:
        box = self._field()
        found, least = None, _NEAR
        for place, spot in enumerate(self._spots):
            apart = self._point(spot, box) - at
            distance = math.hypot(apart.x(), apart.y())
            if distance < least and self._stands_out(spot):
                found, least = place, distance
        return found

    def _towards(self, x: float, y: float) -> int | None:
        """The nearest sound in a direction, within an eighth of a turn to either side."""
        if self._here is None:
            return next((n for n, spot in enumerate(self._spots) if self._stands_out(spot)), None)
        box = self._field()
        begin = self._point(self._spots[self._here], box)
        found, least = None, math.inf
        for place, spot in enumerate(self._spots):
            apart = self._point(spot, box) - begin
            along = apart.x() * x + apart.y() * y
            aside = abs(apart.x() * y) + abs(apart.y() * x)
            if place == self._here or along <= 0 or aside > along or not self._stands_out(spot):
                continue
            if along + aside < least:
                found, least = place, along + aside
        return found

    def _stands_out(self, spot: Spot) -> bool:
        return not self._bright or any(tag in self._bright for tag, _ in spot.row.tags)

    def _painted(self) -> QPixmap:
        scale = self.devicePixelRatioF()
        picture = QPixmap(self.size() * scale)
        picture.setDevicePixelRatio(scale)
        picture.fill(theme.colour("surface"))
        pen = QPainter(picture)
        pen.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen.setPen(Qt.PenStyle.NoPen)
        box = self._field()
        for spot in sorted(self._spots, key=self._stands_out):
            colour = QColor(self._colours.get(spot.tag, theme.colour("wave")))
            colour.setAlphaF(0.85 if self._stands_out(spot) else _FAINT)
            pen.setBrush(colour)
            pen.drawEllipse(self._point(spot, box), _DOT, _DOT)
        self._legend(pen)
        pen.end()
        return picture

    def _mark(self, pen: QPainter, spot: Spot) -> None:
        """A ring around a dot, and its name."""
        box = self._field()
        at = self._point(spot, box)
        pen.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen.setPen(QPen(theme.colour("text"), 2))
        pen.setBrush(self._colours.get(spot.tag, theme.colour("wave")))
        pen.drawEllipse(at, 2 * _DOT, 2 * _DOT)
        pen.setFont(theme.font(0.92))
        metrics = pen.fontMetrics()
        text = " · ".join([spot.row.name, *filter(None, [spot.tag])])
        width = metrics.horizontalAdvance(text) + 2 * theme.GAP
        left = min(at.x() + 4 * _DOT, self.width() - width - theme.UNIT)
        plate = QRectF(left, at.y() - metrics.height() - theme.GAP, width, metrics.height() + 6)
        pen.setPen(QPen(theme.colour("line"), 1))
        pen.setBrush(theme.colour("surface"))
        pen.drawRoundedRect(plate, theme.RADIUS, theme.RADIUS)
        pen.setPen(theme.colour("text"))
        pen.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)

    def _legend_places(self) -> list[tuple[str, float, float]]:
        """Each tag with a colour, and where it stands in as many lines as it takes."""
        metrics = QFontMetrics(theme.font(0.88))
        placed: list[tuple[str, float, float]] = []
        x, y = 2.0 * theme.MARGIN, float(theme.GAP)
        for tag in self._colours:
            width = metrics.horizontalAdvance(tag) + 3 * theme.MARGIN
            if x + width > self.width() - theme.MARGIN and placed:
                x, y = 2.0 * theme.MARGIN, y + metrics.height() + theme.UNIT
            placed.append((tag, x, y))
            x += width
        return placed

    def _legend_height(self) -> float:
        placed = self._legend_places()
        height = QFontMetrics(theme.font(0.88)).height()
        return placed[-1][2] + height if placed else 0.0

    def _legend(self, pen: QPainter) -> None:
        font = theme.font(0.88)
        metrics = QFontMetrics(font)
        pen.setFont(font)
        for tag, x, y in self._legend_places():
            middle = y + metrics.height() / 2
            pen.setPen(Qt.PenStyle.NoPen)
            pen.setBrush(self._colours[tag])
            pen.drawEllipse(QPointF(x, middle), _DOT + 1, _DOT + 1)
            bright = not self._bright or tag in self._bright
            pen.setPen(theme.colour("text" if bright else "muted"))
            pen.drawText(QPointF(x + theme.GAP + 2, middle + metrics.ascent() / 2 - 1), tag)


def _colour(number: int, count: int) -> QColor:
    """One of ``count`` colours: those of the theme, or all round the wheel where they are many."""
    if count <= len(theme.colours().series):
        return theme.series(number)
    dark = theme.colour("surface").lightness() < 128
    lightness = (175, 140) if dark else (85, 120)
    return QColor.fromHsl(round(360 * number / count) % 360, 190, lightness[number % 2])
