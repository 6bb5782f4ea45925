"""The buttons in the rows of a list that is made anew: the keyboard stays where it was."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QWidget


class RowControls:
    """Knows each button by its row and the text that it was made with."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._known: dict[tuple[str, str], QAbstractButton] = {}

    def add(self, row: str, control: QAbstractButton) -> None:
        """There is a button in a row."""
        self._known[row, control.text()] = control

    def forget(self) -> tuple[str, str] | None:
        """The rows go; returns which button has the keyboard, for `attend`."""
        focused = self._widget.window().focusWidget()
        held = next((name for name, each in self._known.items() if each is focused), None)
        self._known.clear()
        return held

    def attend(self, held: tuple[str, str] | None, otherwise: QWidget) -> None:
        """Give the keyboard to what has taken a button's place.

        That is the same one, else the first of its row, such as the way back from what it did.
        """
        if held is not None:
            row = next((each for (name, _), each in self._known.items() if name == held[0]), None)
            self._known.get(held, row or otherwise).setFocus()
