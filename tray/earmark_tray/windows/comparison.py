"""What a new model would change among one's own sounds, with some to listen to."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QPushButton, QWidget

from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.sound_row import folder_words, shown
from earmark_tray.windows.tag_table import Table

_NAME_WIDTH = 130
_EXAMPLES = 2
_MOST_TAGS = 12


class Comparison(QWidget):
    """Asks the daemon what would change.

    Attributes:
        listened: the path of the sound that was chosen.
        answered: it is known what would change, or why not.
    """

    listened = Signal(str)
    answered = Signal()

    def __init__(self, asker: Asker) -> None:
        super().__init__()
        self._asker = asker
        self._digest: str | None = None
        self._said = theme.label(scale=0.92, muted=True)
        self._table = Table()
        column = theme.down(spacing=theme.GAP)
        column.addWidget(theme.label(self.tr("What it would change"), scale=1.2))
        column.addWidget(self._said)
        column.addWidget(self._table)
        self.setLayout(column)
        self.hide()

    def compare(self, digest: str | None) -> None:
        """Say what a model would change; None for nothing."""
        if digest == self._digest:
            return
        self._digest = digest
        self.setVisible(digest is not None)
        self._table.hide()
        if digest is None:
            return
        self._said.setText(self.tr("Trying it on your sounds…"))
        self._asker.ask("compare_model", partial(self._take, digest), self._failed, digest=digest)

    def _failed(self, error: Any) -> None:
        self._digest = None  # so that it is tried again
        self._said.setText(str(error.problem))
        self.answered.emit()

    def _take(self, digest: str, answer: Any) -> None:
        if digest == self._digest:
            self._show(answer)
            self.answered.emit()

    def _show(self, answer: Any) -> None:
        tags, tried = answer["tags"], f"{answer['sounds']:,}"
        if not tags:
            self._said.setText(
                self.tr("Tried on {} of your sounds: none of them would change.").format(tried)
            )
            return
        self._said.setText(
            self.tr("Tried on {} of your sounds. Choose one to hear it.").format(tried)
        )
        head = (self.tr("Tag"), self.tr("Comes"), self.tr("Goes"), self.tr("Such as"))
        lines = [
            (tag["tag"], f"{tag['comes']:,}", f"{tag['goes']:,}", self._examples(tag))
            for tag in tags[:_MOST_TAGS]
        ]
        self._table.fill(head, lines)
        self._table.show()

    def _examples(self, tag: Any) -> QWidget:
        line = theme.across(spacing=theme.UNIT)
        coming = [each for each in tag["examples"] if each["comes"]]
        going = [each for each in tag["examples"] if not each["comes"]]
        few = (coming[:1] + going[:1]) if coming and going else (coming + going)[:_EXAMPLES]
        for example in few:
            line.addWidget(self._example(tag["tag"], example["path"], comes=example["comes"]))
        line.addStretch(1)
        whole = QWidget()
        whole.setLayout(line)
        return whole

    def _example(self, tag: str, path: str, *, comes: bool) -> QPushButton:
        name = shown(os.path.basename(path))
        button = QPushButton()
        button.setProperty("small", True)
        metrics = QFontMetrics(button.font())
        short = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, _NAME_WIDTH)
        button.setText(f"{'+' if comes else '−'} {short}".replace("&", "&&"))
        says = self.tr("{} would get “{}”") if comes else self.tr("{} would lose “{}”")
        button.setAccessibleName(says.format(name, tag))
        button.setToolTip(theme.tip(f"{name}\n{folder_words(path)}"))
        button.clicked.connect(lambda: self.listened.emit(path))
        return button
