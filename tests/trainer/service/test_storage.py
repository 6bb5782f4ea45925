"""What is stored: who keeps what, how much, and for how long."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from functools import partial
from pathlib import Path

import pytest
from tests.trainer.service.by_hand import Clock, order
from tests.waiting import DEADLINE_SECONDS

from earmark_trainer.engines.probe import Capabilities
from earmark_trainer.engines.processes import ProcessEngine
from earmark_trainer.jobs.attempts import Attempts
from earmark_trainer.jobs.bells import Bells
from earmark_trainer.jobs.board import Board
from earmark_trainer.jobs.foreman import Foreman
from earmark_trainer.jobs.job import Job
from earmark_trainer.limits import Limits
from earmark_trainer.problems import NoSpaceError, NotFoundError, TooLargeError, UnusableError
from earmark_trainer.server.service import Service
from earmark_trainer.server.settings import Settings
from earmark_trainer.storage.database import BALLAST_BYTES, Database
from earmark_trainer.storage.folders import Folders
from earmark_trainer.storage.migrations import MIGRATIONS
from earmark_trainer.storage.packs import Entry
from earmark_trainer.storage.signing import SigningKey
from earmark_trainer.storage.spectrograms import Spectrograms, clear_incoming
from earmark_trainer.storage.tenants import Tenants

DAY = 86_400.0


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


def test_of_two_who_sent_the_same_each_has_its_own(
    database: Database, tmp_path: Path, tenant: str, clock: Clock, board: Board
) -> None:
    tenants = Tenants(database, clock)
    tokens = {name: tenants.pair(name) for name in ("one", "other")}
    one, other = (found.id for token in tokens.values() if (found := tenants.of_token(token)))
    folders, digest, pack = Folders(tmp_path), f"{1:064x}", hashlib.sha256(b"pack").hexdigest()
    kept = Spectrograms(database, folders, Limits(), clock)

    def upload(tenant: str) -> None:
        received = tmp_path / "received"
        received.write_bytes(b"pack")
        kept.add(tenant, pack, received, [Entry(digest, 0, 4, 4)])

    upload(one)
    assert kept.missing(other, [digest]) == [digest]
    assert kept.locate(other, [digest]) == {}
    upload(other)
    assert kept.locate(other, [digest])[digest].pack.startswith(str(folders.packs(other)))
    kept.forget_packs(one, [pack])
    assert (kept.missing(one, [digest]), kept.missing(other, [digest])) == ([digest], [])
    upload(one)
    assert kept.forget(one) == len(b"pack")
    assert (kept.missing(one, [digest]), kept.missing(other, [digest])) == ([digest], [])

    job = board.submit(one, order(), "key").job
    assert board.submit(other, order(), "key").is_new
    assert [found.id for found in board.page(one, None, 9)] == [job.id]
    with pytest.raises(NotFoundError):
        board.get(other, job.id)
    tenants.unpair("one")
    assert tenants.of_token(tokens["one"]) is None
    assert tenants.of_token(tokens["other"]) is not None


def test_a_pack_that_is_sent_again_counts_as_new(
    database: Database, tmp_path: Path, tenant: str, clock: Clock
) -> None:
    kept = Spectrograms(database, Folders(tmp_path), Limits(keep_days=30), clock)
    digest = f"{1:064x}"
    for _ in range(2):
        received = tmp_path / "received"
        received.write_bytes(b"pack")
        kept.add(tenant, hashlib.sha256(b"pack").hexdigest(), received, [Entry(digest, 0, 4, 4)])
        clock.now += 20 * DAY
    kept.sweep()
    assert kept.missing(tenant, [digest]) == []


def test_the_housekeeping_puts_all_in_order(
    database: Database, tmp_path: Path, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where one part of it cannot be done: it begins anew after a while."""
    folders = Folders(tmp_path)
    folders.create()
    half = folders.incoming(tenant) / "half"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"half a pack")
    erased = folders.incoming("erased")
    erased.mkdir(parents=True)
    database.drop_ballast()
    settings = Settings(tmp_path, limits=Limits(housekeeping_seconds=0.01))
    failed: list[OSError] = []

    async def never() -> Capabilities:
        await asyncio.Event().wait()
        return Capabilities()

    async def scene() -> None:
        service = Service(settings, database, never, lambda _: ProcessEngine(0, settings.limits))
        sweep = service.foreman.sweep

        def fails_once() -> None:
            if not failed:
                failed.append(OSError("no"))
                raise failed[0]
            sweep()

        monkeypatch.setattr(service.foreman, "sweep", fails_once)
        async with service.running(), asyncio.timeout(DEADLINE_SECONDS):
            while erased.exists():
                await asyncio.sleep(0.01)

    asyncio.run(scene())
    assert failed
    assert not half.exists()
    assert (tmp_path / "ballast").stat().st_size == BALLAST_BYTES


def test_uploads_that_were_cut_off_are_deleted(tmp_path: Path, tenant: str) -> None:
    incoming = Folders(tmp_path).incoming(tenant)
    incoming.mkdir(parents=True)
    (incoming / "half").write_bytes(b"half a pack")
    clear_incoming(Folders(tmp_path))
    assert list(incoming.iterdir()) == []


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


def test_what_another_job_starts_from_stays(
    database: Database, tenant: str, clock: Clock, attempts: Attempts
) -> None:
    board = Board(database, Limits(tenant_jobs=3), Bells(), clock)

    def ended() -> Job:
        board.submit(tenant, order(), None)
        job = attempts.start_next()
        assert job is not None
        clock.now += 1
        attempts.succeed(job, {})
        return job

    first, second = ended(), ended()
    board.submit(tenant, order().model_copy(update={"start": first.id}), None)
    newest = board.submit(tenant, order().model_copy(update={"start": first.id}), None).job
    assert {job.id for job in board.page(tenant, None, 9)} >= {first.id, newest.id}
    with pytest.raises(NotFoundError):
        board.get(tenant, second.id)
    with pytest.raises(TooLargeError):
        board.submit(tenant, order(), None)


def test_what_failed_long_ago_takes_no_room(
    database: Database, tmp_path: Path, tenant: str, clock: Clock, attempts: Attempts
) -> None:
    board, folders, limits = Board(database, Limits(), Bells(), clock), Folders(tmp_path), Limits()
    kept = Spectrograms(database, folders, limits, clock)
    key = SigningKey.load_or_create(tmp_path)
    foreman = Foreman(board, attempts, kept, folders, key, limits)
    places = []
    for end in (partial(attempts.succeed, result={}), attempts.confirm_cancelled):
        job = board.submit(tenant, order(), None).job
        running = attempts.start_next()
        assert running is not None
        end(running)
        places.append(folders.attempt(tenant, job.id, 1))
        places[-1].mkdir(parents=True)
        (places[-1] / "checkpoint.pt").write_bytes(b"state")
    clock.now += 29 * DAY
    foreman.sweep()
    assert all(place.exists() for place in places)
    clock.now += 2 * DAY
    foreman.sweep()
    assert [place.exists() for place in places] == [True, False]
    board.resume(board.get(tenant, job.id))
