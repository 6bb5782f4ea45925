from __future__ import annotations

import threading

from earmark_daemon.service.feed import Feed


def test_events_come_in_order_and_once() -> None:
    feed = Feed()
    feed.tell("tagged", path="a")
    number, events = feed.since(0)
    assert [(e.kind, e.data["path"]) for e in events] == [("tagged", "a")]
    feed.tell("tagged", path="b")
    assert [e.data["path"] for e in feed.since(number)[1]] == ["b"]


def test_who_waits_is_woken_by_an_event() -> None:
    feed = Feed()
    got: list[str] = []
    thread = threading.Thread(target=lambda: got.extend(e.kind for e in feed.since(0, 60.0)[1]))
    thread.start()
    feed.tell("state")
    thread.join()
    assert got == ["state"]


def test_who_waits_is_let_go_at_the_end() -> None:
    feed = Feed()
    thread = threading.Thread(target=feed.since, args=(0, 3600.0))
    thread.start()
    feed.close()
    thread.join()
    assert feed.since(0) == (0, [])


def test_a_number_from_an_earlier_life_is_told_everything() -> None:
    feed = Feed()
    feed.tell("state")
    assert len(feed.since(500, 3600.0)[1]) == 1


def test_the_oldest_are_forgotten_not_the_newest() -> None:
    feed = Feed()
    for number in range(9000):
        feed.tell("tagged", path=str(number))
    events = feed.since(0)[1]
    assert events[-1].data["path"] == "8999"
    assert len(events) == 5000
