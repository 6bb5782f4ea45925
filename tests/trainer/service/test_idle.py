"""The idle stop: a server does not end on a machine that would go on without it."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from pathlib import Path

import pytest
from starlette.types import Message, Receive, Scope, Send
from tests.trainer.service.by_hand import Clock
from tests.waiting import DEADLINE_SECONDS

from earmark_trainer.engines.probe import Capabilities
from earmark_trainer.engines.processes import ProcessEngine
from earmark_trainer.jobs.attempts import Attempts
from earmark_trainer.limits import Limits
from earmark_trainer.server import service as services
from earmark_trainer.server.gate import Gate
from earmark_trainer.server.idle import Idleness, stop_when_idle
from earmark_trainer.server.service import Service
from earmark_trainer.server.settings import Settings
from earmark_trainer.storage.database import Database
from earmark_trainer.storage.folders import Folders
from earmark_trainer.storage.tenants import Tenants

FAILS_ONCE = """
import pathlib, sys
tried = pathlib.Path(sys.argv[1])
with tried.open("a") as file:
    file.write("x")
sys.exit(tried.stat().st_size == 1)
"""


def run(command: list[str], seconds: float = 0.05) -> int:
    """How often the server was stopped by the time that the wait was over."""
    stopped: list[bool] = []
    idleness = Idleness(time.monotonic, lambda: False)
    wait = stop_when_idle(idleness, seconds, command, lambda: stopped.append(True))
    asyncio.run(asyncio.wait_for(wait, 30))
    return len(stopped)


def test_the_server_ends_once_its_machine_does(tmp_path: Path) -> None:
    tried = tmp_path / "tried"
    assert run([sys.executable, "-c", FAILS_ONCE, str(tried)]) == 1
    assert tried.read_text() == "xx", "the first time it failed"
    assert run([]) == 1


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["/no such program"], "could not be started"),
        ([sys.executable, "-c", "raise SystemExit(3)"], "failed with status 3"),
    ],
)
def test_a_command_that_fails_is_tried_again_and_the_server_goes_on(
    command: list[str], words: str, caplog: pytest.LogCaptureFixture
) -> None:
    stopped: list[bool] = []
    idleness = Idleness(time.monotonic, lambda: False)

    async def scene() -> None:
        wait = stop_when_idle(idleness, 0.02, command, lambda: stopped.append(True))
        task = asyncio.create_task(wait)
        async with asyncio.timeout(DEADLINE_SECONDS):
            while caplog.text.count(words) < 3:
                await asyncio.sleep(0.01)
        assert not task.done()
        task.cancel()

    asyncio.run(scene())
    assert not stopped


def test_a_start_that_never_ends_is_idleness_after_a_while(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the trainer waits for a cluster that never comes."""
    Folders(tmp_path).create()

    async def never() -> Capabilities:
        await asyncio.Event().wait()
        return Capabilities()

    async def scene() -> None:
        settings = Settings(tmp_path)
        service = Service(settings, database, never, lambda _: ProcessEngine(0, settings.limits))
        async with service.running(), asyncio.timeout(DEADLINE_SECONDS):
            while service.idleness.seconds() < 0.1:
                await asyncio.sleep(0.01)

    monkeypatch.setattr(services, "_LONGEST_START_SECONDS", DEADLINE_SECONDS * 2)
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(scene(), 0.5))
    monkeypatch.setattr(services, "_LONGEST_START_SECONDS", 0.1)
    asyncio.run(scene())


def test_one_look_that_fails_stops_no_machine_that_works(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([True, None, True, True, None, True])

    def is_busy() -> bool:
        if (busy := next(looks, False)) is None:
            raise sqlite3.OperationalError("database is locked")
        return bool(busy)

    async def sleep(seconds: float) -> None:
        clock.now += seconds

    monkeypatch.setattr(asyncio, "sleep", sleep)
    idleness, stopped = Idleness(clock, is_busy), list[float]()
    began = clock.now
    asyncio.run(stop_when_idle(idleness, 60.0, [], lambda: stopped.append(clock.now - began)))
    assert next(looks, "all") == "all"
    assert stopped[0] == pytest.approx(135.0, abs=1.0), "a minute after the last that was busy"


def test_who_cannot_tell_whether_there_is_work_is_idle(clock: Clock) -> None:
    def breaks() -> bool:
        raise sqlite3.OperationalError("disk I/O error")

    idleness = Idleness(clock, breaks)
    clock.now += 600.0
    assert idleness.seconds() == 600.0


class Stumbling(ProcessEngine):
    """Breaks when it is asked for the first so many times."""

    times = 0

    @property
    def slots(self) -> int:
        self.times -= 1
        if self.times >= 0:
            raise RuntimeError("a mistake")
        return super().slots


def test_work_that_a_mistake_ended_is_begun_again_and_is_idleness_until_then(
    tmp_path: Path,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Were it not, a job that cannot be worked on would keep a rented machine on for ever."""
    Folders(tmp_path).create()
    settings = Settings(tmp_path, limits=Limits(housekeeping_seconds=0.01))
    engine = Stumbling(0, settings.limits)
    monkeypatch.setattr(Attempts, "any_active", lambda _: True)

    async def found() -> Capabilities:
        return Capabilities(torch="2")

    async def scene() -> None:
        service = Service(settings, database, found, lambda _: engine)
        engine.times = 1_000_000
        async with service.running(), asyncio.timeout(DEADLINE_SECONDS):
            while caplog.text.count("a mistake of the trainer's own") < 3:
                await asyncio.sleep(0.001)
            idle = service.idleness.seconds()
            while service.idleness.seconds() <= idle:
                await asyncio.sleep(0.001)
            engine.times = 0
            while service.idleness.seconds() > 0.001:
                await asyncio.sleep(0.001)

    asyncio.run(scene())


def test_one_engine_is_made_however_often_work_begins_and_another_try_where_it_cannot_be(
    tmp_path: Path, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    Folders(tmp_path).create()
    settings = Settings(tmp_path, limits=Limits(housekeeping_seconds=0.01))
    engine, made = Stumbling(0, settings.limits), list[bool]()
    engine.times = 3

    async def found() -> Capabilities:
        return Capabilities(torch="2")

    def make_engine(_: Capabilities) -> ProcessEngine:
        made.append(len(made) > 0)
        if not made[-1]:
            raise RuntimeError("no room")
        return engine

    async def scene() -> None:
        service = Service(settings, database, found, make_engine)
        async with service.running(), asyncio.timeout(DEADLINE_SECONDS):
            while engine.times >= 0:
                await asyncio.sleep(0.001)
            assert (await service.capabilities()).torch == "2"

    asyncio.run(scene())
    assert made == [False, True]
    assert caplog.text.count("a mistake of the trainer's own") == 4


@pytest.mark.parametrize("way", ["up", "down"])
def test_what_takes_long_on_a_slow_line_is_no_idleness(
    database: Database, clock: Clock, way: str
) -> None:
    idleness = Idleness(clock, lambda: False)
    tenants = Tenants(database, clock)
    idle: list[float] = []

    async def slow(*_: Message) -> Message:
        clock.now += 600.0
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for _ in range(10):
            if way == "up":
                await receive()
            else:
                await send({"type": "http.response.body", "body": b"x", "more_body": True})
            idle.append(idleness.seconds())

    async def passed(_: Message) -> None:
        await slow()

    headers = [(b"authorization", f"Bearer {tenants.pair('laptop')}".encode())]
    scope = {"type": "http", "path": "/v1/jobs", "method": "PUT", "headers": headers}
    gate = Gate(app, tenants=tenants, limits=Limits(), clock=clock, on_entry=idleness.touch)
    asyncio.run(gate(scope, slow, passed))
    assert max(idle) == 0.0
