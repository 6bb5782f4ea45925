"""A field that completes tags as one types; a word that is no tag yet becomes one of one's own."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit

from earmark_tray.windows.asking import Asker

_SAME_AS_BEFORE = (
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)


class TagField(QLineEdit):
    """Takes a tag by typing.

    Enter takes the word as it was completed: “sn” gives snare. It adds no further words to what is
    a tag or a word as it was typed, though a longer tag begins with it; Tab does.

    Attributes:
        begun: somebody begins to type here; coming back to the window is no beginning.
        chosen: the tag that was confirmed.
        left: the field was left without one.
    """

    begun = Signal()
    chosen = Signal(str)
    left = Signal()

    def __init__(self, asker: Asker, hint: str = "") -> None:
        super().__init__()
        self._asker = asker
        self._words = QStringListModel(self)
        completer = QCompleter(self._words, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)
        self.setCompleter(completer)
        self.setPlaceholderText(hint or self.tr("Type another tag, or one of your own"))
        self.setAccessibleName(self.tr("Another tag"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def begin(self) -> None:
        """Put the cursor here."""
        self.setFocus()
        self.selectAll()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The tags in use may have changed."""
        super().focusInEvent(event)
        if event.reason() not in _SAME_AS_BEFORE:
            self.begun.emit()
        self._asker.ask("tags", self._take)

    def event(self, event: QEvent) -> bool:
        """Tab takes the completion, as in a shell."""
        tab = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab
        if tab and event.type() == QEvent.Type.KeyPress and self.hasSelectedText():
            self.end(False)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter confirms, Escape leaves."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            word = self._meant().strip()
            self.clear()
            if word:
                self.chosen.emit(word)
            else:
                self.left.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _meant(self) -> str:
        """What Enter takes: all that stands here, or what was typed of it."""
        text, typed = self.text(), self.completer().completionPrefix()
        added = self.selectedText()
        if not typed or not added or text != typed + added:
            return text
        known = typed.strip().lower() in self._words.stringList()
        whole = added.startswith(" ") or typed.endswith(" ")
        return typed if known or whole else text

    def _take(self, tags: Any) -> None:
        self._words.setStringList(sorted({tag["tag"] for tag in tags}))
