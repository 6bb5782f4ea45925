"""Training jobs in a real daemon, whose index cannot be written for a while."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from tests.waiting import until

from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.learning.examples import Examples
from earmark_daemon.learning.place import Lesson, Made, Order, Sending, Stopped, Tell, Wish
from earmark_daemon.places import places
from earmark_daemon.service.daemon import Daemon
from earmark_daemon.service.training import jobs
from earmark_daemon.service.updated import UPDATED
from earmark_db.errors import IndexFault
from earmark_db.jobs import JobRecord


class Shut:
    """Takes no more word of a job that stands like this, until it is opened.

    Attributes:
        refused: how often it was tried.
    """

    def __init__(self, daemon: Daemon, ended: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open = False
        self.refused = 0
        change = daemon.index.jobs.change

        def refuse(*words: Any, **more: Any) -> None:
            if not self.open and more.get("ended", False) == ended:
                self.refused += 1
                raise IndexFault("disk-full", "The disk is full.", "Free some space.")
            change(*words, **more)

        monkeypatch.setattr(daemon.index.jobs, "change", refuse)


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    monkeypatch.setattr(jobs, "STALLED_SECONDS", 0.01)
    made = Daemon(places(), watch=False)
    made.start()
    yield made
    made.close()


def begun(daemon: Daemon) -> int:
    """A job without a single example, which fails as soon as it is looked at."""
    number = daemon.parts.training.rows.begin("here", "own", {}, Wish())
    daemon.parts.training.start()
    return number


class AtWork:
    """A place that works on a job until somebody ends it."""

    name = "here"

    def __init__(self) -> None:
        self.ended = threading.Event()

    def unready(self) -> None:
        """It is ready."""

    def would_send(self, lesson: Lesson) -> Sending:
        return Sending()

    def run(self, order: Order, tell: Tell) -> Made:
        self.ended.wait()
        raise Stopped

    def resume(self, order: Order, note: Mapping[str, Any], tell: Tell) -> Made:
        return self.run(order, tell)

    def cancel(self, job: int, note: Mapping[str, Any]) -> None:
        self.ended.set()

    def suspend(self, job: int) -> None:
        self.ended.set()


def state(daemon: Daemon, job: int) -> str:
    return str(daemon.parts.training.rows.show(job)["state"])


def troubles(daemon: Daemon) -> int:
    return sum(event.kind == "trouble" for event in daemon.feed.since(0)[1])


def test_how_a_job_ended_is_written_once_that_can_be(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    shut = Shut(daemon, True, monkeypatch)
    job = begun(daemon)
    until(lambda: shut.refused >= 3, "its end cannot be written")
    assert state(daemon, job) == "running"
    shut.open = True
    until(lambda: state(daemon, job) == "failed", "its end is written")
    assert troubles(daemon) == 1


def test_a_job_that_cannot_go_on_can_be_cancelled(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    shut = Shut(daemon, False, monkeypatch)
    job = begun(daemon)
    until(lambda: shut.refused >= 3, "it cannot go on")
    assert troubles(daemon) == 1
    daemon.parts.training.cancel(job)
    until(lambda: state(daemon, job) == "cancelled", "it has ended")


def test_an_update_ends_no_job_which_goes_on_where_it_is_called_off(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    resumed: list[int] = []
    called_off = threading.Event()

    class Updated(AtWork):
        """Cannot do anything until an update is called off."""

        def run(self, order: Order, tell: Tell) -> Made:
            raise fail(UPDATED, "Earmark was updated while it ran.")

        def resume(self, order: Order, note: Mapping[str, Any], tell: Tell) -> Made:
            resumed.append(order.job)
            if called_off.is_set():
                raise fail("training-failed", "It was tried.")
            return self.run(order, tell)

    training = daemon.parts.training
    monkeypatch.setitem(training._places, "here", Updated())
    job = training.rows.begin("here", "own", {}, Wish())
    training.start()
    until(lambda: resumed.count(job) >= 3, "it is tried again and again")
    assert state(daemon, job) == "running"
    assert troubles(daemon) == 1
    called_off.set()
    until(lambda: state(daemon, job) == "failed", "it goes on")


def test_a_daemon_ends_while_its_jobs_cannot_go_on(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    shut = Shut(daemon, False, monkeypatch)
    job = begun(daemon)
    until(lambda: shut.refused >= 3, "it cannot go on")
    daemon.parts.training.close()
    assert daemon.parts.training.rows.show(job)["ended"] is None


def test_a_job_that_ends_while_it_is_cancelled_stays_as_it_ended(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = daemon.parts.training.rows
    job, find = rows.begin("here", "own", {}, Wish()), rows.find

    def found_just_before_its_end(number: int) -> JobRecord:
        found = find(number)
        if found.ended is None:
            monkeypatch.setattr(rows, "find", find)
            rows.end(number, "succeeded")
        return found

    monkeypatch.setattr(rows, "find", found_just_before_its_end)
    daemon.parts.training.cancel(job)
    assert state(daemon, job) == "succeeded"


def test_a_job_that_is_cancelled_as_it_begins_is_not_worked_on(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    training, begin = daemon.parts.training, daemon.parts.training._begin
    training._places["here"] = AtWork()
    monkeypatch.setattr(
        daemon.parts.material, "worth_training", lambda own: Examples(own, False, (), ())
    )
    cancelling, ends, end = list[threading.Thread](), list[str](), training.rows.end

    def ended(job: int, how: str, **data: object) -> None:
        ends.append(how)
        end(job, how, **data)

    def cancelled_meanwhile(job: int, place: str, *, resumed: bool) -> None:
        cancelling.append(threading.Thread(target=training.cancel, args=[job]))
        cancelling[0].start()
        until(lambda: training._lock.locked() or not cancelling[0].is_alive(), "it is cancelled")
        begin(job, place, resumed=resumed)

    monkeypatch.setattr(training, "_begin", cancelled_meanwhile)
    monkeypatch.setattr(training.rows, "end", ended)
    job = training.train("own", "here", Wish())
    cancelling[0].join()
    until(lambda: not training._running, "nobody works on it")
    assert ends == ["cancelled"], "by whoever works on it alone"
    assert state(daemon, job) == "cancelled"


def test_where_one_can_train_is_said(daemon: Daemon) -> None:
    with pytest.raises(EarmarkError, match="no place “moon”") as raised:
        daemon.requests.call("training_plan", {"tag_set": "own", "where": "moon"})
    assert raised.value.problem.advice.endswith("endpoint, here, auto")
