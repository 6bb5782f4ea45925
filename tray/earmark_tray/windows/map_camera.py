"""Which part of the map is in sight, and how large."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF

_MOST = 32.0
_EDGE = 0.1
"""What is looked for is kept this part of the field away from its border."""


class Camera:
    """Places on the map, 0 to 1, as points of a field on the screen, and back."""

    def __init__(self) -> None:
        self.zoom = 1.0
        self._x = self._y = 0.5

    def point(self, x: float, y: float, field: QRectF) -> QPointF:
        """Where a place is on the screen."""
        middle = field.center()
        return QPointF(
            middle.x() + (x - self._x) * self.zoom * field.width(),
            middle.y() + (y - self._y) * self.zoom * field.height(),
        )

    def zoom_by(self, factor: float, at: QPointF, field: QRectF) -> None:
        """Come nearer or step back, so that the point ``at`` stays over its place."""
        right = (at.x() - field.center().x()) / field.width()
        down = (at.y() - field.center().y()) / field.height()
        before, self.zoom = self.zoom, min(max(self.zoom * factor, 1.0), _MOST)
        self._look_at(
            self._x + right / before - right / self.zoom,
            self._y + down / before - down / self.zoom,
        )

    def move_by(self, right: float, down: float, field: QRectF) -> None:
        """Pull the map along by so many pixels."""
        width, height = self.zoom * field.width(), self.zoom * field.height()
        self._look_at(self._x - right / width, self._y - down / height)

    def reveal(self, x: float, y: float) -> None:
        """Move no further than it takes to have a place in sight."""
        reach = (0.5 - _EDGE) / self.zoom
        self._look_at(_held(self._x, x - reach, x + reach), _held(self._y, y - reach, y + reach))

    def show_all(self) -> None:
        """The whole map."""
        self.zoom = 1.0
        self._look_at(0.5, 0.5)

    def _look_at(self, x: float, y: float) -> None:
        half = 0.5 / self.zoom
        self._x, self._y = _held(x, half, 1.0 - half), _held(y, half, 1.0 - half)


def _held(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
