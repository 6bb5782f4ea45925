"""Which keys are commands: those that were pressed for themselves, once."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

_OTHERS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class Presses:
    """Tells keys that are pressed from those that are merely held; a widget passes it both ends.

    X11 lets go of a key that is held and presses it again in the same millisecond. Qt says so of
    about every other time alone.
    """

    def __init__(self) -> None:
        self._let_go: tuple[int, int] | None = None

    def let_go(self, event: QKeyEvent) -> None:
        """A key was released."""
        self._let_go = (event.key(), event.timestamp())

    def held(self, event: QKeyEvent) -> bool:
        """Whether this press is only the last one going on."""
        again = event.timestamp() > 0 and (event.key(), event.timestamp()) == self._let_go
        return event.isAutoRepeat() or again

    def letter(self, event: QKeyEvent) -> bool:
        """Whether it is a letter by itself, and not merely held."""
        return event.text().isalpha() and plain(event) and not self.held(event)


def plain(event: QKeyEvent) -> bool:
    """Whether a key comes without Ctrl, Alt and the like, which make another one of it."""
    return not event.modifiers() & _OTHERS
