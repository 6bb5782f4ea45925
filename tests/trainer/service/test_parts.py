"""Parts on their own: clocks that are set by hand, fencing by attempt, who keeps what."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.trainer.service.client import SHAPE, Blob, make_order, toy_sounds

from earmark_trainer.engines.reports import Kind, Line
from earmark_trainer.engines.reports import decode as decode_line
from earmark_trainer.jobs.attempts import Attempts
from earmark_trainer.jobs.bells import Bells
from earmark_trainer.jobs.board import Board
from earmark_trainer.jobs.job import State
from earmark_trainer.jobs.orders import Order
from earmark_trainer.limits import Limits
from earmark_trainer.problems import NoSpaceError, Problem, UnusableError
from earmark_trainer.server.idle import Idleness
from earmark_trainer.server.rates import Rate
from earmark_trainer.storage.database import Database
from earmark_trainer.storage.folders import Folders
from earmark_trainer.storage.migrations import MIGRATIONS
from earmark_trainer.storage.packs import Entry
from earmark_trainer.storage.spectrograms import Spectrograms
from earmark_trainer.storage.tenants import Tenants
from earmark_trainer.worker.blobs import decode

PROBLEM = Problem("code", "What.", "Why.", "Do.")
DAY = 86_400.0


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def tenant(database: Database, clock: Clock) -> str:
    tenants = Tenants(database, clock)
    found = tenants.of_token(tenants.pair("me"))
    assert found is not None
    return found.id


@pytest.fixture
def board(database: Database, clock: Clock) -> Board:
    return Board(database, Limits(), Bells(), clock)


@pytest.fixture
def attempts(database: Database, clock: Clock) -> Attempts:
    return Attempts(database, Bells(), clock)


def order() -> Order:
    return Order.model_validate(
        make_order({"low": toy_sounds(2, 0, 1), "high": toy_sounds(2, 2, 1)})
    )


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


def test_spectrograms_that_nobody_uses_are_deleted(
    database: Database, tmp_path: Path, tenant: str, clock: Clock, board: Board
) -> None:
    folders = Folders(tmp_path)
    kept = Spectrograms(database, folders, Limits(keep_days=30), clock)
    for number, name in enumerate(("old", "used", "orphan")):
        digest = hashlib.sha256(name.encode()).hexdigest()
        received = tmp_path / name
        received.write_bytes(b"pack")
        kept.add(tenant, digest, received, [Entry(f"{number:064x}", 512, 4, 4)])
    orphan = folders.packs(tenant) / f"{hashlib.sha256(b'orphan').hexdigest()}.tar"
    with database.transaction() as connection:
        connection.execute("DELETE FROM packs WHERE digest = ?", (orphan.stem,))
    clock.now += 20 * DAY
    kept.touch(tenant, [f"{1:064x}"])
    clock.now += 20 * DAY
    job = board.submit(tenant, order(), None).job
    kept.sweep()
    assert kept.missing(tenant, [f"{n:064x}" for n in range(3)]) == [f"{2:064x}"]
    assert not orphan.exists()
    board.cancel(job)
    kept.sweep()
    assert kept.missing(tenant, [f"{n:064x}" for n in range(3)]) == [f"{0:064x}", f"{2:064x}"]
    assert len(list(folders.packs(tenant).iterdir())) == 1


def test_the_work_grows_with_the_list_and_not_with_its_square(
    database: Database, tmp_path: Path, tenant: str, clock: Clock
) -> None:
    spectrograms = Spectrograms(database, Folders(tmp_path), Limits(), clock)
    digests = [f"{number:064x}" for number in range(3000)]
    received = tmp_path / "pack"
    received.write_bytes(b"pack")
    entries = [Entry(digest, 512, 4, 4) for digest in digests]
    assert spectrograms.add(tenant, "0" * 64, received, entries) == 3000
    thousands = []
    database.connection.set_progress_handler(lambda: thousands.append(1), 1000)
    assert len(spectrograms.locate(tenant, digests)) == 3000
    assert spectrograms.missing(tenant, digests) == []
    spectrograms.touch(tenant, digests)
    database.connection.set_progress_handler(None, 0)
    assert len(thousands) < 500


def test_nothing_is_stored_beyond_the_share(
    database: Database, tmp_path: Path, tenant: str, clock: Clock
) -> None:
    spectrograms = Spectrograms(database, Folders(tmp_path), Limits(tenant_bytes=10), clock)
    spectrograms.check_room(tenant, 10)
    with pytest.raises(NoSpaceError, match="share"):
        spectrograms.check_room(tenant, 11)
    careful = Spectrograms(database, Folders(tmp_path), Limits(free_bytes=1 << 60), clock)
    with pytest.raises(NoSpaceError, match="disk is full"):
        careful.check_room(tenant, 0)


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "trainer.sqlite")
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(UnusableError, match="newer version"):
        Database(tmp_path)


def test_rates_allow_a_burst_and_then_a_trickle(clock: Clock) -> None:
    rate = Rate(2.0, 3, clock)
    for _ in range(3):
        assert rate.wait("a") == 0
        rate.take("a")
    assert rate.wait("a") == pytest.approx(0.5)
    assert rate.wait("b") == 0
    clock.now += 0.5
    assert rate.wait("a") == 0
    for key in range(10_000):
        rate.take(key)
    assert len(rate._buckets) < 5_000


def test_idleness_counts_from_the_last_request_or_job(clock: Clock) -> None:
    busy = [False]
    idleness = Idleness(clock, lambda: busy[0])
    clock.now += 100
    assert idleness.seconds() == 100
    idleness.touch()
    assert idleness.seconds() == 0
    clock.now += 50
    busy[0] = True
    assert idleness.seconds() == 0
    busy[0] = False
    clock.now += 7
    assert idleness.seconds() == 7


def test_bells_wake_those_who_wait() -> None:
    async def scene() -> None:
        bells = Bells()
        waiting = [asyncio.create_task(bells.wait("job", 60)) for _ in range(3)]
        await asyncio.sleep(0)
        bells.ring("another")
        assert not any(task.done() for task in waiting)
        bells.ring("job")
        await asyncio.gather(*waiting)
        await bells.wait("job", 0.01)
        assert not bells._waiting

    asyncio.run(scene())


@given(arrays(np.uint8, SHAPE))
def test_what_is_uploaded_is_what_is_trained_on(picture: npt.NDArray[np.uint8]) -> None:
    np.testing.assert_array_equal(decode(Blob.of(picture).data, SHAPE), picture)


def test_waveforms_must_be_numbers() -> None:
    samples = np.array([0.5, -0.5], "<f4")
    np.testing.assert_array_equal(decode(samples.tobytes(), (2,)), samples)
    with pytest.raises(ValueError, match="no numbers"):
        decode(np.array([np.nan, 0], "<f4").tobytes(), (2,))
    with pytest.raises(ValueError, match="reshape"):
        decode(b"1234", (2,))


@given(st.binary(max_size=200))
def test_lines_that_are_no_reports_are_refused(noise: bytes) -> None:
    assert decode_line(Line(Kind.BEAT).encode()) == Line(Kind.BEAT)
    with pytest.raises(ValueError):  # noqa: PT011 - json's own words, whatever they are
        decode_line(noise)
