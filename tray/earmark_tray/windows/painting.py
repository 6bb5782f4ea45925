"""Painting waveforms, spectrograms and tag chips."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPen

from earmark_tray.windows import theme

if TYPE_CHECKING:
    from earmark_tray.sound.pictures import Picture

_PITCH = 3.0
_CHIP_PADDING = 8
_MOST_TAG = 160
_LEAST_TAG = 40


def waveform(pen: QPainter, box: QRectF, picture: Picture, heard: float | None = None) -> None:
    """Bars for the loudness over time; what has been ``heard`` (0 to 1) in the accent colour."""
    count = max(1, int(box.width() / _PITCH))
    outline = picture.outline
    step = len(outline) / count
    muted, accent = theme.colour("wave"), theme.colour("accent")
    played = -1.0 if heard is None else heard * count
    pen.save()
    pen.setRenderHint(QPainter.RenderHint.Antialiasing)
    for position in range(count):
        first = int(position * step)
        level = float(outline[first : max(first + 1, int((position + 1) * step))].max())
        half = max(0.75, level * box.height() / 2)
        stroke = QPen(accent if position < played else muted, 2.0)
        stroke.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setPen(stroke)
        x = box.left() + (position + 0.5) * _PITCH
        middle = box.center().y()
        pen.drawLine(QLineF(x, middle - half + 0.75, x, middle + half - 0.75))
    pen.restore()


def spectrogram(picture: Picture) -> QImage:
    """The spectrogram in the theme's colours, the lowest band at the bottom."""
    bands = picture.spectrogram[::-1].copy()
    height, width = bands.shape
    image = QImage(bands.tobytes(), width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable(_colour_table())
    return image.convertToFormat(QImage.Format.Format_RGB32)


def chips(
    pen: QPainter, box: QRect, tags: Iterable[tuple[str, str]], *, right: bool = False
) -> int:
    """Tags as chips in one line, as many as fit; returns the width that they took.

    A tag that a person gave has an accent-coloured border. Long ones are cut short, the first one
    above all where it has no room else, and how many have no room is said at the end.
    """
    font = theme.font(0.92)
    metrics = QFontMetrics(font)
    laid, used = _laid(list(tags), metrics, box.width())
    taken = max(0, used - theme.UNIT - 2)
    left = box.right() - taken if right else box.left()
    pen.save()
    pen.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen.setFont(font)
    height = metrics.height() + 4
    for tag, source, offset, width in laid:
        top = box.center().y() - height / 2 + 0.5
        chip = QRectF(left + offset, top, width, height)
        person = source == "person"
        pen.setPen(QPen(theme.colour("accent"), 1) if person else Qt.PenStyle.NoPen)
        pen.setBrush(theme.colour("chip"))
        pen.drawRoundedRect(chip, height / 2, height / 2)
        pen.setPen(theme.colour("text"))
        pen.drawText(chip, Qt.AlignmentFlag.AlignCenter, tag)
    pen.restore()
    return taken


def _laid(
    tags: Sequence[tuple[str, str]], metrics: QFontMetrics, room: int
) -> tuple[list[tuple[str, str, int, int]], int]:
    """Words, sources, places and widths of the chips that fit, and where the next would begin."""
    right = Qt.TextElideMode.ElideRight
    words = [(metrics.elidedText(tag, right, _MOST_TAG), source) for tag, source in tags]
    for count in range(len(words), 0, -1):
        left = len(words) - count
        laid, used = [], 0
        for word, source in (*words[:count], *([(f"+{left}", "")] if left else [])):
            width = metrics.horizontalAdvance(word) + 2 * _CHIP_PADDING
            laid.append((word, source, used, width))
            used += width + theme.UNIT + 2
        if used - theme.UNIT - 2 <= room:
            return laid, used
    return _first(words, metrics, room)


def _first(
    words: Sequence[tuple[str, str]], metrics: QFontMetrics, room: int
) -> tuple[list[tuple[str, str, int, int]], int]:
    """As much of the first word as has room beside the number of the others."""
    rest = f"+{len(words) - 1}" if len(words) > 1 else ""
    beside = metrics.horizontalAdvance(rest) + 2 * _CHIP_PADDING + theme.UNIT + 2 if rest else 0
    width = room - beside
    if not words or width < _LEAST_TAG:
        return [], 0
    word, source = words[0]
    short = metrics.elidedText(word, Qt.TextElideMode.ElideRight, width - 2 * _CHIP_PADDING)
    laid = [(short, source, 0, width)]
    if rest:
        laid.append((rest, "", width + theme.UNIT + 2, beside - theme.UNIT - 2))
    return laid, room + theme.UNIT + 2


def focus_ring(pen: QPainter, box: QRect, colour: str = "accent") -> None:
    """What has the keyboard's attention, or in another colour would have it."""
    pen.save()
    pen.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen.setPen(QPen(theme.colour(colour), 2))
    pen.setBrush(Qt.BrushStyle.NoBrush)
    pen.drawRoundedRect(QRectF(box).adjusted(2, 2, -2, -2), theme.RADIUS, theme.RADIUS)
    pen.restore()


def _colour_table() -> list[int]:
    """From the surface over the accent colour to its brightest."""
    floor, middle = theme.colour("surface"), theme.colour("accent")
    top = QColor("#fff3d6") if floor.lightness() < 128 else QColor("#0a1f4d")
    return [
        _mix(floor, middle, level / 150) if level < 150 else _mix(middle, top, (level - 150) / 105)
        for level in range(256)
    ]


def _mix(first: QColor, second: QColor, share: float) -> int:
    mixed = QColor.fromRgbF(
        first.redF() + (second.redF() - first.redF()) * share,
        first.greenF() + (second.greenF() - first.greenF()) * share,
        first.blueF() + (second.blueF() - first.blueF()) * share,
    )
    return int(mixed.rgb())


def playhead(pen: QPainter, box: QRectF, share: float) -> None:
    """A line where the sound is."""
    x = box.left() + share * box.width()
    pen.setPen(QPen(theme.colour("accent"), 1.5))
    pen.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
