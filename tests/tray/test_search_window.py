from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from miniaudio import Backend
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot
from tests.daemon.audio_files import write
from tests.e2e.living import LivingDaemon
from tests.tray.searching import ODD_NAME, Hands, hands, played, tags_of
from tests.tray.sounds import noise

from earmark_daemon.api import local_client
from earmark_db.filters import FILTERS
from earmark_tray.sound.player import Player
from earmark_tray.windows import sound_model
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.opening import Turning
from earmark_tray.windows.search_window import SearchWindow
from earmark_tray.windows.sound_model import Role, SoundModel
from earmark_tray.windows.tag_list import TagList

__all__ = ["hands", "played"]


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


def test_what_is_chosen_plays_only_when_asked_where_autoplay_is_off(
    hands: Hands, played: list[str], daemon: LivingDaemon
) -> None:
    daemon.client.call("set", section="playback", name="at_once", value=False)
    buttons = hands.window.findChildren(QPushButton)
    autoplay = next(button for button in buttons if button.text() == "Autoplay")
    hands.wait(lambda: not autoplay.isChecked())
    hands.wait(lambda: len(hands.names()) == 3)
    for name in ("kick 1.wav", "snare 1.wav"):
        hands.choose(name)
    hands.wait(lambda: hands.current().name == "snare 1.wav")
    assert played == []
    hands.qtbot.keyClick(hands.list, Qt.Key.Key_Space)
    hands.wait(lambda: len(played) == 1)


def test_the_field_says_by_which_facts_one_can_search(hands: Hands) -> None:
    for told in (hands.field.toolTip(), hands.field.accessibleDescription()):
        for name in set(FILTERS) - {"tempo", "note"}:
            assert f"{name}:" in told


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


def test_which_of_several_tags_is_wrong_is_asked_the_models_first(
    hands: Hands, daemon: LivingDaemon
) -> None:
    daemon.client.call("label", paths=[str(daemon.folder / "snare 1.wav")], add=["a & b"])
    hands.qtbot.keyClicks(hands.field, "name:snare")
    hands.wait(lambda: hands.names() == ["snare 1.wav"])
    hands.qtbot.keyClick(hands.window, Qt.Key.Key_Down)
    hands.wait(lambda: hands.current().said == ("a & b",))
    heard = next(tag for tag, source in hands.current().tags if source != "person")
    tip = hands.list.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "a &amp; b" in tip
    assert heard in tip
    menu = hands.ask_which_is_wrong()
    texts = [action.text() for action in menu.actions()]
    assert texts == [
        "Which tag is wrong?",
        f"&1   {heard}",
        f"&{len(texts) - 1}   a && b  (your word)",
    ]
    hands.qtbot.keyClick(menu, Qt.Key.Key_Escape)
    hands.qtbot.keyClick(hands.ask_which_is_wrong(), Qt.Key.Key_1)
    hands.wait(lambda: hands.current().tags == (("a & b", "person"),))
    assert hands.current().denied == (heard,)
    hands.qtbot.keyClick(hands.list, Qt.Key.Key_X)
    hands.wait(lambda: hands.current().said == ())


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


def test_the_first_sound_that_is_chosen_by_key_is_shown_as_chosen(hands: Hands) -> None:
    hands.qtbot.keyClicks(hands.field, "name:snare")
    hands.wait(lambda: hands.names() == ["snare 1.wav"])
    hands.field.setFocus()
    hands.qtbot.keyClick(hands.field, Qt.Key.Key_Down)
    assert hands.list.selectedIndexes() == [hands.list.currentIndex()]


def test_a_window_that_is_open_searches_for_what_is_asked_for_next(hands: Hands) -> None:
    assert isinstance(hands.window, Turning)
    hands.qtbot.keyClicks(hands.field, "name:snare")
    hands.wait(lambda: hands.names() == ["snare 1.wav"])
    hands.window.turn_to('name:"kick 1"')
    hands.wait(lambda: hands.names() == ["kick 1.wav"])
    assert hands.field.text() == 'name:"kick 1"'
    assert hands.window.windowTitle().startswith('name:"kick 1" – ')


def test_a_tag_of_two_words_is_put_into_the_query_and_out_again(hands: Hands) -> None:
    (tags,) = hands.window.findChildren(TagList)
    hands.qtbot.keyClicks(hands.field, "snare")
    for query in ('snare tag:="dusty rim"', "snare"):
        tags.chosen.emit('tag:="dusty rim"')
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


def test_what_sounds_like_one_is_found_and_left_again(hands: Hands, daemon: LivingDaemon) -> None:
    noise(daemon.folder / "hiss.wav", 1)
    noise(daemon.folder / "hiss again.wav", 2)
    hands.wait(lambda: len(hands.names()) == 5)
    hands.field.setText("hiss")
    hands.wait(lambda: len(hands.names()) == 2)
    (clears,) = hands.field.findChildren(QToolButton)
    assert clears.isVisible()
    hands.choose("hiss.wav")
    hands.qtbot.keyClick(hands.list, Qt.Key.Key_S)
    hands.wait(lambda: "hiss.wav" not in hands.names())
    model = hands.list.model()
    assert model.index(0, 0).data(Role.ROW).name == "hiss again.wav"
    assert hands.field.placeholderText() == "Sounds like “hiss.wav”"
    assert hands.window.windowTitle() == "Sounds like “hiss.wav” – Search – Earmark"
    hands.choose("hiss again.wav")
    daemon.client.call("label", paths=[str(daemon.folder / "hiss again.wav")], add=["hiss"])
    hands.wait(lambda: hands.current().said == ("hiss",))
    hands.qtbot.mouseClick(clears, Qt.MouseButton.LeftButton)
    hands.wait(lambda: "hiss.wav" in hands.names() and len(hands.names()) == 5)
    assert not clears.isVisible()
    assert hands.field.placeholderText() != "Sounds like “hiss.wav”"
    assert hands.window.windowTitle() == "Search – Earmark"
    hands.choose("hiss.wav")
    hands.qtbot.keyClick(hands.list, Qt.Key.Key_S)
    hands.wait(lambda: "hiss.wav" not in hands.names())
    hands.qtbot.keyClick(hands.window, Qt.Key.Key_Escape)
    hands.wait(lambda: "hiss.wav" in hands.names())


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


def test_sounds_of_a_disk_that_goes_are_shown_as_away(hands: Hands, daemon: LivingDaemon) -> None:
    model = hands.list.model()

    def there() -> list[bool]:
        rows = [model.index(row, 0).data(Role.ROW) for row in range(model.rowCount())]
        return [row.online for row in rows if row is not None]

    assert there() == [True] * 3
    daemon.folder.rename(daemon.folder.with_name("Unplugged"))
    hands.wait(lambda: there() == [False] * 3)
