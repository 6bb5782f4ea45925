"""Parts of windows by themselves: what a click, a key, an answer or a refusal does."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from threading import Event
from typing import Any, cast

import pytest
from miniaudio import Backend
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from tests.tray.looking import box
from tests.tray.told import MILLISECONDS, Told, asking, settle

from earmark_daemon.api import NotRunning, local_client
from earmark_daemon.errors import fail
from earmark_tray.sound.player import Player
from earmark_tray.windows.banner import Banner
from earmark_tray.windows.brought import Brought
from earmark_tray.windows.changes import Changes
from earmark_tray.windows.comparison import Comparison
from earmark_tray.windows.drop_zone import DropZone
from earmark_tray.windows.folder_list import FolderList
from earmark_tray.windows.group_card import GroupCard
from earmark_tray.windows.group_list import GroupList
from earmark_tray.windows.grouping import Grouping
from earmark_tray.windows.looking_again import Look
from earmark_tray.windows.meant import Meant
from earmark_tray.windows.model_list import ModelList
from earmark_tray.windows.own_tags import OwnTags
from earmark_tray.windows.playback import PlaybackSwitches
from earmark_tray.windows.preview import Preview
from earmark_tray.windows.problem_list import ProblemList
from earmark_tray.windows.review_queue import ReviewQueue, Sound, brought
from earmark_tray.windows.sound_model import SoundModel
from earmark_tray.windows.sound_pages import PAGE, Pages
from earmark_tray.windows.sound_row import Row
from earmark_tray.windows.switches import Switch
from earmark_tray.windows.tag_field import TagField
from earmark_tray.windows.thumbnails import Thumbnails
from earmark_tray.windows.training_result import TrainingResult

LEFT = Qt.MouseButton.LeftButton
REFUSED = fail("no-such-model", "There is no such model.")


class Silent:
    """A player that only remembers what it shall play."""

    def __init__(self) -> None:
        self.played: list[tuple[Any, ...]] = []
        self.at_once = True
        self.seconds: float | None = None

    def play(self, *what: Any) -> None:
        self.played.append(what)

    def stop(self) -> None: ...


@pytest.fixture
def thumbnails() -> Iterator[Thumbnails]:
    made = Thumbnails()
    yield made
    made.close()


def item(name: str, content: str | None = "") -> dict[str, Any]:
    return {
        "path": f"/{name}.wav",
        "content": name if content == "" else content,
        "duration": 1.0,
        "loudness": -9.0,
        "note": "It is broken." if content is None else None,
        "denied": [],
        "tags": [],
        "suggestions": [{"tag": "kick", "score": 0.4}],
    }


def sounds(*names: str) -> list[Sound]:
    return [brought(item(name)) for name in names]


def words(widget: Any) -> str:
    return "\n".join(each.text() for each in widget.findChildren(QLabel) if not each.isHidden())


def button(widget: Any, text: str) -> QPushButton:
    return next(each for each in widget.findChildren(QPushButton) if each.text() == text)


def test_a_click_into_the_waveform_plays_from_there(qtbot: QtBot, thumbnails: Thumbnails) -> None:
    player = Silent()
    preview = Preview(cast(Player, player), thumbnails)
    qtbot.addWidget(preview)
    preview.resize(400, 56)
    preview.show_sound("/a.wav", 10.0, -9.0, play=False)
    qtbot.mouseClick(preview, LEFT, pos=QPoint(100, 20))
    assert player.played == [("/a.wav", 2.5, -9.0)]
    preview.show_sound(None, play=False)
    qtbot.mouseClick(preview, LEFT, pos=QPoint(100, 20))
    assert len(player.played) == 1


def test_a_click_on_a_tick_takes_it_away_and_another_one_beside_it_plays(
    qtbot: QtBot, thumbnails: Thumbnails
) -> None:
    shown = GroupList(thumbnails)
    qtbot.addWidget(shown)
    shown.resize(400, 300)
    shown.show_group(sounds("a", "b", "c"))
    heard: list[None] = []
    shown.again.connect(lambda: heard.append(None))
    ticked: list[int] = []
    shown.ticked.connect(lambda: ticked.append(len(shown.chosen)))
    place = shown.visualRect(shown.model().index(1, 0))
    tick, beside = QPoint(20, place.center().y()), QPoint(200, place.center().y())
    qtbot.mouseClick(shown.viewport(), LEFT, pos=tick)
    assert shown.left_out == {"/b.wav"}
    assert shown.current is not None
    assert shown.current.path == "/b.wav"
    qtbot.mouseClick(shown.viewport(), LEFT, pos=tick)
    assert shown.left_out == set()
    assert ticked == [2, 3]
    assert heard == []
    qtbot.mouseClick(shown.viewport(), LEFT, pos=beside)
    assert len(heard) == 1
    qtbot.mouseClick(shown.viewport(), LEFT, pos=QPoint(20, 290))
    assert shown.left_out == set(), "below the last one there is nothing"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_a_field_for_tags_is_left_without_a_word(qtbot: QtBot, key: Qt.Key) -> None:
    with asking(Told(tags=[])) as asker:
        field = TagField(asker)
        qtbot.addWidget(field)
        field.setText("half a wor" if key == Qt.Key.Key_Escape else "  ")
        with qtbot.waitSignal(field.left), qtbot.assertNotEmitted(field.chosen):
            qtbot.keyClick(field, key)
        assert field.text() == ""


def test_problems_are_counted_tried_again_and_gone_once_all_is_well(qtbot: QtBot) -> None:
    files = [{"path": f"/{name}.wav", "reason": "It is empty."} for name in "ab"]
    told = Told(problems={"files": files, "total": 102})
    with asking(told) as asker:
        problems = ProblemList(asker)
        qtbot.addWidget(problems)
        problems.refresh()
        settle(asker, qtbot)
        assert all(text in words(problems) for text in ("a.wav", "b.wav", "and 100 more"))
        button(problems, "Try all again").click()
        settle(asker, qtbot)
        assert ("retry", {}) in told.asked
        assert "They are tried again." in words(problems)
        told.answers["problems"] = {"files": [], "total": 0}
        problems.refresh()
        settle(asker, qtbot)
        assert words(problems) == "All is well."
        assert button(problems, "Try all again").isHidden()


def test_how_sounds_are_played_is_kept(qtbot: QtBot) -> None:
    chosen = {"at_once": True, "match_levels": False, "device": "Headphones"}
    told = Told(settings={"playback": chosen})
    player = Player([Backend.NULL])
    with asking(told) as asker:
        changes = Changes(local_client())
        switches = PlaybackSwitches(asker, player, changes)
        qtbot.addWidget(switches)
        settle(asker, qtbot)
        assert player._device_name == "Headphones"
        for text in ("Autoplay", "Match levels", "Loop"):
            button(switches, text).click()
        assert (player.at_once, player.matched, player.loop) == (False, True, True)
        settle(asker, qtbot)
        said = [asked for method, asked in told.asked if method == "set"]
        assert [(each["name"], each["value"]) for each in said] == [
            ("at_once", False),
            ("match_levels", True),
        ]
        changes.close()
    player.close()


def test_a_setting_can_be_changed_once_it_is_known(qtbot: QtBot) -> None:
    told = Told()
    with asking(told) as asker:
        switch = Switch(asker, "writing", "genre", "Genre")
        qtbot.addWidget(switch)
        box(switch, "Genre").click()
        switch.take({"writing": {"genre": True}})
        assert box(switch, "Genre").isChecked()
        box(switch, "Genre").click()
        settle(asker, qtbot)
        said = {"section": "writing", "name": "genre", "value": False}
        assert [asked for method, asked in told.asked if method == "set"] == [said]


def test_what_is_meant_for_sounds_that_cannot_be_had_is_not_done_and_that_is_told() -> None:
    told: list[object] = []
    used: list[object] = []
    meant = Meant(told.append)
    meant.then(used.append)
    meant.miss(REFUSED)
    meant.then(used.append)
    assert (told, used) == ([REFUSED, REFUSED], [])


@pytest.mark.parametrize(("kind", "method"), [(FolderList, "watch"), (ModelList, "add_model")])
def test_what_is_chosen_in_the_dialog_is_added_and_nothing_where_it_is_left(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, kind: Any, method: str
) -> None:
    found = iter(["", "/x"])
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: next(found))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (next(found), ""))
    told = Told(settings={"writing": {"enabled": True}}, folders=[], models=[])
    with asking(told) as asker:
        cards = kind(asker)
        qtbot.addWidget(cards)
        cards.adding.click()
        cards.adding.click()
        settle(asker, qtbot)
        assert [asked for asked in told.asked if asked[0] == method] == [(method, {"path": "/x"})]


def test_files_and_folders_can_be_chosen_where_they_can_be_dropped(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = DropZone()
    qtbot.addWidget(zone)
    brought: list[list[str]] = []
    zone.dropped.connect(brought.append)
    for folder, files in (("", []), ("/x", ["/a.wav", "/b.wav"])):
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, f=folder: f)
        monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_, f=files: (f, ""))
        button(zone, "Choose a folder…").click()
        button(zone, "Choose files…").click()
    assert brought == [["/x"], ["/a.wav", "/b.wav"]]


def test_earmark_is_started_from_where_it_says_that_it_is_missing(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_: started.append(command))
    with asking(Told()) as asker:
        shown = Banner(asker, lambda: None)
        qtbot.addWidget(shown)
        shown.complain(NotRunning())
        button(shown, "Start Earmark").click()
        assert [command[-1] for command in started] == ["start"]


def test_a_problem_that_was_read_goes_and_a_refused_word_is_looked_up_anew(qtbot: QtBot) -> None:
    looked: list[None] = []
    with asking(Told(label=REFUSED)) as asker:
        shown = Banner(asker, lambda: looked.append(None))
        qtbot.addWidget(shown)
        asker.tell("label", paths=["/a.wav"], add=["kick"])
        settle(asker, qtbot)
        assert "What you said of it was not taken down." in words(shown)
        assert len(looked) == 1, "what looks taken down is not"
        assert not asker.untaken
        button(shown, "OK").click()
        assert shown.isHidden()


def offered(paths: list[str]) -> list[dict[str, Any]]:
    return [item(path[1:-4]) for path in paths]


def test_sounds_that_were_asked_for_in_vain_are_asked_for_again_in_their_order(
    qtbot: QtBot,
) -> None:
    told = Told(gather={"paths": ["/a.wav", "/b.wav"], "refused": {}}, suggestions=REFUSED)
    with asking(told) as asker:
        some = Brought(asker)
        ready: list[str] = []
        some.ready.connect(lambda found: ready.extend(sound.path for sound in found))
        with qtbot.waitSignal(asker.troubled, timeout=MILLISECONDS):
            some.bring(["/"])
        assert (some.total, ready) == (2, [])
        told.answers["suggestions"] = offered
        with qtbot.waitSignal(some.ready, timeout=MILLISECONDS):
            some.fetch()
        assert ready == ["/a.wav", "/b.wav"]


def test_news_that_come_while_one_asks_have_it_asked_once_more(qtbot: QtBot) -> None:
    told = Told(gather={"paths": ["/a.wav"], "refused": {}}, suggestions=[None])
    with asking(told) as asker:
        some = Brought(asker)
        some.bring(["/a.wav"])
        qtbot.waitUntil(lambda: some.unheard == 1, timeout=MILLISECONDS)
        some.fetch()
        some.fetch()
        settle(asker, qtbot)
        settle(asker, qtbot)
        assert [method for method, _ in told.asked].count("suggestions") == 3


def test_a_group_of_which_others_answered_all_is_passed_over(
    qtbot: QtBot, thumbnails: Thumbnails
) -> None:
    told = Told(groups=[["/a.wav"], ["/b.wav"]], suggestions=offered)
    with asking(told) as asker:
        queue = ReviewQueue()
        queue.answered_by_others({"a": ("kick",)})
        card = GroupCard(cast(Player, Silent()), thumbnails, TagField(asker))
        qtbot.addWidget(card)
        grouping = Grouping(asker, card, queue)
        grouping.begin(["/a.wav", "/b.wav"])
        qtbot.waitUntil(lambda: bool(card.chosen), timeout=MILLISECONDS)
        assert card.chosen == sounds("b")


def test_what_could_not_be_compared_is_tried_again(qtbot: QtBot) -> None:
    told = Told(compare_model=REFUSED)
    with asking(told) as asker:
        comparison = Comparison(asker)
        qtbot.addWidget(comparison)
        with qtbot.waitSignal(comparison.answered, timeout=MILLISECONDS):
            comparison.compare("digest")
        assert "There is no such model." in words(comparison)
        told.answers["compare_model"] = {"tags": [], "sounds": 1200}
        with qtbot.waitSignal(comparison.answered, timeout=MILLISECONDS):
            comparison.compare("digest")
        assert "Tried on 1,200 of your sounds: none of them would change." in words(comparison)


def test_a_model_that_was_refused_can_be_asked_for_again(qtbot: QtBot) -> None:
    model = {"digest": "new", "in_use": False, "training": {}}
    told = Told(models=[model], use_model=REFUSED, compare_model={"tags": [], "sounds": 1})
    with asking(told) as asker:
        troubles: list[object] = []
        asker.troubled.connect(troubles.append)
        result = TrainingResult(asker)
        qtbot.addWidget(result)
        result.show_job({"id": 1, "model": "new", "tag_set": "own", "metrics": {}})
        settle(asker, qtbot)
        result.decision.click()
        assert not result.decision.isEnabled()
        settle(asker, qtbot)
        assert result.decision.isEnabled()
        assert len(troubles) == 1


def test_a_merge_that_was_not_undone_can_be_undone_later(qtbot: QtBot) -> None:
    lofi = {"yes": 2, "off": False, "strength": 0.5, "advice": "Label more.", "above": None}
    overview = {"tags": [{"tag": "lofi", "sure_from": 0.795, **lofi}]}
    merged = {"merge": 7, "from": "lo-fi", "into": "lofi"}
    told = Told(dataset_overview=overview, merge_tags=merged, undo_merge=REFUSED)
    with asking(told) as asker:
        tags = OwnTags(asker)
        qtbot.addWidget(tags)
        tags.merge("lo-fi", "lofi")
        settle(asker, qtbot)
        settle(asker, qtbot)
        assert "Given from 80 % on. Label more." in words(tags)
        undo = button(tags, "Undo")
        for _ in range(2):
            undo.click()
            assert undo.isHidden()
            settle(asker, qtbot)
            assert not undo.isHidden()
        told.answers["undo_merge"] = merged
        undo.click()
        settle(asker, qtbot)
        assert undo.isHidden()
        assert told.asked.count(("undo_merge", {"id": 7})) == 3


def test_what_followed_a_sound_that_went_takes_its_place() -> None:
    def rows(*names: str) -> list[Row]:
        return [Row(f"/{name}.wav", (), 1.0, True) for name in names]

    look = Look(Pages(rows("a", "b", "c", "d")), 4, rows("new", "a", "d"), 0, 3)
    assert [look.place(number) for number in range(4)] == [1, 2, 2, 2]


def test_a_row_whose_answer_came_too_late_is_asked_for_again(qtbot: QtBot) -> None:
    def found(offset: int = 0, limit: int = 0, **_: Any) -> dict[str, Any]:
        facts = {"loudness": None, "bpm": None, "key": None, "pitch": None}
        here = range(offset, min(offset + limit, 3 * PAGE))
        hits = [item(f"{number}") | {"facts": facts} for number in here]
        return {"hits": hits, "total": 3 * PAGE}

    go_on = Event()
    with asking(Told(search=found, hold=lambda: go_on.wait(20))) as asker:
        model = SoundModel(asker)
        with qtbot.waitSignal(model.searched, timeout=MILLISECONDS):
            model.search("")
        asker.ask("hold", lambda _: None)
        assert model.row(2 * PAGE) is None
        model.refresh()
        go_on.set()
        settle(asker, qtbot)
        qtbot.waitUntil(lambda: bool(model.row(2 * PAGE)), timeout=MILLISECONDS)
