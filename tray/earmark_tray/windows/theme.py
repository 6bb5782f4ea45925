"""The common look: colours for light and dark, spacing, type scale, and what is made of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from earmark_tray.windows.flowing import Flowing

UNIT = 4
"""Distances are multiples of this many pixels."""

GAP = 2 * UNIT
MARGIN = 4 * UNIT
RADIUS = 6


@dataclass(frozen=True)
class Colours:
    """One colour scheme; text on surface has a contrast of at least 4.5."""

    window: str
    surface: str
    text: str
    muted: str
    line: str
    accent: str
    on_accent: str
    selection: str
    chip: str
    wave: str
    warning: str
    series: tuple[str, ...]
    """Told apart from one another: lines of a plot, tags on a map."""


LIGHT = Colours(
    window="#f4f5f7",
    surface="#ffffff",
    text="#1c1e21",
    muted="#62666d",
    line="#dfe1e6",
    accent="#0b5cd5",
    on_accent="#ffffff",
    selection="#e3edfd",
    chip="#eceef2",
    wave="#8d949f",
    warning="#9a4a00",
    series=(
        "#0b5cd5",
        "#c2410c",
        "#15803d",
        "#8b2fd6",
        "#be185d",
        "#0e7490",
        "#8a6100",
        "#5b6470",
    ),
)
DARK = Colours(
    window="#191b1e",
    surface="#212428",
    text="#eceef1",
    muted="#a2a8b1",
    line="#34383e",
    accent="#72acff",
    on_accent="#0c1522",
    selection="#26374f",
    chip="#31363d",
    wave="#7d8692",
    warning="#ffb86b",
    series=(
        "#72acff",
        "#ff9a62",
        "#5fd38d",
        "#c79bff",
        "#ff8ac0",
        "#4fd0e0",
        "#e6c34d",
        "#aab2bd",
    ),
)


def colours() -> Colours:
    """The colours of the desktop's scheme, or of `EARMARK_LOOK`, which may be light or dark."""
    look = os.environ.get("EARMARK_LOOK")
    if look in ("light", "dark"):
        return DARK if look == "dark" else LIGHT
    scheme = QGuiApplication.styleHints().colorScheme()
    return DARK if scheme == Qt.ColorScheme.Dark else LIGHT


def colour(name: str) -> QColor:
    """One of `Colours` by its name."""
    return QColor(getattr(colours(), name))


def series(number: int) -> QColor:
    """The colour of a line or tag by its number; after the last one they begin again."""
    known = colours().series
    return QColor(known[number % len(known)])


def font(scale: float = 1.0, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The desktop's font, so many times as large: 1.0 text, 0.88 notes, 1.3 titles."""
    made = QFont(QApplication.font())
    made.setPointSizeF(made.pointSizeF() * scale)
    made.setWeight(weight)
    return made


def across(*, spacing: int = GAP, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QHBoxLayout:
    """A row; ``margins`` are left, top, right, bottom."""
    made = QHBoxLayout()
    made.setSpacing(spacing)
    made.setContentsMargins(*margins)
    return made


def down(*, spacing: int = GAP, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QVBoxLayout:
    """A column; ``margins`` are left, top, right, bottom."""
    made = QVBoxLayout()
    made.setSpacing(spacing)
    made.setContentsMargins(*margins)
    return made


def scrolled(window: QWidget, column: QVBoxLayout, above: QWidget) -> QScrollArea:
    """Fill a window with a column that scrolls where it is too high, and what stays above it."""
    area = scrolling(column)
    above.setProperty("above", True)
    whole = down(spacing=0)
    whole.addWidget(above)
    whole.addWidget(area, 1)
    window.setLayout(whole)
    return area


def scrolling(column: QVBoxLayout) -> QScrollArea:
    """A column that scrolls where it is too high, on the colour of the window."""
    inside = QWidget()
    inside.setLayout(column)
    inside.setObjectName("inside")
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(inside)
    area.setProperty("plain", True)
    return area


def card() -> tuple[QFrame, QHBoxLayout]:
    """A framed row, and the line in it to put things into."""
    frame = QFrame()
    frame.setProperty("card", True)
    line = across(spacing=MARGIN, margins=(MARGIN, GAP, GAP, GAP))
    frame.setLayout(line)
    return frame, line


def emptied(column: QVBoxLayout) -> None:
    """Take every widget out of a column, for good."""
    while (item := column.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.setParent(None)
            widget.deleteLater()


_LONG_WORD = 24
_MAY_END_HERE = "\u200b"
_PARTS = re.compile(rf"[_\-./\\](?=\S)|[^\s_\-./\\]{{{_LONG_WORD}}}(?=\S)")
_LONG_WORDS = re.compile(rf"\S{{{_LONG_WORD + 1},}}")


class _Label(QLabel):
    """Words too long for a line, such as vendors' names and paths, end within it as well.

    Else they would make a window wider than the screen. That is for the eye alone: asked for or
    read out, the text is what it was.
    """

    def __init__(self) -> None:
        super().__init__()
        self._whole = ""

    def text(self) -> str:
        return self._whole

    def setText(self, text: str) -> None:  # noqa: N802
        self._whole = text
        self.setAccessibleName(text)
        super().setText(_LONG_WORDS.sub(_with_ends, text))


def _with_ends(word: re.Match[str]) -> str:
    return _PARTS.sub(lambda part: part[0] + _MAY_END_HERE, word[0])


def label(text: str = "", *, scale: float = 1.0, muted: bool = False) -> QLabel:
    """Text that wraps, in one of the sizes of the type scale; letter by letter, never as HTML."""
    made = _Label()
    made.setText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    made.setFont(font(scale, QFont.Weight.DemiBold if scale > 1.1 else QFont.Weight.Normal))
    made.setProperty("muted", muted)
    return made


class Choice(QComboBox):
    """A choice that the mouse wheel scrolls past: it lies where a window is scrolled."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """What is around it is scrolled."""
        event.ignore()


def toggle(text: str, meaning: str) -> QPushButton:
    """A small button that stays pressed; the keyboard's attention stays where it is."""
    made = QPushButton(text)
    made.setCheckable(True)
    made.setProperty("small", True)
    made.setToolTip(meaning)
    made.setAccessibleDescription(meaning)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return made


def tip(text: str) -> str:
    """A tool tip that says this letter by letter, though it holds names that look like HTML."""
    return f"<qt>{escape(text)}</qt>".replace("\n", "<br>")


def legend(keys: Iterable[tuple[str, str]]) -> Flowing:
    """Keys and what each does, in a line, or in two where a window is narrow."""
    made = Flowing(MARGIN)
    for key, meaning in keys:
        made.addWidget(_key(key, meaning))
    return made


def _key(key: str, meaning: str) -> QWidget:
    whole = QFrame()
    line = across(spacing=UNIT + 2)
    whole.setLayout(line)
    cap, text = label(key, scale=0.88), label(meaning, scale=0.92, muted=True)
    cap.setProperty("key", True)
    for part in (cap, text):
        part.setWordWrap(False)
        line.addWidget(part)
    return whole
