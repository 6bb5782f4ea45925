"""The list of sounds: chosen by arrows, played again by Space, dragged out as files."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView

from earmark_tray.windows.sound_delegate import SoundDelegate
from earmark_tray.windows.sound_model import SoundModel
from earmark_tray.windows.thumbnails import Thumbnails


class SoundList(QListView):
    """Shows a `SoundModel`.

    Attributes:
        again: the chosen sound shall be heard again.
        key: another key was pressed that may mean something to the window, `Qt.Key`.
    """

    again = Signal()
    key = Signal(int)

    def __init__(self, model: SoundModel, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.setModel(model)
        self.setItemDelegate(SoundDelegate(thumbnails, self))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setAccessibleName(self.tr("Sounds"))
        self.doubleClicked.connect(lambda _: self.again.emit())
        thumbnails.made.connect(lambda _: self.viewport().update())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Space and Enter play again; a letter is a command; all else is as in any list."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.again.emit()
        elif event.text().isalpha() and not event.modifiers():
            self.key.emit(event.key())
        else:
            super().keyPressEvent(event)
