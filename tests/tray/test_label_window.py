from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from miniaudio import Backend
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListWidget, QScrollBar
from pytestqt.qtbot import QtBot
from tests.daemon.audio_files import thump, write
from tests.e2e.living import LivingDaemon
from tests.tray.looking import said_of
from tests.tray.sounds import noise

from earmark_daemon.api import local_client
from earmark_tray.sound.player import Player
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.label_window import LabelWindow
from earmark_tray.windows.sound_row import file_url, path_of
from earmark_tray.windows.tag_field import TagField

MILLISECONDS = 20_000
ODD_NAME = os.fsdecode(b"three \xff.wav")
NAMES = ["one.wav", "two.wav", ODD_NAME]


@pytest.fixture
def rims(tmp_path: Path) -> Path:
    """A folder that nobody watches."""
    folder = tmp_path / "Elsewhere" / "Dusty Thuds"
    folder.mkdir(parents=True)
    for number, name in enumerate(NAMES):
        noise(folder / name, number)
    shutil.copy(folder / "one.wav", folder / "one again.wav")
    (folder / "notes.txt").write_text("no sound")
    return folder


@pytest.fixture
def window(daemon: LivingDaemon, qtbot: QtBot) -> Iterator[LabelWindow]:
    asker = Asker(local_client())
    shown = LabelWindow(asker, player=Player([Backend.NULL]))
    qtbot.addWidget(shown)
    shown.show()
    yield shown
    shown.close()
    asker.close()


def drop(window: LabelWindow, *paths: Path) -> None:
    """What the desktop does when files are let go of over the window."""
    data = QMimeData()
    data.setUrls([file_url(str(path)) for path in paths])
    copy, left, nothing = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter = QDragEnterEvent(QPoint(500, 400), copy, data, left, nothing)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(500, 400), copy, data, left, nothing))


def wait(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=MILLISECONDS)


def settle(window: LabelWindow, qtbot: QtBot) -> None:
    """Wait until all that the window has asked so far is answered."""
    told: list[object] = []
    window._asker.ask("status", told.append)
    wait(qtbot, lambda: bool(told))


def test_addresses_of_files_hold_any_name() -> None:
    for path in ("/a b/ü?#%.wav", os.fsdecode(b"/odd \xff.wav")):
        assert path_of(file_url(path)) == path


def test_a_dropped_folder_is_labelled_by_keys(
    window: LabelWindow, daemon: LivingDaemon, rims: Path, qtbot: QtBot
) -> None:
    drop(window, rims)
    wait(qtbot, lambda: window.asked_about is not None)
    asked = []
    wait(qtbot, lambda: "dusty thuds" in window.choices)
    first = window.asked_about
    assert first is not None
    number = window.choices.index("dusty thuds")
    qtbot.keyClick(window, Qt.Key(Qt.Key.Key_1 + number))
    wait(qtbot, lambda: said_of(daemon, first) == ["dusty thuds"])
    asked.append(first)
    (tags,) = [each for each in window.findChildren(QListWidget) if each.isVisible()]
    wait(qtbot, lambda: tags.count() == 1)
    tags.setCurrentRow(0)
    qtbot.keyClick(tags, Qt.Key.Key_Return)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_X):
        wait(qtbot, lambda: window.asked_about not in (None, *asked))
        assert window.choices[0] == "dusty thuds"
        asked.append(str(window.asked_about))
        qtbot.keyClick(window, key)
    wait(qtbot, lambda: said_of(daemon, asked[1]) == ["dusty thuds"])
    assert said_of(daemon, asked[2]) == []
    assert window.asked_about is None, "a copy is not asked about twice"
    qtbot.keyClick(window, Qt.Key.Key_Z)
    qtbot.keyClick(window, Qt.Key.Key_Z)
    wait(qtbot, lambda: said_of(daemon, asked[1]) == [])
    again = str(rims / "one again.wav")
    assert {os.path.basename(path) for path in asked} in (
        set(NAMES),
        {"one again.wav", *NAMES[1:]},
    )
    assert said_of(daemon, again) == said_of(daemon, str(rims / "one.wav"))


def test_copies_are_answered_with_one_another_and_what_was_skipped_is_not(
    window: LabelWindow, rims: Path, qtbot: QtBot
) -> None:
    def told() -> str:
        return " ".join(each.text() for each in window.findChildren(QLabel) if each.isVisible())

    for name in (ODD_NAME, "two.wav"):
        (rims / name).unlink()
    noise(rims / "other.wav", 8)
    shutil.copy(rims / "other.wav", rims / "other again.wav")
    drop(window, rims)
    wait(qtbot, lambda: len(window._answering.queue.coming) == 2)
    wait(qtbot, lambda: "0 of 4 answered" in told() and "still to be heard" not in told())
    qtbot.keyClick(window, Qt.Key.Key_Return)
    assert "2 of 4 answered" in told(), "a sound, and its copy"
    qtbot.keyClick(window, Qt.Key.Key_S)
    assert window.asked_about is None
    assert "That was the last of them" in told()
    assert "One was skipped: Z goes back to it." in told()
    qtbot.keyClick(window, Qt.Key.Key_Z)
    qtbot.keyClick(window, Qt.Key.Key_Return)
    assert "4 of 4 answered" in told()
    assert "All of them are answered" in told()


@pytest.mark.parametrize(
    ("before", "typed", "says"),
    [({"add": ["tom"]}, "kick", True), ({"remove": ["dusty"]}, "dusty", False)],
)
def test_taking_back_brings_back_what_was_said_before(
    window: LabelWindow,
    daemon: LivingDaemon,
    rims: Path,
    qtbot: QtBot,
    before: dict[str, list[str]],
    typed: str,
    says: bool,
) -> None:
    path = str(rims / "one.wav")
    daemon.client.call("tag", paths=[path])
    daemon.wait_for([path])
    daemon.client.call("label", paths=[path], **before)
    words = daemon.client.call("labels")
    assert [word["says"] for word in words] == [says]
    drop(window, rims / "one.wav")
    wait(qtbot, lambda: window.asked_about == path)
    qtbot.keyClick(window, Qt.Key.Key_T)
    (field,) = [each for each in window.findChildren(QLineEdit) if each.isVisible()]
    qtbot.keyClicks(field, typed)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    wait(qtbot, lambda: said_of(daemon, path) == [typed])
    qtbot.keyClick(window, Qt.Key.Key_Z)
    wait(qtbot, lambda: daemon.client.call("labels") == words)


def test_a_word_that_a_tag_is_not_called_any_more_is_not_offered_any_more(
    window: LabelWindow, daemon: LivingDaemon, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "Elsewhere"
    folder.mkdir()
    for number in range(4):
        noise(folder / f"hissy {number}.wav", number)
    paths = sorted(str(path) for path in folder.iterdir())
    daemon.client.call("tag", paths=paths)
    daemon.wait_for(paths)
    daemon.client.call("label", paths=paths[3:], add=["hissy"])
    drop(window, *map(Path, paths[:3]))
    wait(qtbot, lambda: "hissy" in window.choices)
    window._tags.rename("hissy", "dusty")
    wait(qtbot, lambda: "hissy" not in window.choices)
    for key in (Qt.Key.Key_S, Qt.Key.Key_Z, Qt.Key.Key_S, Qt.Key.Key_S):
        assert "hissy" not in window.choices
        qtbot.keyClick(window, key)
    qtbot.keyClick(window, Qt.Key.Key_Z)
    qtbot.keyClick(window, Qt.Key.Key_G)
    wait(qtbot, lambda: len(window.group) == 3)
    window._tags.rename("dusty", "hissy")
    wait(qtbot, lambda: "hissy" in window.choices)


def test_what_is_no_sound_is_told_and_the_rest_goes_on(
    window: LabelWindow, rims: Path, qtbot: QtBot
) -> None:
    (rims / "broken.wav").write_bytes(b"RIFF nothing")
    drop(window, rims / "notes.txt", rims / "broken.wav", rims / "two.wav")

    def told() -> str:
        return " ".join(each.text() for each in window.findChildren(QLabel) if each.isVisible())

    wait(qtbot, lambda: "notes.txt: It is not a sound file." in told() or "And 1 more" in told())
    wait(qtbot, lambda: "And 1 more" in told())
    wait(qtbot, lambda: window.asked_about == str(rims / "two.wav"))


@pytest.fixture
def two_groups(window: LabelWindow, daemon: LivingDaemon, tmp_path: Path, qtbot: QtBot) -> set[str]:
    """Asked about in groups: four thuds first, then three kicks."""
    folder = tmp_path / "Thuds"
    for number in range(3):
        write(folder / "Kicks" / f"{number}.wav", thump(0.3 + number / 100))
    for number in range(4):
        noise(folder / f"{number}.wav", number)
    drop(window, folder)
    daemon.wait_for(folder.rglob("*.wav"))
    wait(qtbot, lambda: window.asked_about is not None)
    qtbot.keyClick(window, Qt.Key.Key_G)
    wait(qtbot, lambda: len(window.group) == 4)
    return set(window.group)


def test_a_key_that_comes_before_the_next_group_says_nothing(
    window: LabelWindow, daemon: LivingDaemon, two_groups: set[str], qtbot: QtBot
) -> None:
    tag = window.choices[0]
    qtbot.keyClick(window, Qt.Key.Key_Return)
    assert window.group == [], "what was answered is no longer asked about"
    qtbot.keyClick(window, Qt.Key.Key_2)
    wait(qtbot, lambda: len(window.group) == 3)
    assert window._progress.text() == "4 of 7 answered"
    wait(qtbot, lambda: all(said_of(daemon, path) == [tag] for path in two_groups))
    qtbot.keyClick(window, Qt.Key.Key_Z)
    wait(qtbot, lambda: not any(said_of(daemon, path) for path in two_groups))


def test_groups_that_were_answered_are_not_asked_about_again_until_that_is_taken_back(
    window: LabelWindow, two_groups: set[str], qtbot: QtBot
) -> None:
    assert window.windowTitle() == "Label – Earmark", "no single sound is asked about"
    qtbot.keyClick(window, Qt.Key.Key_Return)
    wait(qtbot, lambda: len(window.group) == 3)
    qtbot.keyClick(window, Qt.Key.Key_G)
    assert window.windowTitle() == f"{os.path.basename(str(window.asked_about))} – Label – Earmark"
    qtbot.keyClick(window, Qt.Key.Key_G)
    assert window.windowTitle() == "Label – Earmark"
    wait(qtbot, lambda: len(window.group) == 3)
    qtbot.keyClick(window, Qt.Key.Key_Z)
    assert set(window.group) == two_groups
    qtbot.keyClick(window, Qt.Key.Key_G)
    qtbot.keyClick(window, Qt.Key.Key_G)
    wait(qtbot, lambda: set(window.group) == two_groups)


def test_escape_leaves_the_groups_before_it_closes_the_window(
    window: LabelWindow, two_groups: set[str], qtbot: QtBot
) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window._questions.in_groups
    assert window.asked_about is not None
    assert window.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def lies(field: TagField, *, within: bool) -> bool:
    """Whether a field lies within what is in sight as a whole, or not at all."""
    seen = field.visibleRegion().boundingRect()
    return seen == field.rect() if within else seen.isEmpty()


def test_on_a_low_screen_the_field_comes_in_sight_as_one_begins_to_type(
    window: LabelWindow, two_groups: set[str], qtbot: QtBot
) -> None:
    window.resize(640, 340)
    for _ in range(2):
        field = next(each for each in window.findChildren(TagField) if each.isVisible())
        wait(qtbot, partial(lies, field, within=False))
        qtbot.keyClick(window, Qt.Key.Key_T)
        wait(qtbot, partial(lies, field, within=True))
        qtbot.keyClick(field, Qt.Key.Key_Escape)
        qtbot.keyClick(window, Qt.Key.Key_G)
        for bar in window.findChildren(QScrollBar):
            bar.setValue(0)


def test_what_is_dropped_while_groups_are_asked_about_is_not_heard(
    window: LabelWindow, two_groups: set[str], daemon: LivingDaemon, qtbot: QtBot
) -> None:
    for _ in range(2):
        qtbot.keyClick(window, Qt.Key.Key_Return)
        settle(window, qtbot)
    assert window.asked_about is None
    new = daemon.folder / "new.wav"
    noise(new, 9)
    daemon.wait_for([new])
    heard = window._player._clip
    drop(window, new)
    wait(qtbot, lambda: window.asked_about == str(new))
    assert window._player._clip is heard
    qtbot.keyClick(window, Qt.Key.Key_G)
    assert window._player._clip is not None
    assert window._player._clip.path == str(new)


def test_a_group_that_comes_when_sounds_are_asked_about_one_by_one_again_is_not_heard(
    window: LabelWindow, two_groups: set[str], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_G)
    assert not window._questions.in_groups
    heard: list[object] = []
    monkeypatch.setattr(window._player, "play", lambda path, *_: heard.append(path))
    wait(qtbot, lambda: len(window._questions._group_card.chosen) == 4)
    assert not heard, "another sound is asked about"


def test_groups_too_are_heard_only_when_asked_where_autoplay_is_off(
    window: LabelWindow,
    daemon: LivingDaemon,
    two_groups: set[str],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    daemon.client.call("set", section="playback", name="at_once", value=False)
    wait(qtbot, lambda: not window._player.at_once)
    heard: list[str] = []
    monkeypatch.setattr(window._player, "play", lambda path, *_: heard.append(path))
    qtbot.keyClick(window, Qt.Key.Key_Down)
    qtbot.keyClick(window, Qt.Key.Key_Return)
    wait(qtbot, lambda: len(window.group) == 3)
    assert heard == []
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert heard == [window.group[0]]


def test_the_way_back_does_not_wait_for_the_next_group(
    window: LabelWindow, daemon: LivingDaemon, two_groups: set[str], qtbot: QtBot
) -> None:
    tag = window.choices[0]
    qtbot.keyClick(window, Qt.Key.Key_Return)
    qtbot.keyClick(window, Qt.Key.Key_Z)
    assert set(window.group) == two_groups
    settle(window, qtbot)
    assert not any(said_of(daemon, path) for path in two_groups)
    assert set(window.group) == two_groups, "the other group does not take its place"
    qtbot.keyClick(window, Qt.Key.Key_Return)
    wait(qtbot, lambda: all(said_of(daemon, path) == [tag] for path in two_groups))
    wait(qtbot, lambda: len(window.group) == 3)


def test_a_group_of_alike_sounds_is_confirmed_at_once_but_for_the_odd_one(
    window: LabelWindow, daemon: LivingDaemon, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "Thuds"
    folder.mkdir()
    for number in range(4):
        noise(folder / f"{number}.wav", number)
    drop(window, folder)
    paths = sorted(str(path) for path in folder.iterdir())
    daemon.wait_for(paths)
    wait(qtbot, lambda: window.asked_about is not None)
    qtbot.keyClick(window, Qt.Key.Key_G)
    wait(qtbot, lambda: len(window.group) == 4)
    qtbot.keyClick(window, Qt.Key.Key_Down)
    qtbot.keyClick(window, Qt.Key.Key_X)
    assert len(window.group) == 3
    (odd,) = set(paths) - set(window.group)
    group, tag = window.group, window.choices[0]
    qtbot.keyClick(window, Qt.Key.Key_Return)
    wait(qtbot, lambda: all(said_of(daemon, path) == [tag] for path in group))
    assert said_of(daemon, odd) == []
    qtbot.keyClick(window, Qt.Key.Key_G)
    assert window.asked_about == odd, "one by one only the odd one is left"
    qtbot.keyClick(window, Qt.Key.Key_G)
    wait(qtbot, lambda: len(window.group) == 0)
    qtbot.keyClick(window, Qt.Key.Key_Z)
    wait(qtbot, lambda: not any(said_of(daemon, path) for path in paths))
    assert sorted(window.group) == sorted(group), "what was left out stays left out"


def test_the_odd_ones_of_a_group_stay_left_out_whatever_is_asked_for_meanwhile(
    window: LabelWindow, two_groups: set[str], qtbot: QtBot
) -> None:
    qtbot.keyClick(window, Qt.Key.Key_X)
    left = set(window.group)
    assert len(left) == 3
    window._questions.want("dusty")
    assert window.choices[0] == "dusty"
    assert set(window.group) == left, "another tag is asked for, of the same sounds"
    qtbot.keyClick(window, Qt.Key.Key_S)
    wait(qtbot, lambda: len(window.group) == 3)
    qtbot.keyClick(window, Qt.Key.Key_X)
    second = set(window.group)
    qtbot.keyClick(window, Qt.Key.Key_Z)
    assert set(window.group) == left, "the group that was skipped comes back as it was"
    qtbot.keyClick(window, Qt.Key.Key_S)
    wait(qtbot, lambda: len(window.group) == 2)
    assert set(window.group) == second, "and so does the one that had to wait meanwhile"
