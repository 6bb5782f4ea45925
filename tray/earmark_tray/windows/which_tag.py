"""Which of a sound's tags is wrong: asked where it has several, answered by a digit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

_DIGITS = 9


class WhichTag(QMenu):
    """Offers the tags; those that a model gave come first, for a person means their own."""

    def __init__(
        self, tags: Sequence[tuple[str, str]], chosen: Callable[[str], None], parent: QWidget
    ) -> None:
        """Prepare.

        Args:
            tags: words and their sources.
            chosen: told which one was chosen, if any is.
            parent: whose life it shares at most.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question = self.tr("Which tag is wrong?")
        self.setAccessibleName(question)
        self.addAction(question).setEnabled(False)
        for number, (tag, source) in enumerate(sorted(tags, key=lambda each: each[1] == "person")):
            word = self.tr("{}  (your word)").format(tag) if source == "person" else tag
            digit = f"&{number + 1}   " if number < _DIGITS else ""
            action = self.addAction(digit + word.replace("&", "&&"))
            action.triggered.connect(partial(_tell, chosen, tag))

    def ask(self, at: QPoint) -> None:
        """Show it at a place on the screen; a key answers or, as Escape, leaves all as it is."""
        self.popup(at)
        self.setActiveAction(self.actions()[1])


def _tell(chosen: Callable[[str], None], tag: str, *_: object) -> None:
    chosen(tag)
