"""Sounds that are answered as a group: which of them are ticked, and what others answered."""

from __future__ import annotations

from functools import partial
from typing import cast

from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot
from tests.tray.parts import LEFT, Silent, offered, sounds, thumbnails
from tests.tray.told import MILLISECONDS, Told, asking

from earmark_tray.sound.player import Player
from earmark_tray.windows.group_card import GroupCard
from earmark_tray.windows.group_list import GroupList
from earmark_tray.windows.grouping import Grouping
from earmark_tray.windows.review_queue import ReviewQueue
from earmark_tray.windows.tag_field import TagField
from earmark_tray.windows.thumbnails import Thumbnails

__all__ = ["thumbnails"]


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


def asked(card: GroupCard, name: str) -> bool:
    return card.chosen == sounds(name)


def test_a_tag_that_was_typed_for_a_group_is_offered_for_the_next_until_it_is_taken_back(
    qtbot: QtBot, thumbnails: Thumbnails
) -> None:
    told = Told(groups=[["/a.wav"], ["/b.wav"]], suggestions=offered)
    with asking(told) as asker:
        card = GroupCard(cast(Player, Silent()), thumbnails, TagField(asker))
        qtbot.addWidget(card)
        grouping = Grouping(asker, card, ReviewQueue())
        grouping.begin(["/a.wav", "/b.wav"])
        for name, offer in (("a", ["kick"]), ("b", ["kick", "dusty"])):
            qtbot.waitUntil(partial(asked, card, name), timeout=MILLISECONDS)
            assert card.choices == offer
            card.answered.emit(card.chosen, "dusty")
        qtbot.waitUntil(lambda: not card.chosen, timeout=MILLISECONDS)
        assert card.choices == []
        for name in ("b", "a"):
            card.back.emit()
            assert (card.chosen, card.choices) == (sounds(name), ["kick"])
