from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from tests.tray.stage import Stage, says, stage

from earmark_tray.windows.opening import WINDOWS

__all__ = ["stage"]

BUTTONS = {
    "search": "Loop",
    "review": "Loop",
    "label": "Loop",
    "train": "Train",
    "settings": "Remove",
    "welcome": "Continue",
}


@pytest.fixture(params=WINDOWS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def button(stage: Stage, window: Any, text: str) -> QPushButton:
    """The button, once it can be pressed."""

    def there() -> list[QPushButton]:
        found = [each for each in window.findChildren(QPushButton) if each.text() == text]
        return [each for each in found if each.isVisible() and each.isEnabled()]

    stage.wait(lambda: bool(there()))
    return there()[0]


def test_enter_presses_the_button_that_has_the_keyboard(
    stage: Stage, name: str, qtbot: QtBot
) -> None:
    stage.daemon.client.call("label", paths=[str(stage.paths[0])], add=["dusty"])  # to train
    window = stage.open(name)
    meant = button(stage, window, BUTTONS[name])
    pressed: list[str] = []
    meant.clicked.connect(lambda: pressed.append(name))
    meant.setFocus()
    qtbot.keyClick(meant, Qt.Key.Key_Return)
    assert pressed == [name]


def test_escape_closes_a_window(stage: Stage, name: str, qtbot: QtBot) -> None:
    window = stage.open(name)
    stage.settle(window)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_enter_that_is_held_does_not_press_what_follows(stage: Stage) -> None:
    window = stage.open("welcome")
    following = button(stage, window, "Continue")
    stage.settle(window)
    following.setFocus()
    for repeated in (False, True, True):
        none = Qt.KeyboardModifier.NoModifier
        press = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, none, "\r", repeated)
        QApplication.sendEvent(following, press)
    assert says(window, "Step 2 of 3")


def test_enter_in_a_field_means_what_the_field_says(stage: Stage, qtbot: QtBot) -> None:
    window = stage.open("settings")
    field = next(each for each in window.findChildren(QLineEdit) if each.isVisible())
    stage.settle(window)
    field.setFocus()
    qtbot.keyClicks(field, "earmark-pair")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert says(window, "Asking the trainer…")
    stage.settle(window)
