"""When the daemon forgets: in small pieces, at rest, once a day."""

from __future__ import annotations

import pytest
from tests.db.sounds import tagged

from earmark_daemon.service.daemon import Daemon
from earmark_daemon.service.forgetting import AT_ONCE, Forgetting
from earmark_db.forgetting import KEPT_SECONDS
from earmark_db.index import Index

DAY = 86_400.0


class Times:
    """Two clocks, and whether the daemon rests."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0
        self.passed = 50.0
        self.rests = True

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.passed += seconds

    def forgetting(self, index: Index) -> Forgetting:
        return Forgetting(index, lambda: self.rests, lambda: self.now, lambda: self.passed)


@pytest.fixture
def times() -> Times:
    return Times()


def bounce(index: Index, count: int) -> list[str]:
    """Sounds that came and went, and one that is there."""
    paths = [f"/pack/{number}.wav" for number in range(count)]
    with index.transaction():
        for path in paths:
            tagged(index, path)
        index.files.gone(paths)
        tagged(index, "/pack/there.wav")
    return paths


def left(index: Index, contents: list[str]) -> int:
    return sum(bool(index.verdicts.of(content)) for content in contents)


def test_it_forgets_a_few_each_time_and_only_at_rest(index: Index, times: Times) -> None:
    contents = bounce(index, AT_ONCE + 10)
    forgetting = times.forgetting(index)
    for _ in range(2):
        forgetting.look()
    times.wait(KEPT_SECONDS)
    times.rests = False
    forgetting.look()
    assert left(index, contents) == AT_ONCE + 10
    times.rests = True
    forgetting.look()
    assert left(index, contents) == 10
    forgetting.look()
    assert left(index, contents) == 0


def test_it_walks_through_all_once_a_day(index: Index, times: Times) -> None:
    contents = bounce(index, 3)
    forgetting = times.forgetting(index)
    forgetting.look()
    times.now += KEPT_SECONDS
    times.passed += DAY - 1.0
    forgetting.look()
    assert left(index, contents) == 3
    times.wait(1.0)
    forgetting.look()
    assert left(index, contents) == 0


def test_an_index_that_cannot_be_written_is_tried_again(index: Index, times: Times) -> None:
    contents = bounce(index, 3)
    forgetting = times.forgetting(index)
    forgetting.look()
    times.wait(KEPT_SECONDS)
    index._store.connection.execute("pragma query_only = on")
    forgetting.look()
    index._store.connection.execute("pragma query_only = off")
    assert left(index, contents) == 3
    times.wait(DAY)
    forgetting.look()
    assert left(index, contents) == 0


def test_a_daemon_forgets_by_itself(daemon: Daemon) -> None:
    contents = bounce(daemon.index, 3)
    with daemon.index.transaction() as connection:
        connection.execute("update contents set left_at = 1 where digest != '/pack/there.wav'")
    daemon.look()
    assert left(daemon.index, contents) == 0
    assert left(daemon.index, ["/pack/there.wav"]) == 1
