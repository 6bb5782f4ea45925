"""The sounds of a map: what colour each has, and which one is near a point or in a direction."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from earmark_tray.windows import theme
from earmark_tray.windows.sound_row import Row, row_of

_MOST_COLOURS = 16

Eligible = Callable[[int], bool]


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


def spot_of(sound: Any) -> Spot:
    """A spot from what the daemon's ``map`` says of a sound."""
    return Spot(row_of(sound), sound["x"], sound["y"])


def colours_of(spots: Sequence[Spot]) -> dict[str, QColor]:
    """A colour for each of the most frequent tags, the most frequent first."""
    counts = Counter(spot.tag for spot in spots if spot.tag)
    names = [tag for tag, _ in counts.most_common(_MOST_COLOURS)]
    return {tag: _colour(number, len(names)) for number, tag in enumerate(names)}


def nearest(
    points: Sequence[QPointF], at: QPointF, within: float, eligible: Eligible
) -> int | None:
    """The number of the point next to ``at``, none of which is further away than ``within``."""
    found, least = None, within
    x, y = at.x(), at.y()
    for place, point in enumerate(points):
        distance = math.hypot(point.x() - x, point.y() - y)
        if distance < least and eligible(place):
            found, least = place, distance
    return found


def towards(
    points: Sequence[QPointF], here: int, way: tuple[float, float], eligible: Eligible
) -> int | None:
    """The nearest point in a direction, within an eighth of a turn to either side."""
    begin, (x, y) = points[here], way
    found, least = None, math.inf
    for place, point in enumerate(points):
        right, down = point.x() - begin.x(), point.y() - begin.y()
        along = right * x + down * y
        aside = abs(right * y) + abs(down * x)
        if place == here or along <= 0 or aside > along or along + aside >= least:
            continue
        if eligible(place):
            found, least = place, along + aside
    return found


def _colour(number: int, count: int) -> QColor:
    """One of ``count`` colours: those of the theme, or all round the wheel where they are many."""
    if count <= len(theme.colours().series):
        return theme.series(number)
    dark = theme.colour("surface").lightness() < 128
    lightness = (175, 140) if dark else (85, 120)
    return QColor.fromHsl(round(360 * number / count) % 360, 190, lightness[number % 2])
