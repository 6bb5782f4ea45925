"""What every window has in common: Escape closes it, and Enter presses a button as Space does."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from earmark_tray.windows.pressing import Presses, plain

_CONFIRMS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Window(QWidget):
    """Takes the keys that nothing in it has taken."""

    def __init__(self) -> None:
        super().__init__()
        self._presses = Presses()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Qt leaves Enter to dialogs; one that is held presses nothing that follows."""
        button = self._pressed_by(event)
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif button is None:
            super().keyPressEvent(event)
        elif not self._presses.held(event):
            button.click()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """The key is not held any more."""
        self._presses.let_go(event)
        super().keyReleaseEvent(event)

    def _pressed_by(self, event: QKeyEvent) -> QPushButton | None:
        """The button that has the keyboard, where the key is Enter."""
        focused = self.focusWidget()
        confirms = event.key() in _CONFIRMS and plain(event)
        return focused if confirms and isinstance(focused, QPushButton) else None
