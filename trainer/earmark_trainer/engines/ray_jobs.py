"""The engine for many machines: each attempt is one job of Ray's Jobs API.

Ray finds a machine with what the job needs, and queues those for which there is none. Everything
else is as with child processes: reports come through the attempt's folder, on storage that all
machines share, and an attempt that is over limits, silent or cancelled is ended. Ray can leave a
process alive on a machine that it has lost; its supervisor there (`worker.relay`) sees that the
attempt is not wanted any more, and whatever it still writes lies in a folder that nobody reads.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from earmark_trainer.engines import verdicts
from earmark_trainer.engines.attempt import LOOK_SECONDS, Attempt, Attempts
from earmark_trainer.engines.engine import (
    ASSIGNMENT,
    REPORTS,
    Assignment,
    Ending,
    Outcome,
    Report,
)
from earmark_trainer.engines.ray_cluster import RayCluster, RayState, Seen, Unreachable
from earmark_trainer.engines.reports import MAX_LINE, Line, decode
from earmark_trainer.limits import Limits

RELAY = (sys.executable, "-P", "-m", "earmark_trainer.worker.relay")
_GOODBYE_SECONDS = 20.0


@dataclass(kw_only=True)
class _Run(Attempt):
    """An attempt that was handed to Ray; one that waits for a machine counts as heard.

    Attributes:
        name: Ray's name for it; another one for each attempt.
        started: when it was first seen to run.
    """

    name: str
    started: float | None = None


class RayEngine(Attempts[_Run]):
    """Runs attempts on a Ray cluster; one is over when Ray says so, or was asked in vain."""

    def __init__(
        self,
        cluster: RayCluster,
        slots: int,
        needs: Mapping[str, float],
        limits: Limits,
        *,
        command: Sequence[str] = RELAY,
        arguments: Sequence[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make an engine.

        Args:
            cluster: where attempts run.
            slots: how many are handed over at once.
            needs: what each takes of ``CPU`` and ``GPU``.
            limits: how long, how silent and how large an attempt may be.
            command: what a machine starts; the assignment's path and ``arguments`` are added.
            arguments: see there.
            clock: seconds that never go back.
        """
        super().__init__(clock)
        self._cluster = cluster
        self._slots = slots
        self._needs = needs
        self._limits = limits
        self._command = tuple(command)
        self._arguments = tuple(arguments)

    @property
    def slots(self) -> int:
        """How many attempts run at once."""
        return self._slots

    async def submit(self, assignment: Assignment, report: Report) -> Ending:
        """Run an attempt to its end. If the calling task is cancelled, the attempt is ended."""
        run = _Run(name=f"earmark-{assignment.job}-{assignment.attempt}", heard=self._clock())
        self._runs[assignment.job] = run
        ended = False
        try:
            if await self._handed_over(run, assignment):
                ending = await self._follow(run, assignment, report)
                ended = run.verdict is None and ending.outcome is not Outcome.LOST
            else:
                ending = verdicts.no_cluster(self._cluster.address)
        finally:
            if not ended:
                await self._stop(run, assignment)
            del self._runs[assignment.job]
            run.over.set()
        return run.verdict or ending

    async def _handed_over(self, run: _Run, assignment: Assignment) -> bool:
        """Give the attempt to Ray, which may be out of reach for a while; whether it took it."""
        path = str(assignment.folder / ASSIGNMENT)
        command = (*self._command, path, *self._arguments)
        deadline = self._clock() + self._limits.heartbeat_seconds
        while run.verdict is None:
            try:
                await asyncio.to_thread(self._cluster.submit, run.name, command, self._needs)
            except Unreachable:
                if await self._look(run) is None:
                    if self._clock() > deadline:
                        return False
                    await asyncio.sleep(LOOK_SECONDS)
                    continue
            run.heard = self._clock()
            return True
        return True

    async def _follow(self, run: _Run, assignment: Assignment, report: Report) -> Ending:
        reports, looks = _Reports(assignment.folder / REPORTS), 0
        while run.verdict is None:
            await asyncio.sleep(LOOK_SECONDS)
            looks += 1
            seen = await self._look(run)
            try:
                for line in reports.new():
                    run.hear(line, self._clock(), report)
            except ValueError:
                run.end(verdicts.garbled())
            if seen is not None and seen.state in (RayState.SUCCEEDED, RayState.FAILED):
                return _ending(run, seen)
            self._judge(run, seen)
            await run.weigh(assignment.folder, looks, self._limits)
        return run.verdict

    def _judge(self, run: _Run, seen: Seen | None) -> None:
        now = self._clock()
        if seen is not None and seen.state is RayState.WAITING:
            run.heard = now
            return
        run.started = run.started or now
        if now - run.heard > self._limits.heartbeat_seconds:
            run.end(verdicts.silent(self._limits.heartbeat_seconds))
        elif now - run.started > self._limits.attempt_seconds:
            run.end(verdicts.too_long(self._limits.attempt_seconds))

    async def _look(self, run: _Run) -> Seen | None:
        """How Ray says that the attempt is; None while it cannot be asked."""
        try:
            return await asyncio.to_thread(self._cluster.look, run.name)
        except Unreachable:
            return None

    async def _stop(self, run: _Run, assignment: Assignment) -> None:
        """Have Ray end the attempt, and have it end itself should Ray have lost it."""
        (assignment.folder / ASSIGNMENT).unlink(missing_ok=True)
        with suppress(Unreachable, TimeoutError):
            async with asyncio.timeout(_GOODBYE_SECONDS):
                await asyncio.to_thread(self._cluster.stop, run.name)
                while (seen := await self._look(run)) is not None:
                    if seen.state in (RayState.SUCCEEDED, RayState.FAILED):
                        return
                    await asyncio.sleep(LOOK_SECONDS)


class _Reports:
    """The lines that an attempt writes, as they come."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def new(self) -> list[Line]:
        """Whole lines since the last call.

        Raises:
            ValueError: one is no report.
        """
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
        except FileNotFoundError:
            return []
        whole, newline, rest = data.rpartition(b"\n")
        if len(rest) > MAX_LINE:
            raise ValueError("a report without an end")
        self._offset += len(whole) + len(newline)
        return [decode(line) for line in whole.splitlines()]


def _ending(run: _Run, seen: Seen) -> Ending:
    if run.verdict is not None:
        return run.verdict
    if seen.state is RayState.SUCCEEDED and run.last_word is not None:
        return verdicts.told(run.last_word)
    return verdicts.lost(seen.message)
