"""Files that could not be tagged or written, each with the reason."""

from __future__ import annotations

import os
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.sound_row import shown

_MOST = 100


class ProblemList(QWidget):
    """Shows the daemon's problems; they can be tried again.

    Attributes:
        arrived: the problems are shown as they are now.
    """

    arrived = Signal()

    def __init__(self, asker: Asker) -> None:
        super().__init__()
        self._asker = asker
        self._rows: QVBoxLayout = theme.down()
        self._again = QPushButton(self.tr("Try all again"))
        self._again.clicked.connect(self._retry)
        self._words = theme.label(muted=True)
        below = theme.across()
        below.addWidget(self._words, 1)
        below.addWidget(self._again)
        whole = theme.down()
        whole.addLayout(self._rows)
        whole.addLayout(below)
        self.setLayout(whole)

    def refresh(self) -> None:
        """Ask for the problems anew."""
        self._asker.ask("problems", self._take, limit=_MOST)

    def _take(self, answer: Any) -> None:
        problems, total = answer["files"], answer["total"]
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        for problem in problems:
            self._rows.addWidget(_card(problem))
        self._again.setVisible(bool(problems))
        if not problems:
            self._words.setText(self.tr("All is well."))
        elif total > len(problems):
            self._words.setText(self.tr("and {:,} more").format(total - len(problems)))
        else:
            self._words.setText("")
        self.arrived.emit()

    def _retry(self) -> None:
        self._asker.attempt("retry", self._tried)

    def _tried(self, _: Any) -> None:
        self._words.setText(self.tr("They are tried again."))
        self._again.hide()


def _card(problem: Any) -> QWidget:
    card = QFrame()
    card.setProperty("card", True)
    column = theme.down(spacing=2, margins=(theme.MARGIN, theme.GAP, theme.MARGIN, theme.GAP))
    card.setLayout(column)
    name = theme.label(shown(os.path.basename(problem["path"])))
    name.setToolTip(theme.tip(shown(problem["path"])))
    column.addWidget(name)
    column.addWidget(theme.label(problem["reason"] or "", scale=0.92, muted=True))
    return card
