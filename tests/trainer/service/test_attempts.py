"""Jobs and their attempts: fenced by number, one after the other, to the last word."""

from __future__ import annotations

import pytest
from tests.trainer.service.by_hand import Clock, order

from earmark_trainer.jobs.attempts import Attempts
from earmark_trainer.jobs.board import Board
from earmark_trainer.jobs.job import State
from earmark_trainer.problems import Problem
from earmark_trainer.storage.database import Database

PROBLEM = Problem("code", "What.", "Why.", "Do.")


def test_an_attempt_that_was_given_up_changes_nothing(
    board: Board, attempts: Attempts, tenant: str
) -> None:
    job = board.submit(tenant, order(), None).job
    first = attempts.start_next()
    assert first is not None
    attempts.requeue(first, lost=True)
    second = attempts.start_next()
    assert second is not None
    assert (first.attempt, second.attempt, second.losses) == (1, 2, 1)
    before = board.events(job, 0)
    attempts.note_progress(first, {"phase": "training"})
    attempts.fail(first, PROBLEM)
    attempts.requeue(first, lost=True)
    attempts.confirm_cancelled(first)
    assert not attempts.succeed(first, {})
    assert board.events(job, 0) == before
    assert attempts.succeed(second, {"attempt": 2})
    assert not attempts.succeed(second, {"attempt": 2})
    assert board.get(tenant, job.id).state is State.SUCCEEDED


def test_a_job_that_was_interrupted_is_the_next(
    board: Board, attempts: Attempts, tenant: str, clock: Clock
) -> None:
    ids = []
    for _ in range(3):
        ids.append(board.submit(tenant, order(), None).job.id)
        clock.now += 1
    first = attempts.start_next()
    assert first is not None
    attempts.requeue(first, lost=False)
    again = attempts.start_next()
    assert again is not None
    assert (again.id, again.attempt) == (ids[0], 2)
    waiting = [board.position(board.get(tenant, job)) for job in ids]
    assert waiting == [None, 0, 1]


def test_whoever_lets_a_lost_job_go_on_gives_it_all_its_tries(
    board: Board, attempts: Attempts, tenant: str
) -> None:
    job = board.submit(tenant, order(), None).job
    for _ in range(2):
        running = attempts.start_next()
        assert running is not None
        attempts.requeue(running, lost=True)
    running = attempts.start_next()
    assert running is not None
    assert running.losses == 2
    attempts.fail(running, PROBLEM)
    board.resume(board.get(tenant, job.id))
    again = attempts.start_next()
    assert again is not None
    assert (again.losses, again.attempt, again.problem) == (0, 4, None)


def test_the_last_words_are_written_although_the_disk_is_full(
    board: Board,
    attempts: Attempts,
    tenant: str,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = board.submit(tenant, order(), None).job
    running = attempts.start_next()
    assert running is not None
    pages = database.connection.execute("PRAGMA page_count").fetchone()[0]
    database.connection.execute(f"PRAGMA max_page_count = {pages}")
    real_drop = database.drop_ballast

    def drop() -> None:
        real_drop()
        database.connection.execute("PRAGMA max_page_count = 1000000")

    monkeypatch.setattr(database, "drop_ballast", drop)
    for number in range(1000):
        attempts.note_progress(running, {"phase": "x" * 1000, "epoch": number})
    told = len(board.events(job, 0))
    assert told < 1000
    attempts.fail(running, PROBLEM)
    assert board.get(tenant, job.id).problem == PROBLEM
    assert database.restore_ballast()
