"""What a map shows: its sounds with their colours, where each is on the screen, and the picture."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPixmap

from earmark_tray.windows import map_painting, theme
from earmark_tray.windows.map_camera import Camera
from earmark_tray.windows.map_painting import Legend
from earmark_tray.windows.map_spots import Spot, colours_of, nearest, towards

_NEAR = 14.0


class Scene:
    """The sounds, as a camera sees them on a screen of some size.

    Attributes:
        spots: the sounds.
        bright: the tags whose sounds stand out; none where all do.
        camera: which part is in sight; call `look_again` after it has moved.
    """

    def __init__(self) -> None:
        self.spots: Sequence[Spot] = ()
        self.bright: frozenset[str] = frozenset()
        self.camera = Camera()
        self._size = QSize()
        self._colours: dict[str, QColor] = {}
        self._points: list[QPointF] | None = None
        self._picture: QPixmap | None = None

    def show(self, spots: Sequence[Spot]) -> None:
        """Show these sounds."""
        self.spots = spots
        self._colours = colours_of(spots)
        self.look_again()

    def resize(self, size: QSize) -> None:
        """The screen has this size."""
        self._size = size
        self.look_again()

    def look_again(self) -> None:
        """Something looks different now."""
        self._picture = self._points = None

    @property
    def sight(self) -> QRectF:
        """Where dots may be seen; the legend is above."""
        top = Legend(self._colours, self._size.width()).height + theme.GAP
        return QRectF(QPointF(), self._size.toSizeF()).adjusted(0, top, 0, 0)

    @property
    def field(self) -> QRectF:
        """Where the whole map is, as long as nothing is zoomed."""
        edge = 2.0 * theme.MARGIN
        return self.sight.adjusted(edge, theme.GAP, -edge, -edge)

    @property
    def points(self) -> list[QPointF]:
        """Where each sound is on the screen, or beyond it."""
        if self._points is None:
            field, camera = self.field, self.camera
            self._points = [camera.point(spot.x, spot.y, field) for spot in self.spots]
        return self._points

    def in_sight(self, number: int) -> bool:
        """Whether a sound is on the screen."""
        return self.sight.contains(self.points[number])

    def stands_out(self, number: int) -> bool:
        """Whether a sound has one of the wanted tags."""
        tags = self.spots[number].row.tags
        return not self.bright or any(tag in self.bright for tag, _ in tags)

    def under(self, at: QPointF) -> int | None:
        """The number of the sound at a point of the screen."""
        return nearest(self.points, at, _NEAR, self.stands_out)

    def beside(self, here: int | None, way: tuple[float, float]) -> int | None:
        """The next sound in a direction; the first one, where there is none to begin at."""
        if here is not None:
            return towards(self.points, here, way, self.stands_out)
        return next((n for n in range(len(self.spots)) if self.stands_out(n)), None)

    def paint(self, pen: QPainter, here: int | None, scale: float) -> None:
        """Paint the dots, which are kept as a picture, and the mark on one of them."""
        if self._picture is None:
            self._picture = self._painted(scale)
        pen.drawPixmap(0, 0, self._picture)
        if here is not None and self.in_sight(here):
            spot = self.spots[here]
            text = " · ".join([spot.row.name, *filter(None, [spot.tag])])
            map_painting.mark(pen, self.points[here], self._colour_of(spot), text, self.sight)

    def _colour_of(self, spot: Spot) -> QColor:
        return self._colours.get(spot.tag, theme.colour("wave"))

    def _painted(self, scale: float) -> QPixmap:
        picture = QPixmap(self._size * scale)
        picture.setDevicePixelRatio(scale)
        picture.fill(theme.colour("surface"))
        pen = QPainter(picture)
        dots = [
            (point, self._colour_of(spot), self.stands_out(number))
            for number, (point, spot) in enumerate(zip(self.points, self.spots, strict=True))
        ]
        map_painting.dots(pen, sorted(dots, key=lambda each: each[2]), self.sight)
        Legend(self._colours, self._size.width()).paint(pen, self.bright)
        pen.end()
        return picture
