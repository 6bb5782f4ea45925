from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from miniaudio import Backend
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from tests.e2e.living import LivingDaemon
from tests.tray.looking import said_of
from tests.tray.sounds import noise

from earmark_daemon.api import local_client
from earmark_tray.sound.player import Player
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.review_queue import (
    ReviewQueue,
    Verdict,
    request,
    request_back,
    sound_of,
)
from earmark_tray.windows.review_window import ReviewWindow

MILLISECONDS = 20_000
COUNT = 4


def item(content: str, *tags: str, **suggestions: float) -> dict[str, Any]:
    return {
        "path": f"/{content}.wav",
        "content": content,
        "duration": 1.0,
        "loudness": None,
        "note": None,
        "denied": [],
        "tags": [{"tag": tag, "source": "model"} for tag in tags],
        "suggestions": [{"tag": tag, "score": score} for tag, score in suggestions.items()],
    }


def test_an_answer_is_taken_down_and_taken_back() -> None:
    queue = ReviewQueue()
    queue.extend(map(sound_of, [item("a", kick=0.4), item("b", "snare"), item("a", kick=0.4)]))
    assert len(queue.coming) == 2
    assert queue.current is not None
    assert queue.current.proposal == "kick"
    said = queue.answer(Verdict.IS, "kick")
    assert said is not None
    assert request(said) == {"paths": ["/a.wav"], "add": ["kick"]}
    assert request_back(said) == {"paths": ["/a.wav"], "forget": ["kick"], "add": []}
    said = queue.answer(Verdict.IS_NOT, "snare")
    assert said is not None
    assert request(said) == {"paths": ["/b.wav"], "remove": ["snare"]}
    assert queue.current is None
    assert queue.back() is said
    assert queue.current is said.sound
    queue.extend([sound_of(item("a", kick=0.4))])
    assert [sound.content for sound in queue.coming] == ["b"]


def test_a_tag_that_was_typed_is_offered_until_another_one_is_or_it_was_a_mistake() -> None:
    queue = ReviewQueue()
    queue.extend([sound_of(item(name, "kick", kick=0.9, snare=0.4)) for name in "abcd"])
    queue.extend([replace(sound_of(item("e", "kick", kick=0.9)), denied=("gritty",))])

    def offered() -> list[str]:
        assert queue.current is not None
        return queue.current.choices(None, queue.typed)

    queue.answer(Verdict.IS, "gritty")
    assert offered() == ["kick", "gritty", "snare"]
    queue.answer(Verdict.IS, "gritty")
    queue.answer(Verdict.IS, "kick")
    assert offered() == ["kick", "gritty", "snare"]
    queue.answer(Verdict.SKIPPED, None)
    assert offered() == ["kick"], "it was said not to be it"
    queue.answer(Verdict.IS, "grity")
    queue.back()
    assert offered() == ["kick"]
    assert queue.typed is None


def test_skipping_says_nothing() -> None:
    queue = ReviewQueue()
    queue.extend([sound_of(item("a", kick=0.4))])
    said = queue.answer(Verdict.SKIPPED, None)
    assert said is not None
    assert request(said) is None
    assert request_back(said) is None
    assert queue.answer(Verdict.SKIPPED, None) is None


@pytest.fixture
def window(daemon: LivingDaemon, qtbot: QtBot) -> Iterator[ReviewWindow]:
    paths = [daemon.folder / f"{number}.wav" for number in range(COUNT)]
    for number, path in enumerate(paths):
        noise(path, number)
    daemon.wait_for(paths)
    asker = Asker(local_client())
    shown = ReviewWindow(asker, player=Player([Backend.NULL]))
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitUntil(lambda: shown.asked_about is not None, timeout=MILLISECONDS)
    yield shown
    shown.close()
    asker.close()


def wait(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=MILLISECONDS)


def test_keys_label_sounds_and_take_it_back(
    window: ReviewWindow, daemon: LivingDaemon, qtbot: QtBot
) -> None:
    first, choices = window.asked_about, window.choices
    assert first is not None
    qtbot.keyClick(window, Qt.Key.Key_2)
    wait(qtbot, lambda: said_of(daemon, first) == [choices[1]])
    assert window.asked_about not in (None, first)
    qtbot.keyClick(window, Qt.Key.Key_Z)
    wait(qtbot, lambda: said_of(daemon, first) == [])
    assert window.asked_about == first
    qtbot.keyClick(window, Qt.Key.Key_Return)
    wait(qtbot, lambda: said_of(daemon, first) == [choices[0]])


def test_new_sounds_come_to_a_window_that_had_none_left(daemon: LivingDaemon, qtbot: QtBot) -> None:
    asker = Asker(local_client())
    window = ReviewWindow(asker, player=Player([Backend.NULL]))
    qtbot.addWidget(window)
    window.show()
    wait(qtbot, lambda: not window._fetching)
    assert window.asked_about is None
    path = daemon.folder / "Kick.wav"
    noise(path, 7)  # which is no kick
    wait(qtbot, lambda: window.asked_about == str(path))
    said = " ".join(label.text() for label in window.findChildren(QLabel))
    (heard,) = re.findall("It is named like “kick”, but sounds like “(.+)”", said)
    assert {"kick", heard} == set(window.choices[:2])
    window.close()
    asker.close()


def test_only_keys_that_are_pressed_for_themselves_answer(
    window: ReviewWindow, qtbot: QtBot
) -> None:
    first = window.asked_about
    for key in (Qt.Key.Key_Return, Qt.Key.Key_1, Qt.Key.Key_X, Qt.Key.Key_S):
        send(window, QEvent.Type.KeyPress, key, repeated=True)
        qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClick(window, key, Qt.KeyboardModifier.AltModifier)
    assert window.asked_about == first
    qtbot.keyClick(window, Qt.Key.Key_Return)
    assert window.asked_about != first


def test_enter_presses_the_button_that_has_the_keyboard_and_says_nothing(
    window: ReviewWindow, qtbot: QtBot
) -> None:
    first, loop = window.asked_about, window._switches._loop
    loop.setFocus()
    qtbot.keyClick(loop, Qt.Key.Key_Return)
    assert window.asked_about == first
    assert loop.isChecked()
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_L)
    assert not loop.isChecked()


def test_a_key_that_is_held_answers_for_one_sound_alone(window: ReviewWindow) -> None:
    send(window, QEvent.Type.KeyPress, Qt.Key.Key_Return, at=1000)
    second = window.asked_about
    for moment in (1660, 1700, 1740):  # as X11 has it, and Qt does not always notice
        send(window, QEvent.Type.KeyRelease, Qt.Key.Key_Return, at=moment)
        send(window, QEvent.Type.KeyPress, Qt.Key.Key_Return, at=moment)
    assert window.asked_about == second
    send(window, QEvent.Type.KeyRelease, Qt.Key.Key_Return, at=1780)
    send(window, QEvent.Type.KeyPress, Qt.Key.Key_Return, at=1900)
    assert window.asked_about != second, "the next press is another one"


def test_a_double_click_answers_for_one_sound_alone(window: ReviewWindow, qtbot: QtBot) -> None:
    second = window._answering.queue.coming[1].path
    buttons = [each for each in window.findChildren(QPushButton) if each.isVisible()]
    first = next(each for each in buttons if each.accessibleName() == window.choices[0])
    left, middle = Qt.MouseButton.LeftButton, QPointF(first.rect().center())
    around = (middle, first.mapToGlobal(middle), left, left, Qt.KeyboardModifier.NoModifier)
    qtbot.mouseClick(first, left)
    QApplication.sendEvent(first, QMouseEvent(QEvent.Type.MouseButtonDblClick, *around))
    qtbot.mouseRelease(first, left)
    assert window.asked_about == second


def send(
    window: ReviewWindow, kind: QEvent.Type, key: Qt.Key, *, at: int = 0, repeated: bool = False
) -> None:
    event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, "", repeated)
    event.setTimestamp(at)
    QApplication.sendEvent(window, event)


def test_a_word_of_ones_own_is_typed(
    window: ReviewWindow, daemon: LivingDaemon, qtbot: QtBot
) -> None:
    first = window.asked_about
    assert first is not None
    qtbot.keyClick(window, Qt.Key.Key_T)
    (field,) = [each for each in window.findChildren(QLineEdit) if each.isVisible()]
    qtbot.keyClicks(field, "Dusty rim")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    wait(qtbot, lambda: said_of(daemon, first) == ["dusty rim"])
    assert window.asked_about != first


def test_the_last_sound_is_followed_by_a_word_of_rest(
    window: ReviewWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(window._player, "play", lambda path, *_: heard.append(path))
    for _ in range(COUNT):
        qtbot.keyClick(window, Qt.Key.Key_S)
    assert window.asked_about is None
    assert len(heard) == COUNT - 1, "each that follows is heard once"
    said = " ".join(label.text() for label in window.findChildren(QLabel))
    assert f"{COUNT} were skipped: Z goes back to them." in said
    qtbot.keyClick(window, Qt.Key.Key_Return)
    qtbot.keyClick(window, Qt.Key.Key_Z)
    assert window.asked_about is not None
    qtbot.keyClick(window, Qt.Key.Key_G)
    wait(qtbot, lambda: len(window.group) == COUNT)
