"""The tags beside the results: below broader ones, put there by a person, searched for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot
from tests.e2e.living import LivingDaemon
from tests.tray.dialogs import in_dialog
from tests.tray.sounds import noise

from earmark_daemon.api import local_client
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.tag_delegate import COUNT, DEPTH
from earmark_tray.windows.tag_list import TagList

MILLISECONDS = 20_000


@pytest.fixture
def tags(daemon: LivingDaemon, qtbot: QtBot) -> Iterator[TagList]:
    """Of three sounds, two are dusty, one of these is wide, and one is a kick."""
    made = [daemon.folder / f"{number}.wav" for number in range(3)]
    for number, path in enumerate(made):
        noise(path, number)
    daemon.wait_for(made)
    for path, words in zip(made, ("fx dusty", "fx dusty wide", "kick"), strict=True):
        daemon.client.call("label", paths=[str(path)], add=words.split())
    asker = Asker(local_client())
    shown = TagList(asker)
    qtbot.addWidget(shown)
    shown.refresh()
    shown.show()
    expected = [("dusty", "2", 0), ("fx", "2", 0), ("kick", "1", 0), ("wide", "1", 0)]
    qtbot.waitUntil(lambda: rows(shown) == expected, timeout=MILLISECONDS)
    yield shown
    asker.close()


def rows(tags: TagList) -> list[tuple[str, str, int]]:
    items = [tags.item(row) for row in range(tags.count())]
    return [(item.text(), item.data(COUNT), item.data(DEPTH)) for item in items]


def test_what_is_meant_stays_where_numbers_change(
    tags: TagList, daemon: LivingDaemon, qtbot: QtBot
) -> None:
    for number in range(30):
        words = [f"word {number:02}"]
        daemon.client.call("label", paths=[str(daemon.folder / "0.wav")], add=words)
    tags.refresh()
    qtbot.waitUntil(lambda: tags.count() == 34, timeout=MILLISECONDS)
    tags.setFixedHeight(120)
    tags.setCurrentItem(tags.findItems("word 20", Qt.MatchFlag.MatchExactly)[0])
    scrolled = tags.verticalScrollBar().value()
    assert scrolled
    daemon.client.call("label", paths=[str(daemon.folder / "2.wav")], add=["wide"])
    tags.refresh()
    qtbot.waitUntil(lambda: ("wide", "2", 0) in rows(tags), timeout=MILLISECONDS)
    assert tags.currentItem().text() == "word 20"
    assert tags.verticalScrollBar().value() == scrolled


@pytest.mark.parametrize("tag", ['9" tom', '12"', "deep house", "deep"])
def test_a_click_finds_the_sounds_that_a_tag_has(
    tags: TagList, daemon: LivingDaemon, qtbot: QtBot, tag: str
) -> None:
    daemon.client.call("label", paths=[str(daemon.folder / "2.wav")], add=[tag])
    tags.refresh()
    qtbot.waitUntil(lambda: (tag, "1", 0) in rows(tags), timeout=MILLISECONDS)
    with qtbot.waitSignal(tags.chosen) as chosen:
        tags.setCurrentItem(tags.findItems(tag, Qt.MatchFlag.MatchExactly)[0])
        qtbot.keyClick(tags, Qt.Key.Key_Return)
    (hit,) = daemon.client.call("search", query=chosen.args[0])["hits"]
    assert hit["path"] == str(daemon.folder / "2.wav")


def test_a_tag_is_put_under_another_from_its_menu(
    tags: TagList, daemon: LivingDaemon, qtbot: QtBot
) -> None:
    def place(row: int, under: str) -> None:
        tags.setCurrentRow(row)
        in_dialog(lambda dialog: dialog.findChildren(QComboBox)[0].setEditText(under))
        next(action for action in tags.actions() if action.text() == "Put under…").trigger()

    def settled(*expected: tuple[str, str, int]) -> bool:
        tags.refresh()
        return rows(tags) == list(expected)

    place(3, "Character")
    one = (("dusty", "2", 0), ("fx", "2", 0), ("character", "1", 0), ("wide", "1", 1))
    qtbot.waitUntil(lambda: settled(*one, ("kick", "1", 0)), timeout=MILLISECONDS)
    place(0, "character")
    both = (("character", "2", 0), ("dusty", "2", 1), ("wide", "1", 1), ("fx", "2", 0))
    qtbot.waitUntil(lambda: settled(*both, ("kick", "1", 0)), timeout=MILLISECONDS)
    with qtbot.waitSignal(tags.chosen) as chosen:
        qtbot.keyClick(tags, Qt.Key.Key_Home)
        qtbot.keyClick(tags, Qt.Key.Key_Return)
    assert chosen.args == ["tag:=character"]
