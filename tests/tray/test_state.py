from __future__ import annotations

import os
from dataclasses import replace
from typing import Any, cast

import pytest

from earmark_tray.notices import Notice, notices
from earmark_tray.state import (
    Condition,
    Folder,
    Pack,
    State,
    offline,
    pack_of,
    with_events,
    with_status,
)
from earmark_tray.tray import Shown, Teller

HOME = State(Condition.IDLE, folders=(Folder("/samples"),))


def status(state: str = "idle", hear: int = 0, write: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "state": state,
        "trouble": None,
        "files": {"heard": 12, "untagged": 2, "failed": 0},
        "waiting": {"hear": hear, "write": write},
        "folders": [{"path": "/samples", "online": True, "write_tags": True}],
        **more,
    }


def tagged(*paths: str) -> list[dict[str, Any]]:
    return [{"kind": "tagged", "path": path, "tags": []} for path in paths]


def test_what_has_no_tag_does_not_count_as_tagged() -> None:
    assert with_status(State(), status(), review=0).tagged == 10


def test_progress_counts_from_the_most_that_was_left() -> None:
    state = with_status(State(), status("working", hear=50), 0)
    assert state.progress == 0.0
    state = with_status(state, status("working", hear=20, write=10), 0)
    assert state.progress == 0.5
    state = with_status(state, status(), 0)
    assert (state.condition, state.progress) == (Condition.IDLE, None)
    state = with_status(state, status("working", hear=1), 0)
    assert state.progress == 0.0


def test_it_needs_you_where_no_folder_is_watched_or_it_cannot_work() -> None:
    assert with_status(State(), status(folders=[]), 0).condition is Condition.NEEDS_YOU
    stuck = with_status(State(), status("trouble", trouble="The disk is full."), 0)
    assert (stuck.condition, stuck.trouble) == (Condition.NEEDS_YOU, "The disk is full.")


@pytest.mark.parametrize(
    ("path", "pack"),
    [
        ("/samples/Deep/Kicks/a.wav", "/samples/Deep"),
        ("/samples/a.wav", "/samples"),
        ("/elsewhere/x/a.wav", "/elsewhere/x"),
        (os.fsdecode(b"/samples/\xff/a.wav"), os.fsdecode(b"/samples/\xff")),
    ],
)
def test_a_pack_is_the_folder_below_the_watched_one(path: str, pack: str) -> None:
    assert pack_of(path, HOME.folders) == pack


def test_the_innermost_watched_folder_counts() -> None:
    folders = (Folder("/samples"), Folder("/samples/mine"))
    assert pack_of("/samples/mine/Pack/a.wav", folders) == "/samples/mine/Pack"


def test_packs_are_counted_the_newest_first_and_few() -> None:
    state = with_events(HOME, tagged("/samples/A/1.wav", "/samples/B/1.wav", "/samples/A/2.wav"))
    assert state.packs == (Pack("/samples/A", 2), Pack("/samples/B", 1))
    many = with_events(state, tagged(*(f"/samples/{n}/1.wav" for n in range(9))))
    assert [pack.name for pack in many.packs] == ["8", "7", "6", "5", "4"]


def test_what_a_person_says_of_sounds_is_no_pack() -> None:
    said = [{**event, "labelled": True} for event in tagged("/samples/808s/kick.wav")]
    assert with_events(HOME, said).packs == ()


def test_a_daemon_that_stops_leaves_the_packs() -> None:
    assert offline(with_events(HOME, tagged("/samples/A/1.wav"))).packs == (Pack("/samples/A", 1),)


def test_a_tagged_pack_is_told_once_the_work_is_done() -> None:
    began = replace(HOME, packs=(Pack("/samples/A", 5),))
    working = replace(began, condition=Condition.WORKING, packs=(Pack("/samples/A", 7),))
    assert notices(began, working, began) == ()
    done = replace(working, condition=Condition.IDLE)
    assert notices(working, done, began) == (Notice("“A” is tagged", "2 sounds"),)
    assert notices(working, replace(done, notify_packs=False), began) == ()


def test_what_is_told_counts_from_where_the_work_began() -> None:
    shown: list[State] = []
    told: list[Notice] = []

    class Shell:
        show = shown.append
        notify = told.append

    teller = Teller(cast(Shown, Shell()))
    stuck = replace(HOME, condition=Condition.NEEDS_YOU, trouble="The disk is full.")
    states = [stuck, HOME]
    for sounds in (1, 2, 3, 4, 5, 6):
        condition = Condition.WORKING if sounds % 3 else Condition.IDLE
        states.append(replace(HOME, condition=condition, packs=(Pack("/A", sounds),)))
    states.append(replace(states[-1], review=1))
    for state in states:
        teller.take(state)
    assert shown == states
    assert told == 2 * [Notice("“A” is tagged", "3 sounds")], "what was so before is no news"


def test_a_training_is_followed_and_its_end_is_told() -> None:
    running = {"kind": "training", "job": 1, "state": "running", "message": ""}
    began = with_events(HOME, [{**running, "done": 1, "total": 4}])
    assert began.training == 25
    assert with_events(HOME, [{**running, "epoch": 3, "epochs": 4, "done": 0, "total": 0}]) == (
        replace(HOME, training=75)
    )
    ended = {**running, "state": "succeeded", "done": 0, "total": 0}
    done = with_events(began, [ended])
    assert done.training is None
    assert notices(began, done, HOME)[0].title == "Your tags are learnt"
    assert notices(began, replace(done, notify_training=False), HOME) == ()
    failed = with_events(began, [{**ended, "state": "failed", "message": "The disk is full."}])
    assert notices(began, failed, HOME)[0].text == "The disk is full."
    cancelled = with_events(began, [{**ended, "state": "cancelled"}])
    assert (cancelled.training, notices(began, cancelled, HOME)) == (None, ())
    replayed = with_events(State(), [{**running, "done": 1, "total": 4}, ended])
    assert notices(State(), replayed, HOME) == (), "what ended before the tray came is old news"


def test_trouble_is_told_once() -> None:
    stuck = replace(HOME, condition=Condition.NEEDS_YOU, trouble="The disk is full.")
    assert notices(HOME, stuck, HOME) == (Notice("Earmark cannot go on", "The disk is full."),)
    assert notices(stuck, stuck, HOME) == ()
    assert notices(HOME, replace(stuck, notify_trouble=False), HOME) == ()


def test_a_disk_that_goes_away_is_told() -> None:
    gone = replace(HOME, folders=(Folder("/samples", online=False),))
    assert notices(HOME, gone, HOME) == (Notice("A folder is not there", "/samples"),)
