"""The search window over a real daemon, and how one looks at it and uses it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from miniaudio import Backend
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QTableView, QWidget
from pytestqt.qtbot import QtBot
from tests.daemon.audio_files import crack, write
from tests.e2e.living import LivingDaemon
from tests.tray.sounds import noise

from earmark_daemon.api import local_client
from earmark_tray.sound.player import Player
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.search_window import SearchWindow
from earmark_tray.windows.sound_model import Role
from earmark_tray.windows.sound_row import Row

MILLISECONDS = 20_000
ODD_NAME = os.fsdecode(b"kick \xff.wav")


class Hands:
    """A window, and how one looks at it and uses it."""

    def __init__(self, window: QWidget, qtbot: QtBot, asker: Asker) -> None:
        self.window = window
        self.asker = asker
        self.qtbot = qtbot
        self.field = window.findChildren(QLineEdit)[0]
        self.list = next(view for view in window.findChildren(QTableView) if view.dragEnabled())

    def names(self) -> list[str]:
        model = self.list.model()
        rows = [model.index(row, 0).data(Role.ROW) for row in range(model.rowCount())]
        return sorted(os.path.basename(row.path) for row in rows if row is not None)

    def current(self) -> Row:
        row: Row = self.list.currentIndex().data(Role.ROW)
        return row

    def choose(self, name: str) -> None:
        model = self.list.model()
        self.list.setFocus()
        for number in range(model.rowCount()):
            if model.index(number, 0).data(Role.ROW).name == name:
                self.list.setCurrentIndex(model.index(number, 0))

    def ask_which_is_wrong(self) -> QMenu:
        """Refuse a tag of what is chosen, which has several; the question which."""
        self.qtbot.keyClick(self.list, Qt.Key.Key_X)
        self.wait(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        return menu

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=MILLISECONDS)

    def says(self, text: str) -> bool:
        shown = [label for label in self.window.findChildren(QLabel) if label.isVisible()]
        return any(text in label.text() for label in shown)


@pytest.fixture
def played() -> list[str]:
    return []


@pytest.fixture
def hands(daemon: LivingDaemon, qtbot: QtBot, played: list[str]) -> Iterator[Hands]:
    write(daemon.folder / "kick 1.wav")
    write(daemon.folder / "snare 1.wav", crack())
    shutil.copy(daemon.folder / "kick 1.wav", daemon.folder / ODD_NAME)
    daemon.wait_for(daemon.folder / name for name in ("kick 1.wav", "snare 1.wav", ODD_NAME))
    asker = Asker(local_client())
    player = Player([Backend.NULL], lambda path, _: played.append(path))
    window = SearchWindow(asker, player=player)
    qtbot.addWidget(window)
    window.show()
    hands = Hands(window, qtbot, asker)
    hands.wait(lambda: hands.list.model().rowCount() == 3)
    yield hands
    window.close()
    asker.close()


def tags_of(daemon: LivingDaemon, name: str) -> list[str]:
    answer = daemon.client.call("show", path=str(daemon.folder / name))
    return [tag["tag"] for tag in answer["tags"] if tag["source"] == "person"]


def a_pack_lands(daemon: LivingDaemon, count: int = 10) -> None:
    """While nobody looks: the window hears of it all at once."""
    paths = [daemon.folder / "Pack" / f"new {number}.wav" for number in range(count)]
    paths[0].parent.mkdir()
    for number, path in enumerate(paths):
        noise(path, number)
    daemon.wait_for(paths)
