"""The watched folders: added, removed, and whether tags are written into their files."""

from __future__ import annotations

import os
from functools import partial
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QFileDialog,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.row_controls import RowControls
from earmark_tray.windows.sound_row import shown


class FolderList(QWidget):
    """Shows the daemon's folders and changes them at once.

    Attributes:
        changed: how many folders there are now.
    """

    changed = Signal(int)

    def __init__(self, asker: Asker) -> None:
        super().__init__()
        self._asker = asker
        self._rows: QVBoxLayout = theme.down()
        self._cards: list[QWidget] = []
        self._controls = RowControls(self)
        self._writes = True
        self._add = QPushButton(self.tr("Add a folder…"))
        self._add.clicked.connect(self._choose)
        below = theme.across()
        below.addWidget(self._add)
        below.addStretch(1)
        whole = theme.down()
        whole.addLayout(self._rows)
        whole.addLayout(below)
        self.setLayout(whole)

    def refresh(self) -> None:
        """Ask for the folders anew."""
        self._asker.ask("settings", self._take_settings)
        self._asker.ask("folders", self._take)

    def add(self, path: str) -> None:
        """Listen to a folder from now on."""
        self._asker.tell("watch", lambda _: self.refresh(), path=path)

    def _choose(self) -> None:
        path = QFileDialog.getExistingDirectory(self, self.tr("A folder with your samples"))
        if path:
            self.add(path)

    def _take_settings(self, settings: Any) -> None:
        self._writes = settings["writing"]["enabled"]

    def _take(self, folders: Any) -> None:
        held = self._controls.forget()
        theme.emptied(self._rows)
        self._cards = [self._row(folder) for folder in folders]
        for card in self._cards:
            self._rows.addWidget(card)
        self._order_tabs()
        self._controls.attend(held, self._add)
        self.changed.emit(len(folders))

    def _row(self, folder: Any) -> QWidget:
        card, line = theme.card()
        path = _short(shown(folder["path"]))
        name = path if folder["online"] else self.tr("{} (not there right now)").format(path)
        line.addWidget(theme.label(name), 1)
        writes = QCheckBox(self.tr("Write tags into files"))
        writes.setChecked(folder["write_tags"] and self._writes)
        writes.setEnabled(self._writes)  # where nothing is written anywhere, no folder is asked
        writes.setAccessibleDescription(path)
        writes.toggled.connect(partial(self._set_writing, folder))
        line.addWidget(writes)
        remove = QPushButton(self.tr("Remove"))
        remove.setAccessibleName(self.tr("Remove {}").format(path))
        remove.clicked.connect(partial(self._remove, folder["path"]))
        line.addWidget(remove)
        for control in (writes, remove):
            self._controls.add(folder["path"], control)
        return card

    def _order_tabs(self) -> None:
        """The Tab key meets the folders, which come late, where they stand."""
        controls = [each for card in self._cards for each in card.findChildren(QAbstractButton)]
        for before, after in pairwise([self._add, *controls, self._add]):
            self.setTabOrder(before, after)

    def _set_writing(self, folder: Any, wanted: bool) -> None:
        self._asker.tell(
            "watch",
            lambda _: self.refresh(),
            path=folder["path"],
            write_tags=wanted,
        )

    def _remove(self, path: str) -> None:
        self._asker.tell("unwatch", lambda _: self.refresh(), path=path)


def _short(path: str) -> str:
    """A path with the home folder as ``~``."""
    home = os.path.expanduser("~") + os.sep
    return "~" + os.sep + path[len(home) :] if path.startswith(home) else path
