"""The question how sure a tag must be, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QSlider
from pytestqt.qtbot import QtBot
from tests.e2e.living import LivingDaemon
from tests.e2e.test_models import settled
from tests.made_models import steady_head
from tests.tray.sounds import noise

from earmark_daemon.api import local_client
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.sureness import Bars, Sureness
from earmark_tray.windows.tag_delegate import COUNT
from earmark_tray.windows.tag_list import TagList

MILLISECONDS = 20_000


@pytest.fixture
def tags(daemon: LivingDaemon, tmp_path: Path, qtbot: QtBot) -> Iterator[TagList]:
    """Two sounds that a model calls shiny with .8, and a person calls one of them so."""
    made = [daemon.folder / f"{number}.wav" for number in range(2)]
    for number, path in enumerate(made):
        noise(path, number)
    daemon.wait_for(made)
    steady_head(tmp_path / "head.onnx", {"shiny": 0.8, "dull": 0.1})
    model = daemon.client.call("add_model", path=str(tmp_path / "head.onnx"))
    daemon.client.call("use_model", digest=model["digest"])
    daemon.client.call("label", paths=[str(made[0])], add=["shiny"])
    settled(daemon)
    asker = Asker(local_client())
    shown = TagList(asker)
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitUntil(lambda: count(shown, "shiny") == "2", timeout=MILLISECONDS)
    yield shown
    asker.close()


def count(tags: TagList, tag: str) -> str:
    tags.refresh()
    found = tags.findItems(tag, Qt.MatchFlag.MatchExactly)
    return str(found[0].data(COUNT)) if found else ""


def ask(tags: TagList, tag: str, answer: Callable[[Sureness], None]) -> None:
    """Choose it from the tag's menu and answer once the question is there."""

    def wait() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, Sureness):
            answer(dialog)
        else:
            QTimer.singleShot(20, wait)

    tags.setCurrentItem(tags.findItems(tag, Qt.MatchFlag.MatchExactly)[0])
    QTimer.singleShot(0, wait)
    next(action for action in tags.actions() if action.text() == "How sure…").trigger()


def texts(dialog: Sureness) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel)]


def usual(dialog: Sureness) -> QPushButton:
    (found,) = (b for b in dialog.findChildren(QPushButton) if b.text() == "As its model says")
    return found


def test_a_tag_is_asked_to_be_surer_and_goes_back_to_what_its_model_says(
    tags: TagList, daemon: LivingDaemon, qtbot: QtBot
) -> None:
    seen: list[list[str]] = []

    def surer(dialog: Sureness) -> None:
        (slider,) = dialog.findChildren(QSlider)
        assert slider.value() == 80, "where its least sure sound is"
        assert not usual(dialog).isEnabled()
        seen.append(texts(dialog))
        qtbot.keyClick(slider, Qt.Key.Key_PageUp)
        seen.append(texts(dialog))
        qtbot.keyClick(slider, Qt.Key.Key_Return)

    ask(tags, "shiny", surer)
    qtbot.waitUntil(lambda: count(tags, "shiny") == "1", timeout=MILLISECONDS)
    assert "All 2 sounds that carry it now keep it." in seen[0]
    assert "1 of the 2 sounds that carry it now keep it." in seen[1]
    assert daemon.client.call("settings")["tags"]["sure_from"] == {"shiny": 0.9}
    ask(tags, "shiny", lambda dialog: usual(dialog).click())
    qtbot.waitUntil(lambda: count(tags, "shiny") == "2", timeout=MILLISECONDS)
    assert daemon.client.call("settings")["tags"]["sure_from"] == {}


def test_nothing_changes_where_nothing_was_moved_or_it_was_left(
    tags: TagList, daemon: LivingDaemon, qtbot: QtBot
) -> None:
    left = []

    def leave(dialog: Sureness) -> None:
        (slider,) = dialog.findChildren(QSlider)
        qtbot.keyClick(slider, Qt.Key.Key_PageUp)
        qtbot.keyClick(slider, Qt.Key.Key_Escape)
        left.append(dialog)

    def confirm(dialog: Sureness) -> None:
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
        left.append(dialog)

    ask(tags, "shiny", leave)
    qtbot.waitUntil(lambda: len(left) == 1, timeout=MILLISECONDS)
    ask(tags, "shiny", confirm)
    qtbot.waitUntil(lambda: len(left) == 2, timeout=MILLISECONDS)
    daemon.client.call("status")
    assert daemon.client.call("settings")["tags"]["sure_from"] == {}


def test_bars_show_how_many_sounds_there_are_and_which_count(qtbot: QtBot) -> None:
    percents = [0] * 101
    percents[20], percents[80] = 4, 100
    bars = Bars(percents)
    qtbot.addWidget(bars)
    bars.resize(500, 100)
    bars.begin_at(50)
    image = bars.grab().toImage()
    colours = {name: image.pixelColor(x, 95).name() for name, x in (("few", 104), ("many", 404))}
    assert colours["few"] != colours["many"]
    heights = [
        next(100 - y for y in range(100) if image.pixelColor(x, y).name() == colour)
        for x, colour in ((104, colours["few"]), (404, colours["many"]))
    ]
    assert heights == [20, 100]
