"""What is chosen stays chosen, and all that is done is done to it and nothing else."""

from __future__ import annotations

import os
import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from tests.e2e.living import LivingDaemon
from tests.tray.searching import ODD_NAME, Hands, a_pack_lands, hands, played, tags_of
from tests.tray.sounds import noise

from earmark_tray.windows import looking_again, sound_model, sound_pages
from earmark_tray.windows.search_window import SearchWindow
from earmark_tray.windows.sound_model import Role, SoundModel

__all__ = ["hands", "played"]


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (sound_pages, sound_model, looking_again):
        monkeypatch.setattr(module, "PAGE", 3)


@pytest.mark.usefixtures("small_pages")
def test_what_is_chosen_stays_chosen_though_a_pack_moves_it_pages_away(
    hands: Hands, daemon: LivingDaemon
) -> None:
    hands.choose("kick 1.wav")
    a_pack_lands(daemon)
    hands.wait(lambda: hands.list.model().rowCount() == 13)
    assert hands.current().name == "kick 1.wav"
    shutil.rmtree(daemon.folder / "Pack")
    hands.wait(lambda: hands.list.model().rowCount() == 3)
    assert hands.current().name == "kick 1.wav"


def test_what_follows_is_chosen_where_a_sound_matches_no_more(hands: Hands) -> None:
    model = hands.list.model()
    first, second, _ = (model.index(row, 0).data(Role.ROW).name for row in range(3))
    hands.choose(first)
    os.unlink(hands.current().path)
    hands.wait(lambda: model.rowCount() == 2)
    assert hands.current().name == second
    assert isinstance(hands.window, SearchWindow)
    shown = hands.window._bar.row
    assert shown is not None
    assert shown.name == second, "and a tag that is typed is for that one"


def test_a_tag_goes_to_what_was_chosen_when_one_began_to_type_it(
    hands: Hands, daemon: LivingDaemon
) -> None:
    meant, other = (str(daemon.folder / name) for name in ("kick 1.wav", "snare 1.wav"))
    noise(daemon.folder / "hiss.wav", 1)
    hands.wait(lambda: len(hands.names()) == 4)
    daemon.client.call("label", paths=[meant, other], add=["loud"])
    hands.qtbot.keyClicks(hands.field, "tag:loud")
    hands.wait(lambda: hands.names() == ["kick 1.wav", ODD_NAME, "snare 1.wav"])
    hands.choose("kick 1.wav")
    hands.qtbot.keyClick(hands.list, Qt.Key.Key_T)
    tag = next(each for each in hands.window.findChildren(QLineEdit) if each is not hands.field)
    hands.wait(tag.hasFocus)
    hands.qtbot.keyClicks(tag, "dus")
    daemon.client.call("label", paths=[meant], forget=["loud"])
    hands.wait(lambda: hands.names() == ["snare 1.wav"])
    hands.qtbot.keyClicks(tag, "ty")
    hands.qtbot.keyClick(tag, Qt.Key.Key_Return)
    hands.wait(lambda: tags_of(daemon, "kick 1.wav") == ["dusty"])
    assert tags_of(daemon, "snare 1.wav") == ["loud"]


def choose_all_at_once(hands: Hands, total: int) -> None:
    """Before the window has fetched more than the first page."""
    told: list[int] = []
    model = hands.list.model()
    assert isinstance(model, SoundModel)
    model.searched.connect(told.append)
    hands.qtbot.keyClick(hands.field, Qt.Key.Key_F5)
    hands.wait(lambda: told == [total])
    hands.list.setFocus()
    hands.list.setCurrentIndex(model.index(0, 0))
    hands.list.selectAll()


@pytest.mark.usefixtures("small_pages")
def test_all_that_is_chosen_is_tagged_though_few_rows_are_there(
    hands: Hands, daemon: LivingDaemon
) -> None:
    a_pack_lands(daemon)
    hands.wait(lambda: hands.list.model().rowCount() == 13)
    choose_all_at_once(hands, 13)
    hands.qtbot.keyClick(hands.list, Qt.Key.Key_T)
    tag = next(each for each in hands.window.findChildren(QLineEdit) if each is not hands.field)
    hands.qtbot.keyClicks(tag, "dusty")
    hands.qtbot.keyClick(tag, Qt.Key.Key_Return)
    hands.wait(lambda: daemon.client.call("search", query="tag:dusty")["total"] == 13)


@pytest.mark.usefixtures("small_pages")
def test_all_that_is_chosen_is_refused_though_few_rows_are_there(
    hands: Hands, daemon: LivingDaemon
) -> None:
    a_pack_lands(daemon)
    paths = [hit["path"] for hit in daemon.client.call("search", query="")["hits"]]
    daemon.client.call("label", paths=paths, add=["dusty"])
    hands.wait(lambda: hands.list.model().rowCount() == 13)
    choose_all_at_once(hands, 13)
    assert hands.current().tags[0][0] == "dusty"
    menu = hands.ask_which_is_wrong()
    assert "dusty" in menu.actions()[-1].text()
    hands.qtbot.keyClick(menu, Qt.Key.Key_Up)  # round to the last
    hands.qtbot.keyClick(menu, Qt.Key.Key_Return)
    hands.wait(lambda: daemon.client.call("search", query="tag:dusty")["total"] == 0)


@pytest.mark.usefixtures("small_pages")
def test_what_is_chosen_is_fetched_before_it_is_dragged(hands: Hands, daemon: LivingDaemon) -> None:
    a_pack_lands(daemon)
    hands.wait(lambda: hands.list.model().rowCount() == 13)
    choose_all_at_once(hands, 13)
    hands.list.startDrag(Qt.DropAction.CopyAction)
    told: list[object] = []
    hands.asker.ask("status", told.append)
    hands.wait(lambda: bool(told))
    dragged = hands.list.model().mimeData(hands.list.selectedIndexes())
    assert len(dragged.urls()) == 13


@pytest.mark.usefixtures("small_pages")
def test_nothing_is_done_where_the_list_changed_while_one_chose(
    hands: Hands, daemon: LivingDaemon
) -> None:
    a_pack_lands(daemon)
    hands.wait(lambda: hands.list.model().rowCount() == 13)
    choose_all_at_once(hands, 13)
    noise(daemon.folder / "newest.wav", 99)
    daemon.wait_for([daemon.folder / "newest.wav"])
    hands.qtbot.keyClick(hands.list, Qt.Key.Key_T)
    tag = next(each for each in hands.window.findChildren(QLineEdit) if each is not hands.field)
    hands.qtbot.keyClicks(tag, "dusty")
    hands.qtbot.keyClick(tag, Qt.Key.Key_Return)
    hands.wait(lambda: hands.says("The list has changed, and nothing was done."))
    assert daemon.client.call("labels") == []


def test_nothing_is_done_where_too_much_is_chosen(
    hands: Hands, daemon: LivingDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound_model, "MOST_CHOSEN", 2)
    choose_all_at_once(hands, 3)
    hands.qtbot.keyClick(hands.list, Qt.Key.Key_X)
    hands.wait(lambda: hands.says("More than 2 sounds cannot be chosen at once."))
    assert daemon.client.call("labels") == []
