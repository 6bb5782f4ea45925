"""Opening a window: one process for each kind, the second raises the first."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QMargins, Qt
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication, QWidget

from earmark_daemon.api import local_client, places
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.collecting import collect_in_this_thread
from earmark_tray.windows.dressing import dress

WINDOWS = {
    "search": ("search_window", "SearchWindow"),
    "review": ("review_window", "ReviewWindow"),
    "label": ("label_window", "LabelWindow"),
    "train": ("train_window", "TrainWindow"),
    "settings": ("settings_window", "SettingsWindow"),
    "welcome": ("welcome_window", "WelcomeWindow"),
}
"""Name to module and class."""

_ANSWER_MILLISECONDS = 300
_TITLE_HEIGHT = 40


@runtime_checkable
class Turning(Protocol):
    """A window with pages."""

    def turn_to(self, page: str) -> None:
        """Show a page."""


def application() -> QApplication:
    """The process's Qt application in Earmark's look."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([sys.argv[0]])
    app.setApplicationName("Earmark")
    app.setDesktopFileName("earmark")
    dress(app)
    return app


def open_window(name: str, page: str = "") -> int:
    """Show a window until it is closed; returns the exit code."""
    app = application()
    address = _address(name)
    if _raised(address, page):
        return 0
    collect_in_this_thread(app)
    asker = Asker(local_client())
    window = maker(name)(asker, page)
    server = QLocalServer()
    QLocalServer.removeServer(address)
    server.listen(address)
    server.newConnection.connect(lambda: _raise(server, window))
    _fit(window)
    window.show()
    try:
        return app.exec()
    finally:
        _end(window)
        server.close()
        asker.close()


def _fit(window: QWidget) -> None:
    """No window opens larger than its screen, title bar and all, where it can be smaller."""
    room = window.screen().availableGeometry().size()
    window.resize(window.size().boundedTo(room.shrunkBy(QMargins(0, 0, 0, _TITLE_HEIGHT))))


def _end(window: QWidget) -> None:
    """Close it where it was not closed, as when the screen has gone: threads beside it end too.

    It may refuse once, for the sake of what waits to be told; then there is nobody to answer.
    """
    if window.isVisible() and not window.close():
        window.close()


def maker(name: str) -> Callable[..., QWidget]:
    """What makes the window of this name; imported only now, so that the others cost nothing."""
    module, kind = WINDOWS[name]
    made: Callable[..., QWidget] = getattr(import_module(f"earmark_tray.windows.{module}"), kind)
    return made


def _address(name: str) -> str:
    digest = hashlib.sha256(os.fsencode(places().data)).hexdigest()[:16]
    return f"earmark-{digest}-{name}"


def _raised(address: str, page: str) -> bool:
    """Ask the window that is open already to come forward, and to turn to a page."""
    socket = QLocalSocket()
    socket.connectToServer(address)
    connected = socket.waitForConnected(_ANSWER_MILLISECONDS)
    if connected:
        socket.write(os.fsencode(page))
        socket.disconnectFromServer()  # once all of it is written
        if socket.state() != QLocalSocket.LocalSocketState.UnconnectedState:
            socket.waitForDisconnected(_ANSWER_MILLISECONDS)
    return connected


def _raise(server: QLocalServer, window: QWidget) -> None:
    connection = server.nextPendingConnection()

    def turn() -> None:
        page = os.fsdecode(bytes(connection.readAll().data()))
        connection.deleteLater()
        if page and isinstance(window, Turning):
            window.turn_to(page)

    if connection.state() == QLocalSocket.LocalSocketState.ConnectedState:
        connection.disconnected.connect(turn)
    else:
        turn()
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
