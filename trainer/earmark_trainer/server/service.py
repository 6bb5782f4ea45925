"""The service as a whole: opens what is stored, starts the engine, and closes it all again."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial

from earmark_trainer.engines.engine import Engine
from earmark_trainer.engines.probe import Capabilities
from earmark_trainer.jobs.attempts import Attempts
from earmark_trainer.jobs.bells import Bells
from earmark_trainer.jobs.board import Board
from earmark_trainer.jobs.foreman import Foreman
from earmark_trainer.problems import Problem
from earmark_trainer.server.idle import Idleness
from earmark_trainer.server.problems import ProblemError
from earmark_trainer.server.settings import Settings
from earmark_trainer.storage.bucket import Bucket
from earmark_trainer.storage.database import Database
from earmark_trainer.storage.folders import Folders
from earmark_trainer.storage.signing import SigningKey
from earmark_trainer.storage.spectrograms import Spectrograms, clear_incoming
from earmark_trainer.storage.tenants import Tenants

_log = logging.getLogger(__name__)
_CHECKS_AT_ONCE = 2
_TAKINGS_AT_ONCE = 4
_LONGEST_START_SECONDS = 300.0
"""So long a start counts as work: what has not come by then, as a cluster, may never come."""

Probe = Callable[[], Awaitable[Capabilities]]
MakeEngine = Callable[[Capabilities], Engine]


class Service:
    """What the routes work with."""

    def __init__(
        self, settings: Settings, database: Database, probe: Probe, make_engine: MakeEngine
    ) -> None:
        """Compose the service on an open database; nothing runs yet."""
        self.limits = settings.limits
        self.folders = Folders(settings.data)
        self.bells = Bells()
        self.key = SigningKey.load_or_create(settings.data)
        self.tenants = Tenants(database, time.time)
        self.spectrograms = Spectrograms(database, self.folders, self.limits, time.time)
        self.board = Board(database, self.limits, self.bells, time.time)
        self.checks = asyncio.Semaphore(_CHECKS_AT_ONCE)
        self.takings = asyncio.Semaphore(_TAKINGS_AT_ONCE)
        self.bucket = None if settings.bucket is None else Bucket(settings.bucket)
        attempts = Attempts(database, self.bells, time.time)
        self.idleness = Idleness(time.monotonic, partial(self._is_busy, attempts))
        self.foreman = Foreman(
            self.board, attempts, self.spectrograms, self.folders, self.key, self.limits
        )
        self.engine: Engine | None = None
        self._database = database
        self._probe = probe
        self._make_engine = make_engine
        self._capabilities: asyncio.Future[Capabilities] | None = None
        self._listeners: Counter[str] = Counter()
        self._stumbled = False
        self._began = time.monotonic()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work while the context lasts; on leaving, all training processes are ended."""
        clear_incoming(self.folders)
        self._capabilities = asyncio.get_running_loop().create_future()
        tasks = [
            asyncio.create_task(self._work(self._capabilities), name="work"),
            asyncio.create_task(self._keep_house(), name="housekeeping"),
        ]
        try:
            yield
        finally:
            self.bells.ring_all()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def capabilities(self) -> Capabilities:
        """What this machine can train with; waits for the answer after a start."""
        assert self._capabilities is not None
        return await asyncio.shield(self._capabilities)

    def _is_busy(self, attempts: Attempts) -> bool:
        """Whether it starts or has jobs, unless a mistake keeps it from working on these."""
        if self.engine is None:
            return time.monotonic() - self._began < _LONGEST_START_SECONDS
        return not self._stumbled and attempts.any_active()

    @contextmanager
    def listening(self, tenant: str) -> Iterator[None]:
        """Count an event stream or a long poll while it lasts.

        Raises:
            ProblemError: this tenant has too many open.
        """
        if self._listeners[tenant] >= self.limits.listeners:
            raise ProblemError(429, _TOO_MANY_LISTENERS, {"Retry-After": "5"})
        self._listeners[tenant] += 1
        try:
            yield
        finally:
            self._listeners[tenant] -= 1

    async def _work(self, answer: asyncio.Future[Capabilities]) -> None:
        """Train until cancelled; where a mistake ends that, say so and begin again in a while."""
        while True:
            try:
                self._stumbled = False
                engine = self.engine = self.engine or await self._start(answer)
                await self.foreman.run(engine)
            except Exception:  # noqa: BLE001 - it is told, and tried again
                _log.exception("a mistake of the trainer's own ended its work; it is begun again")
            self._stumbled = True
            await asyncio.sleep(self.limits.housekeeping_seconds)

    async def _start(self, answer: asyncio.Future[Capabilities]) -> Engine:
        found = await self._probe()
        if found.torch is None:
            _log.error("torch cannot be loaded: nothing can be trained on this machine")
        if not answer.done():
            answer.set_result(found)
        return self._make_engine(found)

    async def _keep_house(self) -> None:
        while True:
            try:
                self._database.restore_ballast()
                await self._end_forgotten()
                self.spectrograms.sweep()
                self.foreman.sweep()
                self.tenants.sweep(self.folders)
            except Exception:  # noqa: BLE001 - it is told, and tried again
                _log.exception("the housekeeping was not finished")
            self.foreman.wake()
            await asyncio.sleep(self.limits.housekeeping_seconds)

    async def _end_forgotten(self) -> None:
        """End what trains for somebody who was erased by the command line."""
        if self.engine is not None:
            for job in self.foreman.forgotten():
                await self.engine.cancel(job)


_TOO_MANY_LISTENERS = Problem(
    "too-many-listeners",
    "Too many event streams are open.",
    "Each stream and each long poll holds a connection.",
    "Close some that are no longer read.",
)
