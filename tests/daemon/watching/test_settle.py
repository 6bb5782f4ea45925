"""Settling with a clock in the hand: nothing here waits."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from earmark_daemon.watching.facts import Found, Stamp
from earmark_daemon.watching.look import Look, Sight
from earmark_daemon.watching.pace import Pace
from earmark_daemon.watching.problems import BROKEN_LINK, IN_USE
from earmark_daemon.watching.settle import Absent, Crowded, Ready, Refused, Settled, Settler

PACE = Pace(quiet=1.0, quiet_after_close=0.25, busy_longest=30.0, in_use_complaint=100.0)


class Disk:
    """Sizes by path; the looks at it are counted."""

    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}
        self.busy: set[str] = set()
        self.refused: set[str] = set()
        self.looks = 0

    def look(self, path: str) -> Look:
        self.looks += 1
        if path not in self.sizes:
            return Look(Sight.ABSENT)
        if path in self.refused:
            return Look(Sight.REFUSED, None, BROKEN_LINK)
        found = Found(path, Stamp(self.sizes[path], 0, 1, 1), 0)
        return Look(Sight.BUSY if path in self.busy else Sight.READY, found)


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def settler(disk: Disk) -> Settler:
    return Settler(disk.look, PACE)


def run(settler: Settler, until: float) -> Iterator[tuple[float, Settled]]:
    """Let time pass from one due moment to the next."""
    while (moment := settler.next_due()) is not None and moment <= until:
        for settled in settler.due(moment):
            yield moment, settled


def test_a_closed_file_needs_little_quiet(settler: Settler, disk: Disk) -> None:
    disk.sizes["/a.wav"] = 4
    settler.note("/a.wav", 10.0, closed=True)
    (moment, settled), *more = run(settler, 100)
    assert moment == 10.25
    assert isinstance(settled, Ready)
    assert settled.found.path == "/a.wav"
    assert not more
    assert settler.next_due() is None


def test_a_file_that_nobody_closed_is_looked_at_twice(settler: Settler, disk: Disk) -> None:
    disk.sizes["/a.wav"] = 4
    settler.note("/a.wav", 10.0)
    assert [moment for moment, _ in run(settler, 100)] == [11.0]
    assert disk.looks == 2


def test_each_new_event_renews_the_wait(settler: Settler, disk: Disk) -> None:
    disk.sizes["/a.wav"] = 4
    for moment in (10.0, 10.4, 10.8):
        settler.note("/a.wav", moment)
        assert list(run(settler, moment + 0.3)) == []
    assert [moment for moment, _ in run(settler, 100)] == [11.8]


def test_a_file_that_grows_without_events_is_looked_at_less_and_less(
    settler: Settler, disk: Disk
) -> None:
    disk.sizes["/a.wav"] = 4
    settler.note("/a.wav", 0.0, stamp=Stamp(3, 0, 1, 1))
    moments = []
    while (moment := settler.next_due()) is not None and moment < 95:
        moments.append(moment)
        assert settler.due(moment) == []
        disk.sizes["/a.wav"] += 1
    waits = [later - earlier for earlier, later in pairwise(moments)]
    assert waits == sorted(waits)
    assert max(waits) == 30.0
    assert len(moments) < 12


def test_a_file_in_use_is_never_taken_but_reported_once(settler: Settler, disk: Disk) -> None:
    disk.sizes["/a.wav"] = 4
    disk.busy.add("/a.wav")
    settler.note("/a.wav", 0.0)
    assert [settled for _, settled in run(settler, 1000)] == [Refused("/a.wav", IN_USE)]
    disk.busy.clear()
    settler.note("/a.wav", 1000.0, closed=True)
    assert [moment for moment, _ in run(settler, 2000)] == [1000.25]


def test_an_empty_file_settles(settler: Settler, disk: Disk) -> None:
    disk.sizes["/a.wav"] = 0
    settler.note("/a.wav", 0.0)
    assert isinstance(next(run(settler, 10))[1], Ready)


def test_a_file_that_vanished_is_absent(settler: Settler) -> None:
    settler.note("/a.wav", 0.0)
    assert [settled for _, settled in run(settler, 10)] == [Absent("/a.wav")]


def test_a_file_that_does_not_open_is_refused(settler: Settler, disk: Disk) -> None:
    disk.sizes["/a.wav"] = 4
    disk.refused.add("/a.wav")
    settler.note("/a.wav", 0.0)
    assert [settled for _, settled in run(settler, 10)] == [Refused("/a.wav", BROKEN_LINK)]
    assert "/a.wav" not in settler


def test_a_forgotten_file_is_not_looked_at(settler: Settler, disk: Disk) -> None:
    settler.note("/a.wav", 0.0)
    settler.forget("/a.wav")
    assert "/a.wav" not in settler
    assert settler.next_due() is None
    assert disk.looks == 0


def test_above_the_limit_a_folder_waits_in_place_of_its_files(disk: Disk) -> None:
    settler = Settler(disk.look, Pace(pending_per_folder=3))
    for number in range(1000):
        disk.sizes[f"/pack/{number}.wav"] = 4
        settler.note(f"/pack/{number}.wav", 0.0, closed=True)
    settled = [settled for _, settled in run(settler, 10)]
    assert sum(isinstance(one, Ready) for one in settled) == 3
    assert settled[3:] == [Crowded("/pack")]


def test_a_crowded_folder_does_not_wait_for_ever(disk: Disk) -> None:
    settler = Settler(disk.look, Pace(pending_per_folder=0))
    moment = 0.0
    while not settler.due(moment):
        settler.note("/pack/a.wav", moment)
        moment += 0.5
        assert moment < 5.0


def test_above_the_limit_of_folders_everything_is_scanned(disk: Disk) -> None:
    settler = Settler(disk.look, Pace(pending_per_folder=0, pending_folders=10))
    for number in range(11):
        settler.note(f"/{number}/a.wav", 0.0)
    assert settler.due(0.0) == [Crowded(None)]
    assert settler.next_due() is None


def test_what_a_scan_found_is_followed_in_any_number(disk: Disk) -> None:
    settler = Settler(disk.look, Pace(pending_per_folder=0))
    disk.sizes["/pack/a.wav"] = 4
    settler.note("/pack/a.wav", 0.0, stamp=Stamp(4, 0, 1, 1))
    assert [(moment, type(settled)) for moment, settled in run(settler, 10)] == [(1.0, Ready)]
    assert disk.looks == 1
