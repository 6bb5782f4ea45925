from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import (
    QComboBox,
    QInputDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
)
from pytestqt.qtbot import QtBot
from tests.e2e.living import LivingDaemon
from tests.tray.dialogs import in_dialog
from tests.tray.sounds import noise

from earmark_daemon.api import local_client
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.own_tags import OwnTags
from earmark_tray.windows.tag_delegate import COUNT, OFF, STRENGTH, WANTED

MILLISECONDS = 20_000


@pytest.fixture
def paths(daemon: LivingDaemon) -> list[str]:
    """Two sounds that are lofi and one that is lo-fi."""
    made = [daemon.folder / f"{number}.wav" for number in range(3)]
    for number, path in enumerate(made):
        noise(path, number)
    daemon.wait_for(made)
    names = [str(path) for path in made]
    daemon.client.call("label", paths=names[:2], add=["lofi"])
    daemon.client.call("label", paths=names[2:], add=["lo-fi"])
    return names


@pytest.fixture
def tags(paths: list[str], qtbot: QtBot) -> Iterator[OwnTags]:
    asker = Asker(local_client())
    shown = OwnTags(asker)
    qtbot.addWidget(shown)
    shown.refresh()
    shown.show()
    wait(qtbot, lambda: words(shown) == ["lo-fi 1", "lofi 2"])
    yield shown
    asker.close()


def wait(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=MILLISECONDS)


def rows(tags: OwnTags) -> QListWidget:
    return next(iter(tags.findChildren(QListWidget)))


def words(tags: OwnTags) -> list[str]:
    shown = rows(tags)
    items = [shown.item(number) for number in range(shown.count())]
    return [f"{item.text()} {item.data(COUNT)}" for item in items]


def button(tags: OwnTags, text: str) -> QPushButton:
    found = [each for each in tags.findChildren(QPushButton) if each.text() == text]
    return next(each for each in found if each.isVisible())


def said_of(daemon: LivingDaemon, path: str) -> set[str]:
    answer = daemon.client.call("show", path=path)
    return {tag["tag"] for tag in answer["tags"] if tag["source"] == "person"}


def test_one_sound_is_read_out_as_one(tags: OwnTags) -> None:
    role = Qt.ItemDataRole.AccessibleTextRole
    said = [rows(tags).item(number).data(role) for number in range(2)]
    assert said == ["lo-fi, 1 sound", "lofi, 2 sounds"]


def test_the_tag_that_is_asked_for_is_asked_for_by_its_new_name(
    tags: OwnTags, qtbot: QtBot
) -> None:
    asked: list[object] = []
    tags.chosen.connect(asked.append)
    rows(tags).setCurrentRow(1)
    qtbot.keyClick(rows(tags), Qt.Key.Key_Return)
    tags.rename("lofi", "dusty")
    wait(qtbot, lambda: words(tags) == ["dusty 2", "lo-fi 1"])
    assert asked == ["lofi", "dusty"]
    assert rows(tags).item(0).data(WANTED)
    button(tags, "Undo").click()
    wait(qtbot, lambda: words(tags) == ["lo-fi 1", "lofi 2"])
    assert asked == ["lofi", "dusty", "lofi"]


def test_a_tag_is_renamed_and_gets_its_name_back(
    tags: OwnTags, daemon: LivingDaemon, paths: list[str], qtbot: QtBot
) -> None:
    rows(tags).setCurrentRow(1)

    def fill(dialog: QInputDialog) -> None:
        field = next(iter(dialog.findChildren(QLineEdit)))
        field.selectAll()
        qtbot.keyClicks(field, "dusty")

    in_dialog(fill)
    qtbot.keyClick(button(tags, "Rename…"), Qt.Key.Key_Space)
    wait(qtbot, lambda: words(tags) == ["dusty 2", "lo-fi 1"])
    assert said_of(daemon, paths[0]) == {"dusty"}
    qtbot.keyClick(button(tags, "Undo"), Qt.Key.Key_Space)
    wait(qtbot, lambda: words(tags) == ["lo-fi 1", "lofi 2"])
    assert said_of(daemon, paths[0]) == {"lofi"}
    assert not any(b.isVisible() for b in tags.findChildren(QPushButton) if b.text() == "Undo")


def test_the_buttons_mean_the_same_tag_when_another_comes_before_it(
    tags: OwnTags, daemon: LivingDaemon, paths: list[str], qtbot: QtBot
) -> None:
    rows(tags).setCurrentRow(1)
    daemon.client.call("label", paths=paths[:1], add=["airy"])
    tags.refresh()
    wait(qtbot, lambda: words(tags) == ["airy 1", "lo-fi 1", "lofi 2"])
    qtbot.keyClick(button(tags, "Switch off"), Qt.Key.Key_Space)
    wait(qtbot, lambda: words(tags) == ["airy 1", "lo-fi 1", "lofi off"])
    daemon.client.call("label", paths=paths[:2], forget=["lofi"])
    tags.refresh()
    wait(qtbot, lambda: words(tags) == ["airy 1", "lo-fi 1"])
    assert not button(tags, "Rename…").isEnabled(), "they mean no other in its place"


def test_two_tags_become_one_and_are_parted_again(
    tags: OwnTags, daemon: LivingDaemon, paths: list[str], qtbot: QtBot
) -> None:
    rows(tags).setCurrentRow(0)

    def fill(dialog: QInputDialog) -> None:
        next(iter(dialog.findChildren(QComboBox))).setCurrentText("lofi")

    in_dialog(fill)
    qtbot.keyClick(button(tags, "Merge…"), Qt.Key.Key_Space)
    wait(qtbot, lambda: words(tags) == ["lofi 3"])
    assert said_of(daemon, paths[2]) == {"lofi"}
    assert not button(tags, "Merge…").isEnabled(), "there is nothing to merge it with"
    qtbot.keyClick(button(tags, "Undo"), Qt.Key.Key_Space)
    wait(qtbot, lambda: words(tags) == ["lo-fi 1", "lofi 2"])
    assert said_of(daemon, paths[2]) == {"lo-fi"}


def test_a_tag_is_switched_off_and_on(tags: OwnTags, daemon: LivingDaemon, qtbot: QtBot) -> None:
    rows(tags).setCurrentRow(1)
    qtbot.keyClick(button(tags, "Switch off"), Qt.Key.Key_Space)
    wait(qtbot, lambda: words(tags) == ["lo-fi 1", "lofi off"])
    assert rows(tags).item(1).data(OFF)
    assert rows(tags).item(1).data(STRENGTH) == 0.0
    told = [label.text() for label in tags.findChildren(QLabel) if label.isVisible()]
    assert any(text.startswith("Off: no model gives it.") for text in told)
    assert daemon.client.call("settings")["tags"]["off"] == ["lofi"]
    qtbot.keyClick(button(tags, "Switch on"), Qt.Key.Key_Space)
    wait(qtbot, lambda: words(tags) == ["lo-fi 1", "lofi 2"])
    assert daemon.client.call("settings")["tags"]["off"] == []


def test_a_name_that_is_taken_is_refused_in_words(
    tags: OwnTags, daemon: LivingDaemon, qtbot: QtBot
) -> None:
    troubles: list[str] = []
    tags._asker.troubled.connect(lambda error: troubles.append(str(error.problem)))
    tags.rename("lofi", "kick")
    wait(qtbot, lambda: bool(troubles))
    assert "There is a tag “kick” already." in troubles[0]
    assert words(tags) == ["lo-fi 1", "lofi 2"]


def test_a_tag_is_put_under_another_and_taken_out_again(
    tags: OwnTags, daemon: LivingDaemon, paths: list[str], qtbot: QtBot
) -> None:
    def all_tags(path: str) -> set[str]:
        return {tag["tag"] for tag in daemon.client.call("show", path=path)["tags"]}

    def lies(where: str) -> bool:
        told = [label.text() for label in tags.findChildren(QLabel) if label.isVisible()]
        return any(text.startswith(where) for text in told)

    rows(tags).setCurrentRow(1)
    in_dialog(lambda dialog: dialog.findChildren(QComboBox)[0].setEditText("Character"))
    qtbot.keyClick(button(tags, "Put under…"), Qt.Key.Key_Space)
    wait(qtbot, lambda: lies("Lies under “character”."))
    wait(qtbot, lambda: "character" in all_tags(paths[0]))
    assert "character" not in all_tags(paths[2])
    seen = []

    def clear(dialog: QInputDialog) -> None:
        seen.append(dialog.textValue())
        dialog.findChildren(QComboBox)[0].setEditText("")

    in_dialog(clear)
    qtbot.keyClick(button(tags, "Put under…"), Qt.Key.Key_Space)
    wait(qtbot, lambda: not lies("Lies under"))
    wait(qtbot, lambda: "character" not in all_tags(paths[0]))
    assert seen == ["character"]


@pytest.mark.parametrize("asked", ["Rename…", "Merge…", "Put under…"])
def test_questions_name_a_tag_letter_by_letter(
    tags: OwnTags, daemon: LivingDaemon, paths: list[str], qtbot: QtBot, asked: str
) -> None:
    word = "<b>wide"
    daemon.client.call("label", paths=paths[:1], add=[word])
    tags.refresh()
    wait(qtbot, lambda: f"{word} 1" in words(tags))
    rows(tags).setCurrentRow(words(tags).index(f"{word} 1"))
    seen: list[str] = []

    def look(dialog: QInputDialog) -> None:
        seen.append(QTextDocumentFragment.fromHtml(dialog.labelText()).toPlainText())
        dialog.reject()

    in_dialog(look)
    qtbot.keyClick(button(tags, asked), Qt.Key.Key_Space)
    wait(qtbot, lambda: bool(seen))
    assert f"“{word}”" in seen[0]


def test_the_tag_that_the_buttons_mean_is_marked_without_the_keyboard_too(
    tags: OwnTags, qtbot: QtBot
) -> None:
    shown = rows(tags)
    button(tags, "Switch off").setFocus()
    assert not shown.hasFocus()
    shown.setCurrentRow(0)
    first = shown.viewport().grab().toImage()
    shown.setCurrentRow(1)
    second = shown.viewport().grab().toImage()
    assert first != second
