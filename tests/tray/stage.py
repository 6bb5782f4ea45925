"""A daemon process, some sounds, and windows over them, for what happens while they are open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from miniaudio import Backend
from PySide6.QtCore import QThreadPool
from PySide6.QtWidgets import QApplication, QLabel, QTableView, QWidget
from pytestqt.qtbot import QtBot
from tests.e2e.living import LivingDaemon
from tests.tray.sounds import noise

from earmark_daemon.api import local_client
from earmark_tray.sound.player import Player
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.opening import maker
from earmark_tray.windows.sound_model import Role

MILLISECONDS = 30_000
COUNT = 5


class Stage:
    """A daemon, some sounds, and windows over them."""

    def __init__(self, daemon: LivingDaemon, qtbot: QtBot) -> None:
        self.daemon = daemon
        self._qtbot = qtbot
        self._open: list[tuple[Any, Asker]] = []
        self.paths = [daemon.folder / f"{number}.wav" for number in range(COUNT)]
        for number, path in enumerate(self.paths):
            noise(path, number)
        daemon.wait_for(self.paths)

    def open(self, name: str, *devices: Backend) -> Any:
        """Open a window; the label window is given the sounds."""
        asker = Asker(local_client())
        page = str(self.daemon.folder) if name == "label" else ""
        sounding = name in ("search", "review", "label", "train")
        player = {"player": Player(list(devices) or [Backend.NULL])} if sounding else {}
        window = maker(name)(asker, page, **player)
        window.show()
        self._open.append((window, asker))
        return window

    def close(self, window: Any) -> None:
        """Close a window as a person who answers "close anyway" does, and end its process."""
        (found,) = [each for each in self._open if each[0] is window]
        self._open.remove(found)
        if not window.close():
            window.close()
        found[1].close()
        window.deleteLater()

    def close_all(self) -> None:
        for window, _ in list(self._open):
            self.close(window)

    def wait(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=MILLISECONDS)

    def settle(self, window: Any) -> None:
        """Wait until all that the window has asked so far is answered, or refused."""
        (asker,) = [each for shown, each in self._open if shown is window]
        told: list[object] = []
        asker.ask("status", told.append, told.append)
        self.wait(lambda: bool(told))

    def miss(self, window: Any) -> list[object]:
        """Ask, close the window before the answer is there, and see what is told of it."""
        (asker,) = [each for shown, each in self._open if shown is window]
        told: list[object] = []
        asker.ask("status", told.append, told.append)
        window.close()
        (pool,) = asker.findChildren(QThreadPool)
        pool.waitForDone()
        QApplication.processEvents()
        return told

    def said(self, path: str) -> list[str]:
        tags = self.daemon.client.call("show", path=path)["tags"]
        return [tag["tag"] for tag in tags if tag["source"] == "person"]


@pytest.fixture
def stage(daemon: LivingDaemon, qtbot: QtBot) -> Iterator[Stage]:
    made = Stage(daemon, qtbot)
    yield made
    made.close_all()


def says(window: QWidget, text: str) -> bool:
    return any(text in each.text() for each in window.findChildren(QLabel) if each.isVisible())


def rows(window: QWidget) -> list[str]:
    (model,) = [view.model() for view in window.findChildren(QTableView) if view.dragEnabled()]
    found = [model.index(number, 0).data(Role.ROW) for number in range(model.rowCount())]
    return [row.path for row in found if row is not None]
