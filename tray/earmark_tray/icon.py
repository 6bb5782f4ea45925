"""The tray icon, drawn for any size: a small waveform, and around it what Earmark is doing."""

from __future__ import annotations

from PIL import Image, ImageDraw

from earmark_tray.state import Condition

_OVERSAMPLING = 8
_INK = {"dark": (244, 244, 246, 255), "light": (29, 29, 31, 255)}
_ACCENT = {"dark": (94, 168, 255, 255), "light": (0, 98, 214, 255)}
_ATTENTION = (255, 149, 0, 255)
_BARS = (0.26, 0.56, 0.80, 0.44, 0.20)
_FAINT = 0.30
_MUTED = 0.45


def draw(
    condition: Condition, size: int, progress: float | None = None, *, light: bool = False
) -> Image.Image:
    """The icon as RGBA, ``size`` pixels square.

    Args:
        condition: what it shows.
        size: edge length in pixels.
        progress: while working, how much is done, from 0 to 1.
        light: whether the panel behind it is light.
    """
    theme = "light" if light else "dark"
    big = size * _OVERSAMPLING
    picture = Image.new("RGBA", (big, big), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    ink = _INK[theme]
    if condition is Condition.PAUSED:
        _pause(pen, big, ink)
    else:
        strength = _MUTED if condition is Condition.OFFLINE else 1.0
        _wave(pen, big, _faded(ink, strength), inset=condition is Condition.WORKING)
    if condition is Condition.WORKING:
        _ring(pen, big, progress or 0.0, _faded(ink, _FAINT), _ACCENT[theme])
    if condition is Condition.NEEDS_YOU:
        _badge(pen, big)
    if condition is Condition.OFFLINE:
        _slash(pen, big, ink)
    return picture.resize((size, size), Image.Resampling.BOX)


def _wave(
    pen: ImageDraw.ImageDraw, big: int, ink: tuple[int, int, int, int], *, inset: bool
) -> None:
    """Bars on a grid of sixteenths of the edge, so that they stay sharp at 16, 32, 48…"""
    unit = big / 16
    shrink = 0.62 if inset else 1.0
    pitch, width = (2 * unit, unit) if inset else (3 * unit, 2 * unit)
    left = (big - (4 * pitch + width)) / 2
    for position, height in enumerate(_BARS):
        x = left + position * pitch
        half = max(unit, round(height * shrink * 7) * unit)
        box = (x, big / 2 - half, x + width - 1, big / 2 + half - 1)
        pen.rounded_rectangle(box, radius=width / 2, fill=ink)


def _pause(pen: ImageDraw.ImageDraw, big: int, ink: tuple[int, int, int, int]) -> None:
    unit = big / 16
    for x in (4 * unit, 9 * unit):
        pen.rounded_rectangle((x, 3 * unit, x + 3 * unit - 1, 13 * unit - 1), unit, fill=ink)


def _ring(
    pen: ImageDraw.ImageDraw,
    big: int,
    progress: float,
    track: tuple[int, int, int, int],
    done: tuple[int, int, int, int],
) -> None:
    unit = big / 16
    box = (0, 0, big - 1, big - 1)
    width = round(1.5 * unit)
    pen.arc(box, 0, 360, fill=track, width=width)
    if progress > 0:
        pen.arc(box, -90, -90 + 360 * min(1.0, progress), fill=done, width=width)


def _badge(pen: ImageDraw.ImageDraw, big: int) -> None:
    unit = big / 16
    box = (9 * unit, 0, 16 * unit - 1, 7 * unit - 1)
    gap = (8 * unit, -unit, 17 * unit, 8 * unit)
    pen.ellipse(gap, fill=(0, 0, 0, 0))
    pen.ellipse(box, fill=_ATTENTION)


def _slash(pen: ImageDraw.ImageDraw, big: int, ink: tuple[int, int, int, int]) -> None:
    unit = big / 16
    line = (2 * unit, 14 * unit, 14 * unit, 2 * unit)
    pen.line(line, fill=(0, 0, 0, 0), width=round(3.5 * unit))
    pen.line(line, fill=ink, width=round(1.5 * unit))


def _faded(colour: tuple[int, int, int, int], strength: float) -> tuple[int, int, int, int]:
    red, green, blue, alpha = colour
    return (red, green, blue, round(alpha * strength))
