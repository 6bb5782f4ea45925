"""The place to drop files and folders on, with buttons for those who do not drag."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QPushButton

from earmark_tray.windows import theme
from earmark_tray.windows.sound_row import path_of


class DropZone(QFrame):
    """Takes sounds in.

    Attributes:
        dropped: paths of files and folders.
    """

    dropped = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("drop", True)
        self.setAcceptDrops(True)
        self.setAccessibleName(self.tr("Drop sounds here"))
        text = theme.label(self.tr("Drop files or folders here"), muted=True)
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        folder = QPushButton(self.tr("Choose a folder…"))
        folder.clicked.connect(self._choose_folder)
        files = QPushButton(self.tr("Choose files…"))
        files.clicked.connect(self._choose_files)
        column = theme.down(margins=(theme.MARGIN,) * 4)
        column.addWidget(text)
        column.addWidget(folder)
        column.addWidget(files)
        self.setLayout(column)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Files are welcome."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Take what was dropped."""
        paths = [path_of(url) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def _choose_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, self.tr("A folder of sounds"))
        if path:
            self.dropped.emit([path])

    def _choose_files(self) -> None:
        paths, _ = QFileDialog.getOpenFileNames(self, self.tr("Sounds"))
        if paths:
            self.dropped.emit(paths)
