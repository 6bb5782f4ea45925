"""The list of sounds: chosen by arrows, played again by Space, dragged out as files."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QStyleOptionViewItem, QTableView

from earmark_tray.windows import theme
from earmark_tray.windows.pressing import Presses
from earmark_tray.windows.sound_delegate import SoundDelegate
from earmark_tray.windows.sound_model import SoundModel
from earmark_tray.windows.thumbnails import Thumbnails


class SoundList(QTableView):
    """Shows a `SoundModel`.

    A table of one column, for a list view asks the model twice about each row whenever anything
    changes, which takes more than half a second for 300,000 of them.

    Attributes:
        again: the chosen sound shall be heard again.
        missed: an `EarmarkError` that keeps what is chosen from being dragged.
        key: a letter was pressed, which may mean something to the window, `Qt.Key`.
    """

    again = Signal()
    missed = Signal(object)
    key = Signal(int)

    def __init__(self, model: SoundModel, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._presses = Presses()
        self.setModel(model)
        delegate = SoundDelegate(thumbnails, self)
        self.setItemDelegate(delegate)
        height = delegate.sizeHint(QStyleOptionViewItem(), model.index(0)).height()
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.hide()
        self.horizontalHeader().setStretchLastSection(True)
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setAccessibleName(self.tr("Sounds"))
        self.doubleClicked.connect(lambda _: self.again.emit())
        model.modelReset.connect(self.scrollToTop)
        thumbnails.made.connect(lambda _: self.viewport().update())

    @property
    def beside_chosen(self) -> QPoint:
        """Where on the screen the row that has the keyboard ends."""
        row = self.visualRect(self.currentIndex()) & self.viewport().rect()
        return self.viewport().mapToGlobal(row.bottomLeft() + QPoint(theme.MARGIN, 0))

    def startDrag(self, actions: Qt.DropAction) -> None:  # noqa: N802
        """All that is chosen goes; what is not there yet is fetched while the button is down."""
        model = self.model()
        assert isinstance(model, SoundModel)
        numbers = [index.row() for index in self.selectedIndexes()]
        fetched = False

        def drag(_: object) -> None:
            if not fetched or QApplication.mouseButtons() & Qt.MouseButton.LeftButton:
                super(SoundList, self).startDrag(actions)

        model.fetch(numbers, drag, self.missed.emit)
        fetched = True

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Space and Enter play again; a letter is a command; all else is as in any list."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.again.emit()
        elif self._presses.letter(event):
            self.key.emit(event.key())
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and self.model().rowCount():
            last = self.model().rowCount() - 1
            row = 0 if event.key() == Qt.Key.Key_Home else last
            self.setCurrentIndex(self.model().index(row, 0))
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """The key is not held any more."""
        self._presses.let_go(event)
        super().keyReleaseEvent(event)
