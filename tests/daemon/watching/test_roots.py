from __future__ import annotations

from earmark_daemon.watching.ignore import Rules
from earmark_daemon.watching.pace import Pace
from earmark_daemon.watching.roots import NEVER, Root
from earmark_daemon.watching.territory import Territory

PACE = Pace(burst=10, doubt_quiet=1.0, doubts=3)


def root(path: str = "/samples", next_full: float = NEVER) -> Root:
    return Root(path, Rules(("no/",)), None, next_full)


def test_a_whole_comparison_settles_every_doubt() -> None:
    one = root(next_full=100.0)
    one.doubt("/samples/a", 50.0, PACE.doubts)
    one.doubt("/samples/b", 60.0, PACE.doubts)
    assert one.next_due() == 50.0
    assert one.take_due(49.0) is None
    assert one.take_due(50.0) == "/samples/a"
    assert one.take_due(100.0) == "/samples"
    assert one.next_due() == NEVER


def test_many_doubts_make_it_the_whole_root() -> None:
    one = root()
    for name in "abcd":
        one.doubt(f"/samples/{name}", 50.0, PACE.doubts)
    assert one.take_due(50.0) == "/samples"
    assert one.next_due() == NEVER


def test_a_burst_is_followed_by_a_comparison_once_it_is_over() -> None:
    one = root()
    for number in range(9):
        one.count_hint(number / 10, PACE)
    assert one.next_due() == NEVER
    for number in range(9, 20):
        one.count_hint(number / 10, PACE)
    assert one.next_due() == 1.9 + 1.0
    assert one.take_due(2.9) == "/samples"


def test_a_burst_without_end_is_not_waited_for() -> None:
    one = root()
    for number in range(1000):
        one.count_hint(number / 10, PACE)
        if one.take_due(number / 10):
            break
    assert number == 100


def test_few_events_now_and_then_are_no_burst() -> None:
    one = root()
    for number in range(100):
        one.count_hint(number * 2.0, PACE)
    assert one.next_due() == NEVER


def test_a_path_belongs_to_the_innermost_root() -> None:
    territory = Territory(PACE)
    outer, inner = root("/samples"), root("/samples/inner")
    territory.put(outer)
    territory.put(inner)
    assert territory.owner("/samples/a.wav") is outer
    assert territory.owner("/samples/inner/x/a.wav") is inner
    assert territory.owner("/samples/innermost/a.wav") is outer
    assert territory.owner("/elsewhere/a.wav") is None
    assert territory.apart(outer) == {"/samples/inner"}
    assert territory.apart(inner) == frozenset()
    assert territory.wants("/samples/inner/a.wav")
    assert not territory.wants("/samples/no/a.wav")
    assert not territory.wants("/elsewhere/a.wav")


def test_a_folder_is_compared_by_its_own_root() -> None:
    territory = Territory(PACE)
    outer, inner = root("/samples"), root("/samples/inner")
    territory.put(outer)
    territory.put(inner)
    territory.rescan("/samples/inner/x", 5.0)
    assert (outer.next_due(), inner.take_due(5.0)) == (NEVER, "/samples/inner/x")
    territory.rescan(None, 7.0)
    assert (outer.take_due(7.0), inner.take_due(7.0)) == ("/samples", "/samples/inner")
