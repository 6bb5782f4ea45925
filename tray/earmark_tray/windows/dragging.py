"""Sounds that leave a window as files, as a file manager would give them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QWidget

from earmark_tray.windows import theme
from earmark_tray.windows.sound_row import Row, file_url


def files_of(rows: Sequence[Row]) -> QMimeData:
    """The files of these sounds."""
    data = QMimeData()
    data.setUrls([file_url(row.path) for row in rows])
    return data


def drag_out(source: QWidget, row: Row) -> None:
    """Drag a sound until the mouse lets go of it; whoever takes it gets a copy, never the file."""
    drag = QDrag(source)
    drag.setMimeData(files_of([row]))
    drag.setPixmap(theme.label(row.name).grab())
    drag.exec(Qt.DropAction.CopyAction)
