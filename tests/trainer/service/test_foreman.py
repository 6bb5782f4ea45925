"""What becomes of attempts, with an engine that acts by hand: nobody pays for what nobody wants."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.trainer.service.by_hand import Clock, order
from tests.trainer.service.client import make_pack, sha256, toy_sounds
from tests.waiting import DEADLINE_SECONDS

from earmark_trainer.engines.engine import (
    METRICS,
    MODEL,
    PLOTS,
    RESULT,
    Assignment,
    Ending,
    Outcome,
    Report,
)
from earmark_trainer.jobs import foreman as foremen
from earmark_trainer.jobs.attempts import Attempts
from earmark_trainer.jobs.board import Board
from earmark_trainer.jobs.foreman import Foreman
from earmark_trainer.jobs.job import Job, State
from earmark_trainer.jobs.orders import check_spectrograms
from earmark_trainer.limits import Limits
from earmark_trainer.problems import BAD_DATA, Problem, disk_full
from earmark_trainer.storage.database import Database
from earmark_trainer.storage.folders import Folders
from earmark_trainer.storage.packs import read_pack
from earmark_trainer.storage.signing import SigningKey
from earmark_trainer.storage.spectrograms import Spectrograms

LOST = Ending(Outcome.LOST, Problem("training-died", "What.", "Why.", "Do."))
FAILED = Ending(Outcome.FAILED, Problem("code", "What.", "Why.", "Do."))
FINISHED = Ending(Outcome.FINISHED)
LIMITS = Limits(losses=3, attempts=5)


class Engine:
    """Ends each attempt as it is told to.

    Attributes:
        acts: how the attempts end, one after the other; the last one goes for all after it.
        begun: their numbers.
    """

    slots = 1

    def __init__(self, *acts: Callable[[], Ending]) -> None:
        self.acts = list(acts)
        self.begun: list[int] = []

    async def submit(self, assignment: Assignment, report: Report) -> Ending:
        self.begun.append(assignment.attempt)
        ending = (self.acts.pop(0) if len(self.acts) > 1 else self.acts[0])()
        if ending.outcome is Outcome.FINISHED:
            for name in (MODEL, METRICS, PLOTS):
                (assignment.folder / RESULT / name).write_text("{}")
        return ending

    def status(self, job: str) -> None:
        return None

    async def cancel(self, job: str) -> None:
        pass

    async def reap(self) -> None:
        pass


@pytest.fixture
def spectrograms(database: Database, tmp_path: Path, clock: Clock, tenant: str) -> Spectrograms:
    """What `order` needs, all in one pack."""
    folders = Folders(tmp_path)
    folders.create()
    kept = Spectrograms(database, folders, LIMITS, clock)
    pack = make_pack([*toy_sounds(2, 0, 1), *toy_sounds(2, 2, 1)])
    received = tmp_path / "received"
    received.write_bytes(pack)
    with received.open("rb") as file:
        entries = read_pack(file, LIMITS)
    kept.add(tenant, sha256(pack), received, entries)
    return kept


@pytest.fixture
def foreman(
    board: Board, attempts: Attempts, spectrograms: Spectrograms, tmp_path: Path
) -> Foreman:
    key = SigningKey.load_or_create(tmp_path)
    return Foreman(board, attempts, spectrograms, Folders(tmp_path), key, LIMITS)


@pytest.fixture
def job(board: Board, tenant: str) -> Job:
    return board.submit(tenant, order(), None).job


def ended(foreman: Foreman, engine: Engine, board: Board, job: Job) -> Job:
    """The job once nothing happens to it any more."""

    async def scene() -> Job:
        working = asyncio.create_task(foreman.run(engine))
        async with asyncio.timeout(DEADLINE_SECONDS):
            while (now := board.get(job.tenant, job.id)).state in (State.QUEUED, State.RUNNING):
                await asyncio.sleep(0.001)
        working.cancel()
        await asyncio.wait([working])
        return now

    return asyncio.run(scene())


def test_what_was_cancelled_while_it_was_laid_out_is_not_begun(
    foreman: Foreman, board: Board, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled_meanwhile(*what: Any) -> None:
        board.cancel(job)
        check_spectrograms(*what)

    monkeypatch.setattr(foremen, "check_spectrograms", cancelled_meanwhile)
    engine = Engine(lambda: FINISHED)
    assert ended(foreman, engine, board, job).state is State.CANCELLED
    assert engine.begun == []


@pytest.mark.parametrize("ending", [LOST, FAILED, FINISHED])
def test_what_was_cancelled_is_that_however_it_ends_and_is_not_tried_again(
    foreman: Foreman, board: Board, job: Job, ending: Ending
) -> None:
    def cancelled_meanwhile() -> Ending:
        board.cancel(job)
        return ending

    engine = Engine(cancelled_meanwhile)
    assert ended(foreman, engine, board, job).state is State.CANCELLED
    assert engine.begun == [1]


def test_what_was_cancelled_before_the_trainer_was_killed_is_not_taken_up_again(
    foreman: Foreman, board: Board, attempts: Attempts, job: Job
) -> None:
    attempts.start_next()
    board.cancel(job)
    engine = Engine(lambda: FINISHED)
    found = ended(foreman, engine, board, job)
    assert (found.state, found.attempt) == (State.CANCELLED, 1)
    assert engine.begun == []


@pytest.mark.parametrize(
    ("losses", "state"), [(LIMITS.losses - 1, State.SUCCEEDED), (LIMITS.losses, State.FAILED)]
)
def test_what_is_lost_is_tried_again_and_given_up_after_so_many_times(
    foreman: Foreman, board: Board, job: Job, losses: int, state: State
) -> None:
    engine = Engine(*[lambda: LOST] * losses, lambda: FINISHED)
    assert ended(foreman, engine, board, job).state is state
    assert engine.begun == [1, 2, 3]


@pytest.mark.parametrize("before", [4, 5])
def test_what_was_cut_short_is_given_up_after_so_many_attempts(
    foreman: Foreman, board: Board, attempts: Attempts, job: Job, before: int
) -> None:
    """A restart is no loss, yet a job that brings the trainer down shall not do so for ever."""
    for number in range(before):
        running = attempts.start_next()
        assert running is not None
        if number < before - 1:
            attempts.requeue(running, lost=False)
    engine = Engine(lambda: FINISHED)
    found = ended(foreman, engine, board, job)
    if before < LIMITS.attempts:
        assert (found.state, engine.begun) == (State.SUCCEEDED, [before + 1])
    else:
        assert (found.state, engine.begun) == (State.FAILED, [])


def test_a_mistake_of_the_trainers_own_counts_as_a_loss(
    foreman: Foreman, board: Board, job: Job
) -> None:
    def mistaken() -> Ending:
        raise RuntimeError("a mistake")

    engine = Engine(mistaken)
    assert ended(foreman, engine, board, job).state is State.FAILED
    assert engine.begun == [1, 2, 3]


def test_where_no_process_is_left_one_is_waited_for(
    foreman: Foreman, board: Board, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> Ending:
        raise OSError(errno.EAGAIN, "no process is left")

    monkeypatch.setattr(foremen, "_ROOM_SECONDS", 0.0)
    engine = Engine(full, full, lambda: FINISHED)
    assert ended(foreman, engine, board, job).state is State.SUCCEEDED
    assert engine.begun == [1, 1, 1]


@pytest.mark.parametrize("whole", [True, False])
def test_a_pack_that_holds_something_else_than_it_did_is_asked_for_again(
    foreman: Foreman,
    board: Board,
    job: Job,
    spectrograms: Spectrograms,
    tmp_path: Path,
    whole: bool,
) -> None:
    """As long as it was, so that nothing shows before its content is read."""
    (pack,) = tmp_path.glob("tenants/*/packs/*.tar")
    if not whole:
        pack.write_bytes(bytes(pack.stat().st_size))
    damaged = Ending(Outcome.FAILED, Problem(BAD_DATA, "What.", "Why.", "Do."))
    assert ended(foreman, Engine(lambda: damaged), board, job).state is State.FAILED
    assert (spectrograms.missing(job.tenant, order().digests) == []) == whole


def test_where_the_disk_is_full_as_a_job_begins_there_is_another_try(
    foreman: Foreman, board: Board, attempts: Attempts, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_next, full = attempts.start_next, [disk_full("the job")]

    def fails_once() -> Job | None:
        if full:
            foreman.wake()  # as the next look at what can be deleted does
            raise full.pop()
        return start_next()

    monkeypatch.setattr(attempts, "start_next", fails_once)
    assert ended(foreman, Engine(lambda: FINISHED), board, job).state is State.SUCCEEDED
