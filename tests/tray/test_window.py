from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot
from tests.tray.sounds import noise
from tests.tray.stage import Stage, says, stage

from earmark_tray.windows.dressing import dress
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


def shown_whole(control: QWidget) -> None:
    """Scroll to what can be pressed or typed into; all of it is in sight then."""
    above = control.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(control)
        above = above.parentWidget()
    assert control.visibleRegion().boundingRect() == control.rect(), f"{control} is in sight"


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


def test_a_window_can_be_made_as_low_as_the_lowest_screen(stage: Stage, name: str) -> None:
    """A small notebook at 200 % leaves 640 to 400 points, less the bars."""
    doubtful = stage.daemon.folder / "Kick alpha.wav"
    noise(doubtful, 7)  # which is no kick, so that it is asked about
    stage.daemon.wait_for([doubtful])
    stage.daemon.client.call("label", paths=[str(stage.paths[0])], add=["dusty"])
    window = stage.open(name)
    stage.settle(window)
    if name in ("review", "label"):
        stage.wait(lambda: bool(window.choices))
    stage.settle(window)
    window.resize(640, 340)
    stage.settle(window)
    assert (window.width(), window.height()) == (640, 340)
    for each in window.findChildren(QWidget):
        if each.isVisible() and isinstance(each, (QAbstractButton, QLineEdit, QComboBox)):
            shown_whole(each)


@pytest.fixture(params=["light", "dark"])
def dressed(
    request: pytest.FixtureRequest, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """In each of the two looks."""
    style, sheet, palette = qapp.style().objectName(), qapp.styleSheet(), qapp.palette()
    monkeypatch.setenv("EARMARK_LOOK", request.param)
    dress(qapp)
    yield
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)
    qapp.setStyle(style)


@pytest.mark.usefixtures("dressed")
@pytest.mark.parametrize("kind", ["", "small", "primary", "pressed"])
def test_a_button_that_can_be_pressed_stands_out(qtbot: QtBot, kind: str) -> None:
    contrasts = []
    for enabled in (True, False):
        button = QPushButton("■■■■")
        button.setProperty("small" if kind == "pressed" else kind or "plain", True)
        button.setCheckable(kind == "pressed")
        button.setChecked(kind == "pressed")
        button.setEnabled(enabled)
        qtbot.addWidget(button)
        picture = button.grab().toImage()
        row = picture.height() // 2
        lights = [luminance(picture.pixelColor(x, row)) for x in range(5, picture.width() - 5)]
        contrasts.append((max(lights) + 0.05) / (min(lights) + 0.05))
    assert contrasts[0] >= 4.5
    assert contrasts[1] < contrasts[0] / 1.5


def luminance(colour: QColor) -> float:
    """As the Web Content Accessibility Guidelines define it, 0 to 1."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


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
