from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from miniaudio import Backend
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtNetwork import QLocalServer
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot
from tests.daemon.audio_files import write
from tests.e2e.living import LivingDaemon
from tests.tray.looking import box
from tests.waiting import until

from earmark_daemon.api import local_client
from earmark_tray.windows import opening
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.folder_list import FolderList
from earmark_tray.windows.playback import DeviceChoice
from earmark_tray.windows.settings_window import SettingsWindow
from earmark_tray.windows.welcome_window import WelcomeWindow

MILLISECONDS = 20_000


@pytest.fixture(autouse=True)
def own_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What starts at login is kept below the test's own home."""
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def asker(own_login: None, daemon: LivingDaemon) -> Iterator[Asker]:
    made = Asker(local_client())
    yield made
    made.close()


def shown(window: QWidget, qtbot: QtBot) -> QWidget:
    qtbot.addWidget(window)
    window.show()
    return window


def button(window: QWidget, text: str) -> QPushButton:
    return next(each for each in window.findChildren(QPushButton) if each.text() == text)


def wait(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=MILLISECONDS)


def test_choices_take_effect_at_once(asker: Asker, daemon: LivingDaemon, qtbot: QtBot) -> None:
    window = shown(SettingsWindow(asker), qtbot)
    genre = box(window, "Genre")
    wait(qtbot, genre.isChecked)
    qtbot.keyClick(genre, Qt.Key.Key_Space)
    wait(qtbot, lambda: not daemon.client.call("settings")["writing"]["genre"])
    assert "# Which fields" in daemon.places.settings.read_text()
    window.close()


def test_the_wheel_that_scrolls_the_window_chooses_nothing(
    asker: Asker, daemon: LivingDaemon, qtbot: QtBot
) -> None:
    daemon.client.call("set", section="playback", name="device", value="Old interface")
    window = shown(SettingsWindow(asker), qtbot)
    (choice,) = window.findChildren(QComboBox)
    wait(qtbot, lambda: choice.currentData() == "Old interface")
    middle, none = QPointF(choice.rect().center()), Qt.KeyboardModifier.NoModifier
    at, turn = choice.mapToGlobal(middle), QPoint(0, 120)
    button_, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    wheel = QWheelEvent(middle, at, QPoint(), turn, button_, none, phase, False)
    QApplication.sendEvent(choice, wheel)
    assert not wheel.isAccepted()
    assert choice.currentData() == "Old interface"
    window.close()


@pytest.mark.parametrize("kind", [SettingsWindow, WelcomeWindow])
def test_a_choice_that_is_refused_is_not_shown_as_made(
    asker: Asker, daemon: LivingDaemon, kind: type[SettingsWindow | WelcomeWindow], qtbot: QtBot
) -> None:
    window = shown(kind(asker), qtbot)
    writes = next(each for each in window.findChildren(QCheckBox) if "tags into" in each.text())
    wait(qtbot, writes.isChecked)
    settings = daemon.places.settings.read_text()
    daemon.places.settings.write_text(settings + "no = = TOML\n")
    qtbot.keyClick(writes, Qt.Key.Key_Space)
    wait(qtbot, lambda: complains(window))
    wait(qtbot, writes.isChecked)
    settle(asker, qtbot)
    assert complains(window), "that all is asked for anew does not hide why"
    assert daemon.client.call("settings")["writing"]["enabled"]
    daemon.places.settings.write_text(settings)
    window.close()


@pytest.mark.parametrize("kind", [SettingsWindow, WelcomeWindow])
def test_why_a_folder_is_refused_is_said(
    asker: Asker, kind: type[SettingsWindow | WelcomeWindow], tmp_path: Path, qtbot: QtBot
) -> None:
    window = shown(kind(asker), qtbot)
    window.findChildren(FolderList)[0].add(str(tmp_path / "None"))
    wait(qtbot, lambda: complains(window))
    told = " ".join(each.text() for each in window.findChildren(QLabel) if each.isVisible())
    assert "There is no folder" in told
    window.close()


def settle(asker: Asker, qtbot: QtBot) -> None:
    """Wait until all that was asked so far is answered."""
    told: list[object] = []
    asker.ask("status", told.append)
    wait(qtbot, lambda: bool(told))


def complains(window: QWidget) -> bool:
    told = [each.text() for each in window.findChildren(QLabel) if each.isVisible()]
    return any("was not saved" in text for text in told)


def test_what_is_chosen_elsewhere_is_shown(
    asker: Asker, daemon: LivingDaemon, tmp_path: Path, qtbot: QtBot
) -> None:
    window = shown(SettingsWindow(asker), qtbot)
    genre = box(window, "Genre")
    wait(qtbot, genre.isChecked)
    daemon.client.call("set", section="writing", name="genre", value=False)
    wait(qtbot, lambda: not genre.isChecked())
    more = tmp_path / "More"
    more.mkdir()
    daemon.client.call("watch", path=str(more))
    wait(qtbot, lambda: window.windowTitle().startswith("2 folders"))
    more.rename(tmp_path / "Unplugged")
    told = "not there right now"
    wait(qtbot, lambda: any(told in each.text() for each in window.findChildren(QLabel)))
    (tmp_path / "Unplugged").rename(more)
    wait(qtbot, lambda: not any(told in each.text() for each in window.findChildren(QLabel)))
    window.close()


def test_an_audio_device_is_chosen(asker: Asker, daemon: LivingDaemon, qtbot: QtBot) -> None:
    choice = DeviceChoice(asker, [Backend.NULL])
    shown(choice, qtbot)
    choice.take({"playback": {"device": "Headphones"}})
    box = choice.findChildren(QComboBox)[0]
    assert box.currentText() == "Headphones (not connected)"
    qtbot.keyClick(box, Qt.Key.Key_Up)
    name = box.currentText()
    wait(qtbot, lambda: daemon.client.call("settings")["playback"]["device"] == name)
    assert name not in ("", "Headphones")
    choice.close()


def test_the_choice_of_an_audio_device_is_wide_enough_for_its_name(
    asker: Asker, qtbot: QtBot
) -> None:
    choice = DeviceChoice(asker, [Backend.NULL])
    shown(choice, qtbot)
    choice.take({"playback": {"device": ""}})
    box = choice.findChildren(QComboBox)[0]
    assert box.sizeHint().width() > box.fontMetrics().horizontalAdvance("What the system uses")
    choice.take({"playback": {"device": "Headphones " * 30}})
    assert box.sizeHint().width() > box.maximumWidth() > box.minimumSizeHint().width() // 10
    choice.close()


def test_problems_come_into_sight_and_once_more_when_the_window_is_open_already(
    asker: Asker, daemon: LivingDaemon, qtbot: QtBot
) -> None:
    broken = daemon.folder / "broken.wav"
    broken.write_bytes(b"RIFF")
    daemon.wait_for([broken])
    window = SettingsWindow(asker, "problems")
    window.resize(760, 400)
    shown(window, qtbot)
    (area,) = window.findChildren(QScrollArea)
    again = button(window, "Try all again")

    def in_sight() -> bool:
        place = QRect(again.mapTo(window, QPoint()), again.size())
        return again.isVisible() and area.geometry().contains(place)

    wait(qtbot, in_sight)
    area.verticalScrollBar().setValue(0)
    assert not in_sight()
    window.turn_to("problems")
    wait(qtbot, in_sight)
    window.close()


def test_a_page_is_told_to_the_window_that_is_open(daemon: LivingDaemon, qtbot: QtBot) -> None:
    class Paged(QWidget):
        """Notes which pages it was turned to."""

        def __init__(self) -> None:
            super().__init__()
            self.pages: list[str] = []

        def turn_to(self, page: str) -> None:
            self.pages.append(page)

    window, server = Paged(), QLocalServer()
    qtbot.addWidget(window)
    assert server.listen(opening._address("label"))
    server.newConnection.connect(lambda: opening._raise(server, window))
    command = [sys.executable, "-m", "earmark_tray", "label"]
    with subprocess.Popen([*command, os.path.basename(daemon.folder)], cwd=daemon.folder.parent):
        wait(qtbot, lambda: window.pages == [str(daemon.folder)])
    window.showMaximized()
    with subprocess.Popen(command) as second:
        wait(qtbot, lambda: second.poll() is not None)
    assert second.returncode == 0
    assert len(window.pages) == 1
    assert window.isMaximized(), "it stays as large as a person made it"
    server.close()


def test_switching_writing_for_a_folder_keeps_what_is_excluded_by_now(
    asker: Asker, daemon: LivingDaemon, qtbot: QtBot
) -> None:
    window = shown(SettingsWindow(asker), qtbot)

    def folders() -> list[QCheckBox]:
        boxes = window.findChildren(QCheckBox)
        return [each for each in boxes if each.text() == "Write tags into files"]

    wait(qtbot, lambda: bool(folders()))
    (writes,) = folders()
    daemon.client.call("watch", path=str(daemon.folder), exclude=["*.bak"])
    qtbot.keyClick(writes, Qt.Key.Key_Space)
    wait(qtbot, lambda: not daemon.client.call("folders")[0]["write_tags"])
    assert daemon.client.call("folders")[0]["exclude"] == ["*.bak"]
    window.close()


def writes(daemon: LivingDaemon, wanted: bool) -> bool:
    return daemon.client.call("folders")[0]["write_tags"] is wanted


def test_the_keyboard_stays_at_a_folder_that_was_changed_by_it(
    asker: Asker, daemon: LivingDaemon, qtbot: QtBot
) -> None:
    window = shown(SettingsWindow(asker), qtbot)
    text = "Write tags into files"
    wait(qtbot, lambda: any(each.text() == text for each in window.findChildren(QCheckBox)))
    window.activateWindow()
    box(window, text).setFocus()
    for wanted in (False, True):
        before = box(window, text)
        qtbot.keyClick(before, Qt.Key.Key_Space)
        wait(qtbot, partial(writes, daemon, wanted))
        wait(qtbot, lambda before=before: box(window, text) is not before)  # type: ignore[misc]
        wait(qtbot, lambda wanted=wanted: box(window, text).isChecked() is wanted)  # type: ignore[misc]
        assert window.focusWidget() is box(window, text)
    listed = window.findChildren(FolderList)[0]
    removal = next(each for each in listed.findChildren(QPushButton) if each.text() == "Remove")
    removal.setFocus()
    qtbot.keyClick(removal, Qt.Key.Key_Space)
    wait(qtbot, lambda: window.focusWidget() is button(window, "Add a folder…"))
    window.close()


def test_where_nothing_is_written_no_folder_says_that_it_is(
    asker: Asker, daemon: LivingDaemon, qtbot: QtBot
) -> None:
    daemon.client.call("set", section="writing", name="enabled", value=False)
    window = shown(WelcomeWindow(asker), qtbot)
    text = "Write tags into files"
    wait(qtbot, lambda: any(each.text() == text for each in window.findChildren(QCheckBox)))
    assert not box(window, text).isChecked()
    assert not box(window, text).isEnabled()
    daemon.client.call("set", section="writing", name="enabled", value=True)
    wait(qtbot, button(window, "Continue").isEnabled)
    button(window, "Continue").click()
    wait(qtbot, lambda: box(window, text).isChecked() and box(window, text).isEnabled())
    window.close()


def test_it_can_start_at_login(asker: Asker, daemon: LivingDaemon, qtbot: QtBot) -> None:
    window = shown(SettingsWindow(asker), qtbot)
    login = box(window, "Start Earmark when I log in")
    wait(qtbot, login.isEnabled)
    assert not login.isChecked()
    for wanted in (True, False):
        qtbot.keyClick(login, Qt.Key.Key_Space)
        wait(qtbot, lambda wanted=wanted: daemon.client.call("starts_at_login") is wanted)  # type: ignore[misc]
    window.close()


def test_folders_are_added_and_removed(
    asker: Asker, daemon: LivingDaemon, qtbot: QtBot, tmp_path: Path
) -> None:
    window = shown(SettingsWindow(asker), qtbot)
    more = tmp_path / "More"
    kick = write(more / "kick.wav")
    window.findChildren(FolderList)[0].add(str(more))
    wait(qtbot, lambda: len(daemon.client.call("folders")) == 2)
    until(lambda: daemon.status()["files"]["written"] == 1, "it carries its tags")

    def removal() -> list[QPushButton]:
        return [
            each
            for each in window.findChildren(QPushButton)
            if each.accessibleName() == f"Remove {more}"
        ]

    wait(qtbot, lambda: bool(removal()))
    qtbot.keyClick(removal()[0], Qt.Key.Key_Space)
    wait(qtbot, lambda: len(daemon.client.call("folders")) == 1)
    command = f"earmark undo {shlex.quote(str(more))}"
    wait(qtbot, lambda: any(command in each.text() for each in window.findChildren(QLabel)))
    (said,) = (each for each in window.findChildren(QLabel) if command in each.text())
    assert said.isVisible()
    assert said.text().startswith("Tags stay in 1 file of ")
    assert b"EARMARK" in Path(kick).read_bytes()
    window.close()


def test_what_went_wrong_is_listed_with_its_reason(
    asker: Asker, daemon: LivingDaemon, qtbot: QtBot
) -> None:
    (daemon.folder / "broken.wav").write_bytes(b"RIFF nothing")
    daemon.wait_for([daemon.folder / "broken.wav"])
    window = shown(SettingsWindow(asker, "problems"), qtbot)
    wait(qtbot, lambda: any("broken.wav" in each.text() for each in window.findChildren(QLabel)))
    assert button(window, "Try all again").isVisible()
    window.close()


def test_the_first_run_asks_whether_files_may_change_before_it_asks_for_folders(
    asker: Asker, daemon: LivingDaemon, qtbot: QtBot, tmp_path: Path
) -> None:
    daemon.client.call("unwatch", path=str(daemon.folder))
    sound = tmp_path / "More" / "kick.wav"
    write(sound)
    before = sound.read_bytes()
    window = shown(WelcomeWindow(asker), qtbot)
    following = button(window, "Continue")
    writes = box(window, "Write tags into my files")
    wait(qtbot, writes.isChecked)
    assert writes.isVisible()
    wait(qtbot, lambda: window.focusWidget() is following)
    (folders,) = window.findChildren(FolderList)
    assert not folders.isVisible()
    back = button(window, "Back")
    assert not back.isVisible()
    qtbot.keyClick(writes, Qt.Key.Key_Space)
    qtbot.keyClick(following, Qt.Key.Key_Space)
    assert folders.isVisible()
    assert not following.isEnabled()
    qtbot.keyClick(back, Qt.Key.Key_Space)
    assert writes.isVisible()
    assert not back.isVisible()
    qtbot.keyClick(following, Qt.Key.Key_Space)
    folders.add(str(tmp_path / "More"))
    wait(qtbot, following.isEnabled)
    (result,) = daemon.wait_for([sound])
    assert result["tags"]
    qtbot.keyClick(following, Qt.Key.Key_Space)
    assert following.text() == "Done"
    qtbot.keyClick(following, Qt.Key.Key_Space)
    assert not window.isVisible()
    until(lambda: daemon.status()["state"] == "idle", "nothing is left to do")
    assert sound.read_bytes() == before
