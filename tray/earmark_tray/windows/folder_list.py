"""The watched folders: added, removed, and whether tags are written into their files."""

from __future__ import annotations

import os
import shlex
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QPushButton, QWidget

from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.card_list import CardList
from earmark_tray.windows.sound_row import shown


class FolderList(CardList):
    """Shows the daemon's folders and changes them at once.

    Attributes:
        changed: how many folders there are now.
    """

    changed = Signal(int)

    def __init__(self, asker: Asker) -> None:
        super().__init__()
        self._asker = asker
        self._writes = True
        self.adding.setText(self.tr("Add a folder…"))
        self.adding.clicked.connect(self._choose)
        self._carrying: dict[str, int] = {}
        self._left = theme.label(muted=True)
        self._left.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._left.hide()
        self.below.addWidget(self._left)

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
        self.refill(folders, self._card)
        for folder in folders:
            self._carrying.pop(folder["path"], None)
        self._say_what_is_left()
        self.changed.emit(len(folders))

    def _card(self, folder: Any) -> QWidget:
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
            self.controls.add(folder["path"], control)
        return card

    def _set_writing(self, folder: Any, wanted: bool) -> None:
        self._asker.tell(
            "watch",
            lambda _: self.refresh(),
            path=folder["path"],
            write_tags=wanted,
        )

    def _remove(self, path: str) -> None:
        self._asker.tell("unwatch", partial(self._removed, path), path=path)

    def _removed(self, path: str, carrying: int) -> None:
        self._carrying[path] = carrying
        self.refresh()

    def _say_what_is_left(self) -> None:
        """Say what stays in the files of folders that Earmark does not listen to any more."""
        one = self.tr("Tags stay in 1 file of {1}. To take them out: earmark undo {2}")
        more = self.tr("Tags stay in {0:,} files of {1}. To take them out: earmark undo {2}")
        lines = [
            (one if count == 1 else more).format(
                count, _short(shown(path)), shlex.quote(shown(path))
            )
            for path, count in self._carrying.items()
            if count
        ]
        self._left.setText("\n".join(lines))
        self._left.setVisible(bool(lines))


def _short(path: str) -> str:
    """A path with the home folder as ``~``."""
    home = os.path.expanduser("~") + os.sep
    return "~" + os.sep + path[len(home) :] if path.startswith(home) else path
