"""Buttons for the tags that a sound may have, each with the digit that chooses it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from earmark_tray.windows import theme
from earmark_tray.windows.review_queue import MOST_CHOICES

_COLUMNS = 3
_MOST_NAME = 200


class Choices(QWidget):
    """Up to nine tags; the first is what Enter accepts.

    Attributes:
        chosen: the tag that was clicked or whose key was pressed.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self._buttons = [self._button(number) for number in range(MOST_CHOICES)]
        grid = QGridLayout()
        grid.setSpacing(theme.GAP)
        grid.setContentsMargins(0, 0, 0, 0)
        for number, button in enumerate(self._buttons):
            grid.addWidget(button, number // _COLUMNS, number % _COLUMNS)
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)
        self.setLayout(grid)

    def offer(self, tags: list[str]) -> None:
        """Show these."""
        self.tags = tags
        for number, button in enumerate(self._buttons):
            button.setVisible(number < len(tags))
            if number < len(tags):
                _dress(button, number, tags[number])

    def press(self, key: int) -> bool:
        """Take Enter or a digit; returns whether the key was one."""
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(0)
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            self._choose(key - Qt.Key.Key_1)
        else:
            return False
        return True

    def _button(self, number: int) -> QPushButton:
        button = _Choice()
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(partial(self._choose, number))
        button.hide()
        return button

    def _choose(self, number: int) -> None:
        if number < len(self.tags):
            self.chosen.emit(self.tags[number])


class _Choice(QPushButton):
    """A double click is one click: its second half would answer for what follows, unheard."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Nothing more."""
        event.accept()


def _dress(button: QPushButton, number: int, tag: str) -> None:
    short = button.fontMetrics().elidedText(tag, Qt.TextElideMode.ElideRight, _MOST_NAME)
    button.setText(f"{number + 1}   {short}".replace("&", "&&"))
    button.setToolTip(theme.tip(tag) if short != tag else "")
    button.setAccessibleName(tag)
    primary = number == 0
    if button.property("primary") is not primary:
        button.setProperty("primary", primary)
        button.style().unpolish(button)
        button.style().polish(button)
