from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot
from tests.e2e.living import LivingDaemon
from tests.made_models import steady_head

from earmark_daemon.api import EarmarkError, local_client
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.model_list import ModelList

MILLISECONDS = 60_000


@pytest.fixture
def models(daemon: LivingDaemon, qtbot: QtBot) -> Iterator[ModelList]:
    asker = Asker(local_client())
    shown = ModelList(asker)
    qtbot.addWidget(shown)
    shown.refresh()
    shown.show()
    wait(qtbot, lambda: "built in" in text_of(shown))
    yield shown
    asker.close()


def wait(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=MILLISECONDS)


def text_of(models: ModelList) -> str:
    return "\n".join(each.text() for each in models.findChildren(QLabel) if each.isVisible())


def buttons(models: ModelList) -> list[str]:
    return [each.text() for each in models.findChildren(QPushButton) if each.isVisible()]


def named(models: ModelList, text: str) -> QPushButton:
    found = [each for each in models.findChildren(QPushButton) if each.text() == text]
    return next(each for each in found if each.isVisible())


def press(models: ModelList, qtbot: QtBot, text: str) -> None:
    qtbot.keyClick(named(models, text), Qt.Key.Key_Space)


def is_there(models: ModelList, text: str) -> bool:
    return text in buttons(models)


def has_keyboard(models: ModelList, text: str) -> bool:
    focused = models.focusWidget()
    return isinstance(focused, QPushButton) and focused.text() == text


def test_a_model_is_added_used_left_and_removed(
    models: ModelList, daemon: LivingDaemon, qtbot: QtBot, tmp_path: Path
) -> None:
    assert buttons(models) == ["Add a model file…"]
    digest = steady_head(tmp_path / "head.onnx", {"shiny": 0.9, "dull": 0.1})
    models.add(str(tmp_path / "head.onnx"))
    wait(qtbot, lambda: "2 tags: shiny, dull" in text_of(models))
    press(models, qtbot, "Use")
    wait(qtbot, lambda: "Your own tags   ·   in use" in text_of(models))
    assert daemon.client.call("model", digest=digest)["in_use"]
    press(models, qtbot, "Back to the one before")
    wait(qtbot, lambda: "Remove" in buttons(models))
    assert not daemon.client.call("model", digest=digest)["in_use"]
    press(models, qtbot, "Remove")
    assert daemon.client.call("model", digest=digest), "one click removes nothing"
    press(models, qtbot, "Remove for good")
    wait(qtbot, lambda: buttons(models) == ["Add a model file…"])
    with pytest.raises(EarmarkError, match="no model"):
        daemon.client.call("model", digest=digest)


def test_the_keyboard_stays_at_a_model_that_was_taken_into_use_by_it(
    models: ModelList, qtbot: QtBot, tmp_path: Path
) -> None:
    steady_head(tmp_path / "head.onnx", {"shiny": 0.9, "dull": 0.1})
    models.add(str(tmp_path / "head.onnx"))
    for pressed, following in (
        ("Use", "Back to the one before"),
        ("Back to the one before", "Use"),
        ("Remove", "Remove for good"),
        ("Remove for good", "Add a model file…"),
    ):
        wait(qtbot, partial(is_there, models, pressed))
        named(models, pressed).setFocus()
        press(models, qtbot, pressed)
        wait(qtbot, partial(has_keyboard, models, following))
