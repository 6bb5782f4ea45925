from __future__ import annotations

from dataclasses import replace

import pytest

from earmark_tray.menu import Action, Item, headline, menu
from earmark_tray.state import Condition, Folder, Pack, State

IDLE = State(Condition.IDLE, tagged=1234, folders=(Folder("/samples"),))


def texts(items: tuple[Item, ...]) -> list[str]:
    return [item.text for item in items if item.text]


def find(state: State, action: Action) -> Item:
    def walk(items: tuple[Item, ...]) -> list[Item]:
        return [each for item in items for each in (item, *walk(item.children))]

    return next(item for item in walk(menu(state)) if item.action is action)


def test_at_rest_the_menu_says_how_many_sounds_there_are() -> None:
    assert texts(menu(IDLE)) == [
        "1,234 sounds are tagged",
        "Pause",
        "Search…",
        "Review sounds…",
        "Label sounds…",
        "Train…",
        "Folders",
        "Notifications",
        "Undo the last batch",
        "Settings…",
        "Open log",
        "Quit",
    ]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State(), "Earmark is not running"),
        (replace(IDLE, folders=()), "No folder is watched yet"),
        (replace(IDLE, condition=Condition.PAUSED), "Paused"),
        (replace(IDLE, condition=Condition.WORKING, left=40, most=100), "Listening… 60 %"),
        (replace(IDLE, condition=Condition.NEEDS_YOU, trouble="The disk is full."), "The disk"),
        (replace(IDLE, tagged=1), "1 sound is tagged"),
    ],
)
def test_the_headline_says_what_is_going_on(state: State, said: str) -> None:
    assert headline(state).startswith(said)
    assert menu(state)[0].action is None


def test_without_a_daemon_there_is_a_way_to_start_it() -> None:
    assert find(State(), Action.START).default


def test_paused_it_can_be_resumed_and_running_it_can_be_paused() -> None:
    paused = menu(replace(IDLE, condition=Condition.PAUSED))
    assert Action.RESUME in [item.action for item in paused]
    assert Action.PAUSE not in [item.action for item in paused]


def test_without_folders_they_can_be_chosen() -> None:
    assert find(replace(IDLE, folders=()), Action.WELCOME).text == "Choose folders…"


def test_counts_speak_of_one_and_of_many() -> None:
    assert find(replace(IDLE, review=37), Action.REVIEW).text == "Review 37 sounds…"
    assert find(replace(IDLE, review=1), Action.REVIEW).text == "Review 1 sound…"
    one, many = (find(replace(IDLE, failed=count), Action.SETTINGS) for count in (1, 1200))
    assert one.text == "1 file could not be tagged…"
    assert many.text == "1,200 files could not be tagged…"
    assert many.argument == "problems"


def test_a_training_shows_how_far_it_is() -> None:
    assert find(replace(IDLE, training=57), Action.TRAIN).text == "Training… 55 %"


def test_packs_and_folders_open_and_a_missing_disk_is_marked() -> None:
    state = replace(IDLE, packs=(Pack("/samples/808s", 120),), folders=(Folder("/disk", False),))
    texts_of = {item.text: texts(item.children) for item in menu(state) if item.children}
    assert texts_of["Recent packs"] == ["808s: 120 sounds"]
    assert texts_of["Folders"] == ["/disk (not there)"]


def test_notifications_are_switches() -> None:
    assert find(replace(IDLE, notify_packs=False), Action.NOTIFY_PACKS).checked is False
    assert find(IDLE, Action.NOTIFY_TROUBLE).checked is True
