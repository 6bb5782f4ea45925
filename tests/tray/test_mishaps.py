"""What happens while a window is open: the daemon or sounds go, and two windows meet."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from miniaudio import Backend
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QPushButton, QTableView
from pytestqt.qtbot import QtBot
from tests.tray.stage import COUNT, Stage, rows, says, stage

from earmark_tray.windows.label_window import LabelWindow
from earmark_tray.windows.opening import WINDOWS
from earmark_tray.windows.review_window import ReviewWindow
from earmark_tray.windows.search_window import SearchWindow
from earmark_tray.windows.sound_model import Role

__all__ = ["stage"]

NOWHERE = [Backend.WASAPI, Backend.COREAUDIO]
"""Devices that are not here."""

FILLED: dict[str, Callable[[Any], bool]] = {
    "search": lambda window: len(rows(window)) == COUNT,
    "review": lambda window: window.asked_about is not None,
    "label": lambda window: window.asked_about is not None,
    "train": lambda window: says(window, "Nothing is labelled yet."),
    "settings": lambda window: any(
        box.isChecked() for box in window.findChildren(QCheckBox) if box.text() == "Genre"
    ),
}
"""How one sees that a window has its answers."""


@pytest.mark.parametrize("name", FILLED)
def test_a_window_that_opens_before_the_daemon_is_filled_once_it_runs(
    stage: Stage, name: str
) -> None:
    stage.daemon.stop()
    window = stage.open(name)
    stage.wait(lambda: says(window, "not running"))
    start = [each for each in window.findChildren(QPushButton) if each.text() == "Start Earmark"]
    assert [each.isVisible() for each in start] == [True]
    stage.daemon.start()
    stage.wait(lambda: FILLED[name](window) and not says(window, "not running"))


@pytest.mark.parametrize("name", ["review", "label"])
def test_what_was_said_while_the_daemon_was_away_is_taken_down_when_it_is_back(
    stage: Stage, name: str, qtbot: QtBot
) -> None:
    window = stage.open(name)
    stage.wait(lambda: window.asked_about is not None)
    stage.daemon.kill()
    said = {}
    for _ in range(3):
        said[window.asked_about] = window.choices[1]
        qtbot.keyClick(window, Qt.Key.Key_2)
    stage.wait(lambda: says(window, "3 things that you said wait"))
    qtbot.keyClick(window, Qt.Key.Key_Z)
    path = window.asked_about
    stage.wait(lambda: says(window, "4 things that you said wait"))
    assert not window.close(), "it says first what would be lost"
    assert says(window, "close once more")
    stage.daemon.start()
    assert said.pop(path)
    stage.wait(lambda: not says(window, "wait to be taken down"))
    stage.settle(window)
    assert {one: stage.said(one) for one in said} == {one: [tag] for one, tag in said.items()}
    assert stage.said(path) == [], "in order: what was taken back last stays so"


@pytest.mark.parametrize("name", ["review", "label"])
def test_what_was_said_last_is_taken_down_though_the_window_closes_at_once(
    stage: Stage, name: str, qtbot: QtBot
) -> None:
    window = stage.open(name)
    stage.wait(lambda: window.asked_about is not None)
    said = {}
    for _ in range(4):
        said[window.asked_about] = window.choices[0]
        qtbot.keyClick(window, Qt.Key.Key_Return)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    stage.close(window)
    assert {path: stage.said(path) for path in said} == {p: [tag] for p, tag in said.items()}


@pytest.mark.parametrize("name", sorted(WINDOWS))
def test_a_window_that_has_closed_hears_of_no_answer(stage: Stage, name: str) -> None:
    assert stage.miss(stage.open(name)) == []


@pytest.mark.parametrize("name", ["review", "label"])
def test_a_sound_that_is_gone_or_broken_is_told_and_the_next_one_comes(
    stage: Stage, name: str, qtbot: QtBot
) -> None:
    window = stage.open(name)
    stage.wait(lambda: window.asked_about is not None)
    stage.wait(lambda: len(window._answering.queue.coming) == COUNT)
    stage.daemon.client.call("pause")
    broken, *gone = (Path(sound.path) for sound in window._answering.queue.coming[2:])
    broken.write_bytes(b"RIFF nothing")
    for path in gone:
        path.unlink()
    qtbot.keyClick(window, Qt.Key.Key_S)
    assert not says(window, "can be played")
    qtbot.keyClick(window, Qt.Key.Key_S)
    stage.wait(lambda: says(window, "not a sound that can be played"))
    qtbot.keyClick(window, Qt.Key.Key_S)
    stage.wait(lambda: says(window, "The file is not there"))
    assert window.asked_about == str(gone[0])


@pytest.mark.parametrize("name", ["review", "label"])
def test_a_word_about_a_sound_that_was_moved_meanwhile_is_said_to_be_lost_until_one_has_read_it(
    stage: Stage, name: str, qtbot: QtBot
) -> None:
    window = stage.open(name)
    stage.wait(lambda: len(window._answering.queue.coming) == COUNT)
    path = Path(window.asked_about)
    path.rename(path.with_name("moved.wav"))
    stage.daemon.wait_for([path.with_name("moved.wav")])
    qtbot.keyClick(window, Qt.Key.Key_Return)
    stage.wait(lambda: says(window, "was not saved"))
    assert says(window, f"{path.name}: There is no such file.")
    stage.wait(lambda: not window._player.decoding)
    window._banner._listen()
    assert says(window, "was not saved"), "the next sound does not hide it"
    (read,) = [each for each in window.findChildren(QPushButton) if each.text() == "OK"]
    qtbot.mouseClick(read, Qt.MouseButton.LeftButton)
    assert not says(window, "was not saved")


@pytest.mark.parametrize("name", ["review", "label"])
def test_without_an_audio_device_one_can_go_on_by_eye(
    stage: Stage, name: str, qtbot: QtBot
) -> None:
    window = stage.open(name, *NOWHERE)
    stage.wait(lambda: window.asked_about is not None)
    stage.wait(lambda: says(window, "no audio device"))
    path, tag = window.asked_about, window.choices[0]
    qtbot.keyClick(window, Qt.Key.Key_Return)
    stage.wait(lambda: stage.said(path) == [tag])


def test_of_two_windows_the_last_word_counts_and_both_show_it(stage: Stage, qtbot: QtBot) -> None:
    search: SearchWindow = stage.open("search")
    review: ReviewWindow = stage.open("review")
    label: LabelWindow = stage.open("label")
    stage.wait(lambda: review.asked_about is not None and label.asked_about is not None)
    stage.wait(lambda: len(rows(search)) == COUNT)
    path = str(review.asked_about)
    while label.asked_about != path:
        qtbot.keyClick(label, Qt.Key.Key_S)
    first = review.choices[0]
    others = set(review.choices) - {first}
    number, second = next((n, tag) for n, tag in enumerate(label.choices) if tag in others)
    qtbot.keyClick(review, Qt.Key.Key_1)
    stage.wait(lambda: stage.said(path) == [first])
    qtbot.keyClick(label, Qt.Key(Qt.Key.Key_1 + number))
    stage.wait(lambda: stage.said(path) == [second])

    def shown() -> tuple[str, ...]:
        (model,) = [v.model() for v in search.findChildren(QTableView) if v.dragEnabled()]
        found = (model.index(number, 0).data(Role.ROW) for number in range(COUNT))
        return next((row.said for row in found if row is not None and row.path == path), ())

    stage.wait(lambda: shown() == (second,))
    qtbot.keyClick(review, Qt.Key.Key_Z)
    stage.wait(lambda: first not in stage.said(path))
    assert os.path.exists(path)
