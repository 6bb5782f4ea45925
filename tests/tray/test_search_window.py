from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from miniaudio import Backend
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot
from tests.daemon.audio_files import crack, write
from tests.e2e.living import LivingDaemon
from tests.tray.sounds import noise

from earmark_daemon.api import local_client
from earmark_tray.sound.player import Player
from earmark_tray.windows import looking_again, sound_model, sound_pages
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.search_window import SearchWindow
from earmark_tray.windows.sound_list import SoundList
from earmark_tray.windows.sound_model import Index, Role, SoundModel
from earmark_tray.windows.sound_row import Row
from earmark_tray.windows.tag_list import TagList
from earmark_tray.windows.thumbnails import Thumbnails

MILLISECONDS = 20_000
ODD_NAME = os.fsdecode(b"kick \xff.wav")


class Hands:
    """A window, and how one looks at it and uses it."""

    def __init__(self, window: QWidget, qtbot: QtBot, asker: Asker) -> None:
        self.window = window
        self.asker = asker
        self.qtbot = qtbot
        self.field = window.findChildren(QLineEdit)[0]
        self.list = next(view for view in window.findChildren(QTableView) if view.dragEnabled())

    def names(self) -> list[str]:
        model = self.list.model()
        rows = [model.index(row, 0).data(Role.ROW) for row in range(model.rowCount())]
        return sorted(os.path.basename(row.path) for row in rows if row is not None)

    def current(self) -> Row:
        row: Row = self.list.currentIndex().data(Role.ROW)
        return row

    def choose(self, name: str) -> None:
        model = self.list.model()
        self.list.setFocus()
        for number in range(model.rowCount()):
            if model.index(number, 0).data(Role.ROW).name == name:
                self.list.setCurrentIndex(model.index(number, 0))

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=MILLISECONDS)

    def says(self, text: str) -> bool:
        shown = [label for label in self.window.findChildren(QLabel) if label.isVisible()]
        return any(text in label.text() for label in shown)


@pytest.fixture
def played() -> list[str]:
    return []


@pytest.fixture
def hands(daemon: LivingDaemon, qtbot: QtBot, played: list[str]) -> Iterator[Hands]:
    write(daemon.folder / "kick 1.wav")
    write(daemon.folder / "snare 1.wav", crack())
    shutil.copy(daemon.folder / "kick 1.wav", daemon.folder / ODD_NAME)
    daemon.wait_for(daemon.folder / name for name in ("kick 1.wav", "snare 1.wav", ODD_NAME))
    asker = Asker(local_client())
    player = Player([Backend.NULL], lambda path, _: played.append(path))
    window = SearchWindow(asker, player=player)
    qtbot.addWidget(window)
    window.show()
    hands = Hands(window, qtbot, asker)
    hands.wait(lambda: hands.list.model().rowCount() == 3)
    yield hands
    window.close()
    asker.close()


def test_results_follow_the_typing(hands: Hands) -> None:
    hands.qtbot.keyClicks(hands.field, "name:kick")
    hands.wait(lambda: hands.names() == ["kick 1.wav", ODD_NAME])
    hands.qtbot.keyClicks(hands.field, " xyz")
    hands.wait(lambda: hands.says("No sound at all matches “xyz”."))
    hands.field.setText("xyz")
    hands.wait(lambda: hands.says("No sound matches."))
    hands.field.setText("bpm:slow")
    hands.wait(lambda: hands.says("“bpm:slow” is not understood; write it like bpm:128"))
    hands.qtbot.keyClick(hands.field, Qt.Key.Key_Escape)
    hands.wait(lambda: len(hands.names()) == 3)


def test_arrows_choose_and_play(hands: Hands, played: list[str]) -> None:
    hands.qtbot.keyClicks(hands.field, "name:snare")
    hands.wait(lambda: hands.names() == ["snare 1.wav"])
    hands.field.setFocus()
    hands.qtbot.keyClick(hands.window, Qt.Key.Key_Down)
    hands.wait(lambda: [os.path.basename(path) for path in played] == ["snare 1.wav"])
    hands.qtbot.keyClick(hands.list, Qt.Key.Key_Space)
    hands.wait(lambda: len(played) == 2)


def tags_of(daemon: LivingDaemon, name: str) -> list[str]:
    answer = daemon.client.call("show", path=str(daemon.folder / name))
    return [tag["tag"] for tag in answer["tags"] if tag["source"] == "person"]


def test_a_tag_is_added_refused_and_taken_back(hands: Hands, daemon: LivingDaemon) -> None:
    hands.qtbot.keyClicks(hands.field, "name:snare")
    hands.wait(lambda: hands.names() == ["snare 1.wav"])
    hands.qtbot.keyClick(hands.window, Qt.Key.Key_Down)
    hands.qtbot.keyClick(hands.list, Qt.Key.Key_T)
    tag = next(each for each in hands.window.findChildren(QLineEdit) if each is not hands.field)
    hands.wait(tag.hasFocus)
    hands.qtbot.keyClicks(tag, "Dusty rim")
    hands.qtbot.keyClick(tag, Qt.Key.Key_Return)
    hands.wait(lambda: tags_of(daemon, "snare 1.wav") == ["dusty rim"])
    hands.wait(lambda: "dusty rim" in hands.current().said)
    hands.wait(hands.list.hasFocus)
    hands.qtbot.keyClick(hands.list, Qt.Key.Key_Z)
    hands.wait(lambda: tags_of(daemon, "snare 1.wav") == [])
    hands.wait(lambda: hands.current().said == ())
    (tag_before, _), *_ = hands.current().tags
    hands.qtbot.keyClick(hands.list, Qt.Key.Key_X)
    hands.wait(lambda: tag_before not in dict(hands.current().tags))


def test_taking_a_tag_back_brings_back_what_it_was_said_not_to_be(
    hands: Hands, daemon: LivingDaemon
) -> None:
    daemon.client.call("label", paths=[str(daemon.folder / "snare 1.wav")], remove=["dusty"])
    hands.qtbot.keyClicks(hands.field, "name:snare")
    hands.wait(lambda: hands.names() == ["snare 1.wav"])
    hands.qtbot.keyClick(hands.window, Qt.Key.Key_Down)
    hands.wait(lambda: hands.current().denied == ("dusty",))
    hands.qtbot.keyClick(hands.list, Qt.Key.Key_T)
    tag = next(each for each in hands.window.findChildren(QLineEdit) if each is not hands.field)
    hands.wait(tag.hasFocus)
    hands.qtbot.keyClicks(tag, "dusty")
    hands.qtbot.keyClick(tag, Qt.Key.Key_Return)
    hands.wait(lambda: hands.current().said == ("dusty",))
    hands.qtbot.keyClick(hands.list, Qt.Key.Key_Z)
    hands.wait(lambda: hands.current().said == ())
    assert hands.current().denied == ("dusty",)


def test_a_tag_of_two_words_is_put_into_the_query_and_out_again(hands: Hands) -> None:
    (tags,) = hands.window.findChildren(TagList)
    hands.qtbot.keyClicks(hands.field, "snare")
    for query in ('snare tag:"dusty rim"', "snare"):
        tags.chosen.emit('tag:"dusty rim"')
        assert hands.field.text() == query


def test_results_follow_what_happens_elsewhere_and_keep_what_is_chosen(
    hands: Hands, daemon: LivingDaemon
) -> None:
    names = ["kick 1.wav", "snare 1.wav", ODD_NAME]
    hands.choose("snare 1.wav")
    daemon.client.call("label", paths=[str(daemon.folder / "snare 1.wav")], add=["dusty rim"])
    hands.wait(lambda: hands.current().said == ("dusty rim",))
    write(daemon.folder / "newest.wav")
    hands.wait(lambda: hands.names() == sorted([*names, "newest.wav"]))
    assert hands.current().name == "snare 1.wav"
    (daemon.folder / "newest.wav").unlink()
    hands.wait(lambda: hands.names() == sorted(names))
    assert hands.current().name == "snare 1.wav"


def a_pack_lands(daemon: LivingDaemon, count: int = 10) -> None:
    """While nobody looks: the window hears of it all at once."""
    paths = [daemon.folder / "Pack" / f"new {number}.wav" for number in range(count)]
    paths[0].parent.mkdir()
    for number, path in enumerate(paths):
        noise(path, number)
    daemon.wait_for(paths)


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
    hands.qtbot.keyClick(hands.list, Qt.Key.Key_X)
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


def test_what_sounds_like_one_is_found_and_left_again(hands: Hands, daemon: LivingDaemon) -> None:
    noise(daemon.folder / "hiss.wav", 1)
    noise(daemon.folder / "hiss again.wav", 2)
    hands.wait(lambda: len(hands.names()) == 5)
    hands.choose("hiss.wav")
    hands.qtbot.keyClick(hands.list, Qt.Key.Key_S)
    hands.wait(lambda: "hiss.wav" not in hands.names())
    model = hands.list.model()
    assert model.index(0, 0).data(Role.ROW).name == "hiss again.wav"
    assert hands.field.placeholderText() == "Sounds like “hiss.wav”"
    hands.choose("hiss again.wav")
    daemon.client.call("label", paths=[str(daemon.folder / "hiss again.wav")], add=["hiss"])
    hands.wait(lambda: hands.current().said == ("hiss",))
    hands.qtbot.keyClick(hands.window, Qt.Key.Key_Escape)
    hands.wait(lambda: "hiss.wav" in hands.names() and len(hands.names()) == 5)
    assert hands.field.placeholderText() != "Sounds like “hiss.wav”"


def test_rows_leave_as_files_whatever_their_names(hands: Hands) -> None:
    hands.qtbot.keyClicks(hands.field, "name:kick")
    hands.wait(lambda: len(hands.names()) == 2)
    model = hands.list.model()
    data = model.mimeData([model.index(0, 0), model.index(1, 0)])
    addresses = bytes(data.data("text/uri-list").data())
    assert b"kick%201.wav" in addresses
    assert b"kick%20%FF.wav" in addresses


def test_a_screen_reader_hears_name_tags_and_length(hands: Hands) -> None:
    hands.qtbot.keyClicks(hands.field, "name:snare")
    hands.wait(lambda: hands.names() == ["snare 1.wav"])
    said = hands.list.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("snare 1.wav, ")
    assert said.endswith(" s")
    for control in (hands.field, hands.list):
        assert control.accessibleName()


def test_without_a_daemon_it_says_so_and_goes_on_with_the_next(
    hands: Hands, daemon: LivingDaemon
) -> None:
    daemon.kill()
    hands.qtbot.keyClicks(hands.field, "name:kick")
    hands.wait(lambda: hands.says("not running"))
    buttons = {button.text() for button in hands.window.findChildren(QPushButton)}
    assert "Start Earmark" in buttons
    daemon.start()
    hands.wait(lambda: not hands.says("not running") and len(hands.names()) == 2)


def test_a_file_that_is_gone_is_told(hands: Hands, daemon: LivingDaemon) -> None:
    daemon.client.call("pause")
    shutil.rmtree(daemon.folder)
    hands.list.setFocus()
    hands.list.setCurrentIndex(hands.list.model().index(0, 0))
    hands.wait(lambda: hands.says("not there"))


def test_without_an_audio_device_it_says_so(hands: Hands, qtbot: QtBot, tmp_path: Path) -> None:
    asker = Asker(local_client())
    window = SearchWindow(asker, "name:snare", player=Player([Backend.WASAPI, Backend.COREAUDIO]))
    qtbot.addWidget(window)
    window.show()
    deaf = Hands(window, qtbot, asker)
    deaf.wait(lambda: len(deaf.names()) == 1)
    deaf.list.setCurrentIndex(deaf.list.model().index(0, 0))
    deaf.wait(lambda: deaf.says("no audio device"))
    window.close()
    asker.close()


def test_the_first_and_the_last_sound_are_a_key_away(hands: Hands) -> None:
    hands.wait(lambda: len(hands.names()) > 1)
    hands.list.setFocus()
    count = hands.list.model().rowCount()
    for key, row in ((Qt.Key.Key_End, count - 1), (Qt.Key.Key_Home, 0)):
        hands.qtbot.keyClick(hands.list, key)
        assert hands.list.currentIndex().row() == row


def test_of_very_many_the_first_are_shown_before_all_are_counted(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound_model, "_MOST_COUNTED", 2)
    said: list[tuple[int, bool]] = []
    model = hands.list.model()
    assert isinstance(model, SoundModel)
    model.searched.connect(lambda total: said.append((total, hands.says("more than 2 sounds"))))
    hands.qtbot.keyClick(hands.field, Qt.Key.Key_F5)
    hands.wait(lambda: said == [(2, True)])
    hands.wait(lambda: hands.says("3 sounds") and len(hands.names()) == 3)
    hands.qtbot.keyClicks(hands.field, "name:kick")
    hands.wait(lambda: said[-1] == (2, False))
    assert hands.says("2 sounds")


def test_what_is_asked_last_gives_way(qtbot: QtBot) -> None:
    class Slow:
        """Answers the first question only when it may."""

        may = Event()

        def call(self, method: str) -> str:
            assert method != "first" or self.may.wait(20)
            return method

    answers: list[str] = []
    asker = Asker(Slow())  # type: ignore[arg-type]
    asker.ask("first", answers.append)
    asker.ask_last("page", answers.append)
    asker.ask("second", answers.append)
    asker.ask("third", answers.append)
    Slow.may.set()
    qtbot.waitUntil(lambda: len(answers) == 4, timeout=MILLISECONDS)
    assert answers == ["first", "second", "third", "page"]
    asker.close()


class Counting(SoundModel):
    """Of any length; counts how often it is asked for that."""

    asked = 0
    rows = 0

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        self.asked += 1
        return self.rows

    def grow(self, rows: int) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()


def test_the_list_does_not_look_at_every_row(qtbot: QtBot) -> None:
    asker = Asker(local_client())
    model, thumbnails = Counting(asker), Thumbnails()
    shown = SoundList(model, thumbnails)
    qtbot.addWidget(shown)
    shown.show()
    model.grow(300_000)
    QApplication.processEvents()
    assert shown.verticalScrollBar().maximum() > 1_000_000
    assert model.asked < 1_000
    shown.scrollToBottom()
    assert shown.verticalScrollBar().value() > 1_000_000
    model.grow(299_999)
    assert shown.verticalScrollBar().value() == 0
    asker.close()
    thumbnails.close()
