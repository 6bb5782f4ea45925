"""A letter is a command where it is pressed for itself, once, in list and map alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from earmark_daemon.api import local_client
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.map_view import MapView
from earmark_tray.windows.sound_list import SoundList
from earmark_tray.windows.sound_model import SoundModel
from earmark_tray.windows.thumbnails import Thumbnails


@contextmanager
def a_list() -> Iterator[SoundList]:
    asker, thumbnails = Asker(local_client()), Thumbnails()
    yield SoundList(SoundModel(asker), thumbnails)
    asker.close()
    thumbnails.close()


@contextmanager
def a_map() -> Iterator[MapView]:
    yield MapView()


@pytest.mark.parametrize("make", [a_list, a_map])
def test_only_letters_that_are_pressed_for_themselves_are_passed_on(
    make: Callable[[], AbstractContextManager[SoundList | MapView]], qtbot: QtBot
) -> None:
    none, control = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
    held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Z, none, "z", True)
    with make() as shown:
        qtbot.addWidget(shown)
        passed: list[int] = []
        shown.key.connect(passed.append)
        QApplication.sendEvent(shown, held)
        qtbot.keyClick(shown, Qt.Key.Key_Z, control)
        qtbot.keyClick(shown, Qt.Key.Key_X)
        assert passed == [Qt.Key.Key_X]
