"""The pieces of a training on this machine: tried again, given up, broken off."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from tests.made_models import BASE

from earmark_daemon.errors import EarmarkError
from earmark_daemon.learning.place import Stopped
from earmark_daemon.processes import WorkerDied, WorkerFailed, Workers
from earmark_daemon.service.training.here import Here


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    workers = Workers(1)
    yield Here(workers, tmp_path / "index.sqlite", BASE)
    workers.close()


def ended(result: str | Exception) -> Future[str]:
    """A piece that is done, or failed so."""
    future: Future[str] = Future()
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
    return future


def test_a_piece_whose_worker_died_is_tried_once_more(here: Here) -> None:
    died = ended(WorkerDied("killed"))
    assert here._await(1, died, lambda: ended("done")) == "done"
    with pytest.raises(EarmarkError, match="killed") as raised:
        here._await(1, died, lambda: died)
    assert raised.value.problem.code == "training-failed"
    with pytest.raises(EarmarkError, match="killed"):
        here._await(1, died)


def test_a_piece_that_failed_is_not_tried_again(here: Here) -> None:
    with pytest.raises(EarmarkError, match="a mistake"):
        here._await(1, ended(WorkerFailed("a mistake")), lambda: ended("done"))


def test_only_the_job_that_is_cancelled_is_broken_off(here: Here) -> None:
    here.cancel(1, {})
    here.suspend(2)
    assert here._await(3, ended("done")) == "done"
    for job in (1, 2):
        with pytest.raises(Stopped):
            here._await(job, ended("done"))
