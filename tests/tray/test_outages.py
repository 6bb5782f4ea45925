"""The daemon is killed, or cannot take anything down, while one is doing something in a window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QScrollArea,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot
from tests.e2e.small_disk import fill, small_disk
from tests.tray.learning import held, labelled_pack
from tests.tray.looking import box, button
from tests.tray.stage import COUNT, Stage, rows, says, stage

from earmark_daemon.errors import fail
from earmark_tray.windows.training_result import TrainingResult

__all__ = ["small_disk", "stage"]
GONE = "Earmark is not running."


def field(window: QWidget, name: str) -> QLineEdit:
    return next(e for e in window.findChildren(QLineEdit) if e.accessibleName() == name)


def choice(window: QWidget, name: str) -> QComboBox:
    return next(e for e in window.findChildren(QComboBox) if e.accessibleName() == name)


def sounds(window: QWidget) -> QTableView:
    return next(view for view in window.findChildren(QTableView) if view.dragEnabled())


def killed(stage: Stage, window: QWidget) -> None:
    """The daemon dies; nobody touches the window until it says so."""
    stage.daemon.kill()
    stage.wait(lambda: says(window, GONE))


def back(stage: Stage, window: QWidget) -> None:
    stage.daemon.start()
    stage.wait(lambda: not says(window, GONE))


@contextmanager
def stalled(stage: Stage) -> Iterator[None]:
    """The daemon stands still, as on a disk that does not answer."""
    process = psutil.Process(stage.daemon.status()["pid"])
    process.suspend()
    try:
        yield
    finally:
        with suppress(psutil.NoSuchProcess):
            process.resume()


@pytest.mark.parametrize("name", ["search", "review", "label", "train", "settings"])
def test_a_window_that_nobody_touches_says_that_the_daemon_has_gone_until_it_is_back(
    stage: Stage, name: str
) -> None:
    window = stage.open(name)
    stage.settle(window)
    killed(stage, window)
    assert button(window, "Start Earmark").isEnabled()
    back(stage, window)
    assert window.close()


def test_an_answer_that_was_cut_off_does_not_hide_that_the_daemon_has_gone(stage: Stage) -> None:
    window = stage.open("label")
    stage.settle(window)
    killed(stage, window)
    window._asker.troubled.emit(fail("connection-lost", "It stopped while it was answering."))
    assert says(window, GONE)
    assert button(window, "Start Earmark").isEnabled()
    back(stage, window)


def test_search_finds_what_was_typed_while_the_daemon_was_away(stage: Stage, qtbot: QtBot) -> None:
    window = stage.open("search")
    stage.wait(lambda: len(rows(window)) == COUNT)
    typed = field(window, "Search for sounds")
    killed(stage, window)
    QTest.keyClicks(typed, "name:3")
    stage.settle(window)
    assert len(rows(window)) == COUNT, "what was found before stays in sight"
    back(stage, window)
    stage.wait(lambda: rows(window) == [str(stage.paths[3])])
    assert typed.text() == "name:3"


def test_search_keeps_what_was_chosen_and_half_typed(stage: Stage, qtbot: QtBot) -> None:
    window = stage.open("search")
    stage.wait(lambda: len(rows(window)) == COUNT)
    listed = sounds(window)
    listed.selectRow(2)
    qtbot.keyClick(listed, Qt.Key.Key_S)
    stage.wait(lambda: field(window, "Search for sounds").placeholderText().startswith("Sounds"))
    stage.settle(window)
    alike = rows(window)
    listed.selectRow(1)
    tag = field(window, "Another tag")
    QTest.keyClicks(tag, "wob")
    killed(stage, window)
    back(stage, window)
    stage.settle(window)
    assert field(window, "Search for sounds").placeholderText().startswith("Sounds like")
    assert rows(window) == alike
    assert listed.currentIndex().row() == 1
    assert tag.text() == "wob"
    qtbot.keyClick(tag, Qt.Key.Key_Return)
    stage.wait(lambda: stage.said(alike[1]) == ["wob"])


def test_sounds_like_one_that_were_asked_for_meanwhile_come_later(
    stage: Stage, qtbot: QtBot
) -> None:
    window = stage.open("search")
    stage.wait(lambda: len(rows(window)) == COUNT)
    listed = sounds(window)
    listed.selectRow(3)
    chosen = rows(window)[3]
    killed(stage, window)
    qtbot.keyClick(listed, Qt.Key.Key_S)
    stage.settle(window)
    back(stage, window)
    stage.wait(lambda: chosen not in rows(window))
    assert len(rows(window)) == COUNT - 1


def test_groups_that_were_asked_for_meanwhile_come_later(stage: Stage, qtbot: QtBot) -> None:
    window = stage.open("label")
    stage.wait(lambda: len(window._answering.queue.coming) == COUNT)
    killed(stage, window)
    qtbot.keyClick(window, Qt.Key.Key_G)
    stage.settle(window)
    assert says(window, "Comparing the sounds")
    back(stage, window)
    stage.wait(lambda: not says(window, "Comparing the sounds"))


def test_settings_that_were_changed_meanwhile_are_kept(stage: Stage, qtbot: QtBot) -> None:
    window = stage.open("settings")
    genre, packs = box(window, "Genre"), box(window, "Tell when a pack is tagged")
    stage.wait(lambda: genre.isChecked() and packs.isChecked())
    line = field(window, "Pairing line")
    QTest.keyClicks(line, "half a line")
    killed(stage, window)
    for each in (genre, packs):
        qtbot.keyClick(each, Qt.Key.Key_Space)
    stage.wait(lambda: says(window, "2 things that you said wait"))
    assert not window.close(), "it says first what would be lost"
    assert says(window, "close once more")
    back(stage, window)

    def told() -> tuple[bool, bool]:
        settings = stage.daemon.client.call("settings")
        return settings["writing"]["genre"], settings["tray"]["notify_packs"]

    stage.wait(lambda: told() == (False, False))
    stage.settle(window)
    assert (genre.isChecked(), packs.isChecked()) == (False, False)
    assert line.text() == "half a line"
    assert window.close()


def test_a_window_that_is_closed_waits_for_a_word_that_is_on_its_way(
    stage: Stage, qtbot: QtBot
) -> None:
    window = stage.open("review")
    stage.wait(lambda: len(window._answering.queue.coming) == COUNT)
    stage.settle(window)
    path, tag = window.asked_about, window.choices[1]
    with stalled(stage):
        qtbot.keyClick(window, Qt.Key.Key_2)
        assert not window.close()
        assert says(window, "still being taken down")
    stage.wait(window.isHidden)
    assert stage.said(path) == [tag]


def test_each_word_that_waits_is_warned_of_before_the_window_closes(
    stage: Stage, qtbot: QtBot
) -> None:
    window = stage.open("review")
    stage.wait(lambda: len(window._answering.queue.coming) == COUNT)
    stage.settle(window)
    paths = [sound.path for sound in window._answering.queue.coming]
    with stalled(stage):
        qtbot.keyClick(window, Qt.Key.Key_2)
        assert not window.close()
        stage.daemon.kill()
        stage.wait(lambda: says(window, "What you said waits"))
        assert not window.close(), "it was still on its way when the window was closed before"
    qtbot.keyClick(window, Qt.Key.Key_2)
    stage.wait(lambda: says(window, "2 things that you said wait"))
    assert not window.close(), "one of them was said after the warning"
    back(stage, window)
    stage.wait(lambda: not says(window, "wait to be taken down"))
    assert all(stage.said(path) for path in paths[:2])
    killed(stage, window)
    qtbot.keyClick(window, Qt.Key.Key_2)
    stage.wait(lambda: says(window, "What you said waits"))
    assert not window.close()
    assert says(window, "close once more")
    assert window.close()


def test_what_is_wrong_stays_in_sight_wherever_one_has_scrolled(stage: Stage) -> None:
    window = stage.open("settings")
    window.resize(760, 200)
    stage.settle(window)
    (area,) = window.findChildren(QScrollArea)
    stage.wait(lambda: area.verticalScrollBar().maximum() > 200)
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    killed(stage, window)
    assert not button(window, "Start Earmark").visibleRegion().isEmpty()


@pytest.fixture
def home_on_small_disk(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARMARK_HOME", str(small_disk / "home"))


@pytest.mark.usefixtures("home_on_small_disk")
def test_what_was_said_while_the_disk_was_full_is_taken_down_once_there_is_room(
    small_disk: Path, stage: Stage, qtbot: QtBot
) -> None:
    window = stage.open("review")
    stage.wait(lambda: len(window._answering.queue.coming) == COUNT)
    filler = fill(small_disk)
    said = {}
    for _ in range(3):
        said[window.asked_about] = window.choices[1]
        qtbot.keyClick(window, Qt.Key.Key_2)
    stage.wait(lambda: says(window, "3 things that you said wait"))
    assert says(window, "The disk that holds the index is full.")
    assert not window.close(), "it says first what would be lost"
    assert not says(window, "Start Earmark")
    stage.settle(window)
    assert [stage.said(path) for path in said] == [[], [], []]
    filler.unlink()
    stage.wait(lambda: not says(window, "wait to be taken down"))
    assert {path: stage.said(path) for path in said} == {p: [tag] for p, tag in said.items()}


def test_what_is_wanted_now_or_not_at_all_is_refused_meanwhile(stage: Stage, qtbot: QtBot) -> None:
    window = stage.open("train")
    train = button(window, "Train")
    stage.wait(lambda: says(window, "Nothing is labelled yet.") and not train.isEnabled())
    stage.daemon.client.call("label", paths=[str(stage.paths[0])], add=["dusty"])
    stage.wait(lambda: says(window, "dusty") and train.isEnabled())
    killed(stage, window)
    qtbot.keyClick(train, Qt.Key.Key_Space)
    stage.wait(lambda: says(window, "What you asked for was not done."))
    assert train.isEnabled()
    back(stage, window)
    assert stage.daemon.client.call("training_jobs") == []


def test_a_training_goes_on_in_the_window_that_was_open(stage: Stage, qtbot: QtBot) -> None:
    window = begun(stage, qtbot)
    with held(stage.daemon):
        qtbot.keyClick(button(window, "Train"), Qt.Key.Key_Space)
        stage.wait(lambda: window._number is not None)
        killed(stage, window)
        assert not button(window, "Cancel").isHidden()
        back(stage, window)
    (result,) = window.findChildren(TrainingResult)
    stage.wait(result.isVisible)
    assert box(window, "Use the new model at once, without asking").isChecked()
    stage.wait(lambda: says(result, "It is in use."))


def test_a_training_that_was_cancelled_meanwhile_ends(stage: Stage, qtbot: QtBot) -> None:
    window = begun(stage, qtbot)
    with held(stage.daemon):
        qtbot.keyClick(button(window, "Train"), Qt.Key.Key_Space)
        stage.wait(lambda: window._number is not None)
        killed(stage, window)
        qtbot.keyClick(button(window, "Cancel"), Qt.Key.Key_Space)
        stage.wait(lambda: says(window, "What you said waits"))
        window._banner._knocking.setInterval(10)  # a training of so few sounds is soon done
        stage.daemon.start()
        stage.wait(lambda: not says(window, "waits"))
    stage.wait(lambda: says(window, "It was cancelled; nothing has changed."))
    (job,) = stage.daemon.client.call("training_jobs")
    assert job["state"] == "cancelled"


def begun(stage: Stage, qtbot: QtBot) -> Any:
    """A train window with something to learn."""
    labelled_pack(stage.daemon)
    window = stage.open("train")
    stage.wait(lambda: says(window, "beaty"))
    box(window, "Use the new model at once, without asking").setChecked(True)
    return window
