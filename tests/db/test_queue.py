"""When work is due: at its time, whatever the clock said before."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from earmark_db import queue
from earmark_db.index import Index
from earmark_db.queue import LONGEST_WAIT_SECONDS
from earmark_db.records import Arrival, Stamp, Step


@pytest.mark.parametrize("ahead", [3 * 3600.0, 365 * 86400.0])
@pytest.mark.parametrize("put_off", ["for another try", "behind all else"])
def test_what_was_put_off_while_the_clock_was_ahead_is_due_once_it_is_right(
    index: Index, monkeypatch: pytest.MonkeyPatch, ahead: float, put_off: str
) -> None:
    arrivals = [Arrival(f"/pack/{name}.wav", Stamp(1, 2, 3, 4), None) for name in "ab"]
    first, second = index.files.arrived(arrivals)
    with monkeypatch.context() as wrong:
        wrong.setattr(queue, "time", SimpleNamespace(time=lambda: time.time() + ahead))
        if put_off == "for another try":
            index.queue.later(Step.HEAR, first, 10.0)
        else:
            index.queue.done(Step.HEAR, first)
            index.queue.add(Step.HEAR, [first], last=True)
        assert next(task.file_id for task in index.queue.due(Step.HEAR, 10)) == second
    assert [task.file_id for task in index.queue.due(Step.HEAR, 10)] == [second, first]
    assert [task.file_id for task in index.queue.due(Step.HEAR, 10, [second])] == [first]
    assert [task.file_id for task in index.queue.due(Step.HEAR, 1)] == [second]
    index.queue.done(Step.HEAR, second)
    due = index.queue.next_due(Step.HEAR)
    assert due is not None
    assert due <= time.time()


def test_the_longest_wait_is_waited_out(index: Index) -> None:
    (file_id,) = index.files.arrived([Arrival("/pack/a.wav", Stamp(1, 2, 3, 4), None)])
    index.queue.later(Step.HEAR, file_id, LONGEST_WAIT_SECONDS)
    assert index.queue.due(Step.HEAR, 10) == []
    due = index.queue.next_due(Step.HEAR)
    assert due is not None
    assert index.queue.due(Step.HEAR, 10, now=due)


def test_put_off_is_what_failed_and_waits_for_another_try(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrivals = [Arrival(f"/pack/{name}.wav", Stamp(1, 2, 3, 4), None) for name in "abc"]
    failed, waiting, _ = index.files.arrived(arrivals)
    index.queue.later(Step.HEAR, waiting, 10.0, tried=False)
    assert index.queue.put_off(Step.HEAR) == 0, "never tried"
    index.queue.later(Step.HEAR, failed, 10.0)
    assert index.queue.put_off(Step.HEAR) == 1
    assert index.queue.put_off(Step.WRITE) == 0
    monkeypatch.setattr(queue, "time", SimpleNamespace(time=lambda: time.time() + 11.0))
    assert index.queue.put_off(Step.HEAR) == 0, "it is tried now"
