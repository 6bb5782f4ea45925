"""The folder of an attempt: laid out with what the attempts before have left, and judged after."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from tests.trainer.service.by_hand import order

from earmark_trainer.engines.engine import (
    ASSIGNMENT,
    CHECKPOINT,
    HISTORY,
    METRICS,
    MODEL,
    PLOTS,
    RESULT,
    Assignment,
)
from earmark_trainer.jobs.attempts import Attempts
from earmark_trainer.jobs.board import Board
from earmark_trainer.jobs.job import Job
from earmark_trainer.jobs.workshop import clear_up, inspect_result, lay_out
from earmark_trainer.problems import ConflictError
from earmark_trainer.storage.folders import Folders
from earmark_trainer.storage.signing import SigningKey


@pytest.fixture
def job(board: Board, attempts: Attempts, tenant: str) -> Job:
    """One that runs."""
    board.submit(tenant, order(), None)
    running = attempts.start_next()
    assert running is not None
    return running


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path)


def laid_out(folders: Folders, job: Job, attempt: int) -> Path:
    return lay_out(folders, replace(job, attempt=attempt), order(), {}, None).folder


def leave(folder: Path, words: str) -> None:
    """What a training leaves: what it has learnt, and how it went."""
    for name in (CHECKPOINT, "checkpoint-2.pt", HISTORY):
        (folder / name).write_text(words)


def test_an_attempt_has_what_the_last_one_learnt_and_none_before_has_it_any_more(
    folders: Folders, job: Job
) -> None:
    first, second = (laid_out(folders, job, attempt) for attempt in (1, 2))
    leave(first, "by a process that still ran somewhere")
    leave(second, "the last one's")
    third = laid_out(folders, job, 3)
    for name in (CHECKPOINT, "checkpoint-2.pt", HISTORY):
        assert (third / name).read_text() == "the last one's"
        assert not (second / name).exists()
    assert (laid_out(folders, job, 4) / CHECKPOINT).read_text() == "the last one's"


def test_an_attempt_that_is_laid_out_twice_has_nothing_of_the_first_time(
    folders: Folders, job: Job
) -> None:
    made(laid_out(folders, job, 1))
    again = laid_out(folders, job, 1)
    assert {path.name for path in again.iterdir()} == {ASSIGNMENT, RESULT}
    assert list((again / RESULT).iterdir()) == []


def made(folder: Path, model: bytes = b"a model") -> Assignment:
    (folder / RESULT / MODEL).write_bytes(model)
    for name in (METRICS, PLOTS):
        (folder / RESULT / name).write_text("{}")
    return Assignment("job", 1, folder)


def test_only_a_whole_result_is_signed(
    folders: Folders, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = SigningKey.load_or_create(tmp_path)
    folder = laid_out(folders, job, 1)
    sha256 = hashlib.sha256(b"a model").hexdigest()
    assert inspect_result(made(folder), key) == {
        "attempt": 1,
        "sha256": sha256,
        "size": len(b"a model"),
        "signature": key.sign(sha256),
    }
    for model in (b"", b"more than a model may have"):
        with monkeypatch.context() as few:
            few.setattr("earmark_trainer.jobs.workshop.MAX_MODEL_BYTES", len(b"a model"))
            with pytest.raises(ConflictError, match="bytes"):
                inspect_result(made(folder, model), key)
    (made(folder).folder / RESULT / PLOTS).write_text("{")
    with pytest.raises(ConflictError, match="JSONDecodeError"):
        inspect_result(Assignment("job", 1, folder), key)


def test_of_a_finished_job_the_result_is_kept_alone(folders: Folders, job: Job) -> None:
    first, second = (laid_out(folders, job, attempt) for attempt in (1, 2))
    made(second)
    leave(second, "checkpoint")
    clear_up(folders, replace(job, attempt=2))
    assert not first.exists()
    assert {path.name for path in second.iterdir()} == {RESULT}
    assert {path.name for path in (second / RESULT).iterdir()} == {MODEL, METRICS, PLOTS}
