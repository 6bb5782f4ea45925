"""What the engine for many machines makes of what a cluster says, without one: Ray is large."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import pytest
from tests.waiting import DEADLINE_SECONDS

from earmark_trainer.engines import attempt, ray_jobs
from earmark_trainer.engines.engine import ASSIGNMENT, REPORTS, Assignment, Ending, Outcome
from earmark_trainer.engines.ray_cluster import RayCluster, RayState, Seen, Unreachable
from earmark_trainer.engines.ray_jobs import RayEngine
from earmark_trainer.engines.reports import Kind, Line
from earmark_trainer.limits import Limits

WAITING, RUNNING, SUCCEEDED, FAILED = (
    Seen(state, "node died")
    for state in (RayState.WAITING, RayState.RUNNING, RayState.SUCCEEDED, RayState.FAILED)
)
DONE = Line(Kind.FINISHED).encode()
EPOCH = Line(Kind.PROGRESS, {"epoch": 1}).encode()
BEAT = Line(Kind.BEAT).encode()
LIMITS = Limits(heartbeat_seconds=5.0, attempt_seconds=30.0)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_jobs, "LOOK_SECONDS", 0.0)


class Cluster:
    """Answers each look with the next of what was written down, and the last one for ever.

    No answer at all is None. With each look a second goes by.

    Attributes:
        lines: what the attempt reports, a piece with each look and the last one for ever.
        refused: how often a job is not taken; what is not taken may have come all the same.
    """

    address = "http://ray.example"

    def __init__(self, folder: Path, *seen: Seen | None, lines: Sequence[bytes] = (b"",)) -> None:
        self.folder = folder
        self.seen = list(seen)
        self.lines = list(lines)
        self.refused = 0
        self.seconds = 0.0
        self.submitted: list[str] = []
        self.stopped: list[str] = []
        self.reachable = True

    def submit(self, name: str, command: Sequence[str], needs: Mapping[str, float]) -> None:
        assert command[-1] == str(self.folder / ASSIGNMENT)
        self.submitted.append(name)
        if self.refused:
            self.refused -= 1
            raise Unreachable

    def look(self, name: str) -> Seen:
        assert name in self.submitted
        self.seconds += 1.0
        with (self.folder / REPORTS).open("ab") as reports:
            reports.write(self.lines.pop(0) if len(self.lines) > 1 else self.lines[0])
        seen = self.seen.pop(0) if len(self.seen) > 1 else self.seen[0]
        if seen is None:
            raise Unreachable
        return seen

    def stop(self, name: str) -> None:
        self.stopped.append(name)
        if not self.reachable:
            raise Unreachable


def engine_of(cluster: Cluster, limits: Limits = LIMITS) -> RayEngine:
    (cluster.folder / ASSIGNMENT).touch()
    asked = cast(RayCluster, cluster)
    return RayEngine(asked, 1, {"CPU": 1}, limits, command=["train"], clock=lambda: cluster.seconds)


def run(
    cluster: Cluster, limits: Limits = LIMITS, told: list[dict[str, object]] | None = None
) -> Ending:
    """How an attempt ends."""
    engine = engine_of(cluster, limits)
    report = ([] if told is None else told).append
    attempt = Assignment("kick", 1, cluster.folder)

    async def scene() -> Ending:
        async with asyncio.timeout(DEADLINE_SECONDS):
            ending = await engine.submit(attempt, report)
        assert engine.status("kick") is None
        return ending

    return asyncio.run(scene())


def code(ending: Ending) -> str | None:
    return None if ending.problem is None else ending.problem.code


def is_ended(cluster: Cluster) -> bool:
    """Whether Ray was asked to end it, and it would end itself where Ray has lost it."""
    return cluster.stopped == ["earmark-kick-1"] and not (cluster.folder / ASSIGNMENT).exists()


def test_what_ends_well_and_says_so_is_finished(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path, RUNNING, RUNNING, SUCCEEDED, lines=[EPOCH, b"", DONE])
    told: list[dict[str, object]] = []
    assert run(cluster, told=told) == Ending(Outcome.FINISHED)
    assert told == [{"epoch": 1}]
    assert cluster.submitted == ["earmark-kick-1"]
    assert cluster.stopped == []


@pytest.mark.parametrize(("last", "word"), [(SUCCEEDED, b""), (FAILED, b""), (FAILED, DONE)])
def test_what_ends_without_saying_so_or_otherwise_than_it_said_is_lost(
    tmp_path: Path, last: Seen, word: bytes
) -> None:
    cluster = Cluster(tmp_path, RUNNING, last, lines=[b"", word])
    ending = run(cluster)
    assert (ending.outcome, code(ending)) == (Outcome.LOST, "training-died")
    assert ending.problem
    assert "node died" in ending.problem.detail
    assert is_ended(cluster)


def test_whoever_waits_for_a_machine_is_neither_silent_nor_too_slow(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path, *[WAITING] * 100, RUNNING, SUCCEEDED, lines=[b""] * 101 + [DONE])
    assert run(cluster).outcome is Outcome.FINISHED


@pytest.mark.parametrize("seen", [RUNNING, None])
def test_who_is_not_heard_of_for_long_is_ended(tmp_path: Path, seen: Seen | None) -> None:
    """Also where Ray cannot be asked: reports come by the disk that all machines share."""
    cluster = Cluster(tmp_path, *[RUNNING] * 3, *[seen] * 6, FAILED)
    ending = run(cluster)
    assert (ending.outcome, code(ending)) == (Outcome.LOST, "training-hung")
    assert is_ended(cluster)


def test_who_is_heard_of_goes_on_while_ray_cannot_be_asked(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path, RUNNING, *[None] * 20, SUCCEEDED, lines=[BEAT] * 21 + [DONE])
    assert run(cluster).outcome is Outcome.FINISHED


def test_who_takes_too_long_is_ended_and_not_tried_again(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path, *[RUNNING] * 33, FAILED, lines=[BEAT])
    ending = run(cluster)
    assert (ending.outcome, code(ending)) == (Outcome.FAILED, "out-of-time")
    assert is_ended(cluster)


def test_who_writes_too_much_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt, "size_of", lambda _: LIMITS.attempt_bytes + 1)
    cluster = Cluster(tmp_path, *[RUNNING] * 6, FAILED, lines=[BEAT])
    ending = run(cluster)
    assert (ending.outcome, code(ending)) == (Outcome.FAILED, "job-too-big")
    assert is_ended(cluster)


def test_who_cannot_be_understood_is_ended(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path, RUNNING, FAILED, lines=[b"noise\n", b""])
    assert code(run(cluster)) == "training-garbled"
    assert is_ended(cluster)


def test_a_cluster_that_is_away_for_a_while_is_asked_again(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path, *[None] * 3, SUCCEEDED, lines=[b""] * 3 + [DONE])
    cluster.refused = 3
    assert run(cluster).outcome is Outcome.FINISHED
    assert len(cluster.submitted) == 4


def test_what_was_taken_although_the_answer_was_lost_is_not_begun_twice(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path, RUNNING, SUCCEEDED, lines=[b"", DONE])
    cluster.refused = 1
    assert run(cluster).outcome is Outcome.FINISHED
    assert len(cluster.submitted) == 1


def test_a_cluster_that_stays_away_is_told_and_what_it_may_have_taken_ended(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path, None)
    cluster.refused = 1000
    ending = run(cluster)
    assert (ending.outcome, code(ending)) == (Outcome.LOST, "no-cluster")
    assert is_ended(cluster)
    assert 5 <= len(cluster.submitted) <= 8


@pytest.mark.parametrize("reachable", [True, False])
def test_whoever_cancels_waits_until_nothing_of_it_runs(tmp_path: Path, reachable: bool) -> None:
    cluster = Cluster(tmp_path, RUNNING, lines=[EPOCH, BEAT])
    cluster.reachable = reachable
    engine = engine_of(cluster, Limits(attempt_seconds=math.inf))

    async def scene() -> None:
        heard = asyncio.Event()
        async with asyncio.timeout(DEADLINE_SECONDS):
            running = asyncio.create_task(
                engine.submit(Assignment("kick", 1, tmp_path), lambda _: heard.set())
            )
            await heard.wait()
            cancelling = asyncio.create_task(engine.reap())
            while not cluster.stopped:
                await asyncio.sleep(0.001)
            if reachable:
                seconds = cluster.seconds
                while cluster.seconds < seconds + 3:
                    await asyncio.sleep(0.001)
                assert not cancelling.done(), "Ray says that it runs"
                cluster.seen = [FAILED]
            await cancelling
            assert engine.status("kick") is None
            assert (await running).outcome is Outcome.CANCELLED

    asyncio.run(scene())
    assert is_ended(cluster)


def test_what_ray_cannot_end_is_waited_for_no_longer_than_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a machine that it has lost: there the attempt ends itself."""
    monkeypatch.setattr(ray_jobs, "_GOODBYE_SECONDS", 0.05)
    cluster = Cluster(tmp_path, RUNNING)
    assert code(run(cluster)) == "training-hung"
    assert is_ended(cluster)
