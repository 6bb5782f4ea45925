"""Questions that a window asks, and a person's answer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QInputDialog, QMessageBox


def in_dialog(fill: Callable[[QInputDialog], None]) -> None:
    """Once the question is there, fill it in and confirm it with Enter."""

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QInputDialog):
            QTimer.singleShot(20, answer)
            return
        fill(dialog)
        dialog.accept()

    QTimer.singleShot(0, answer)


def in_question(answer: Callable[[QMessageBox], None]) -> None:
    """Once the question with its buttons is there, answer it."""

    def look() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            answer(box)
        else:
            QTimer.singleShot(20, look)

    QTimer.singleShot(0, look)
