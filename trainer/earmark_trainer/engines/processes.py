"""The default engine: one supervised child process for each attempt, one slot for each GPU.

Every attempt has a process group of its own, which is killed as a whole when the attempt ends,
is cancelled, falls silent, or takes too much time or disk. What a process says of itself is
believed only if it also ends well.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from earmark_trainer.engines import verdicts
from earmark_trainer.engines.attempt import LOOK_SECONDS, Attempt, Attempts
from earmark_trainer.engines.engine import ASSIGNMENT, Assignment, Ending, Report
from earmark_trainer.engines.reports import MAX_LINE, decode
from earmark_trainer.groups import kill_group
from earmark_trainer.limits import Limits

WORKER = (sys.executable, "-P", "-m", "earmark_trainer.worker.main")
_GIVEN = "CUDA_VISIBLE_DEVICES"


@dataclass(kw_only=True)
class _Run(Attempt):
    """An attempt with its process, which is None until it has started."""

    process: Process | None = None

    @property
    def process_id(self) -> int | None:
        """The number of its process, once it has started."""
        return None if self.process is None else self.process.pid

    def end(self, verdict: Ending) -> None:
        """Kill the attempt's processes; the first verdict stands."""
        super().end(verdict)
        if self.process is not None:
            kill_group(self.process.pid)


class ProcessEngine(Attempts[_Run]):
    """Runs attempts as child processes of the server."""

    def __init__(
        self,
        gpus: int,
        limits: Limits,
        *,
        command: Sequence[str] = WORKER,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make an engine for this many GPUs; with none there is one slot, on the CPU.

        Args:
            gpus: graphics processors that this process sees: those that it was given, if it was
                given some, else all.
            limits: how long, how silent and how large an attempt may be.
            command: what to start; the path of the assignment is added to it.
            clock: seconds that never go back.
        """
        super().__init__(clock)
        self._limits = limits
        self._command = tuple(command)
        self._free: list[str | None] = [*_names(gpus)] or [None]
        self._slots = len(self._free)

    @property
    def slots(self) -> int:
        """How many attempts run at once."""
        return self._slots

    async def submit(self, assignment: Assignment, report: Report) -> Ending:
        """Run an attempt to its end. If the calling task is cancelled, the attempt is ended.

        Raises:
            OSError: the process could not be started.
        """
        run = _Run(heard=self._clock())
        gpu = self._free.pop()
        self._runs[assignment.job] = run
        try:
            run.process = await self._start(assignment, gpu)
            if run.verdict is None:
                await self._supervise(run, run.process, assignment, report)
        finally:
            if run.process is not None:
                await _bury(run.process)
            self._free.append(gpu)
            del self._runs[assignment.job]
            run.over.set()
        return _ending(run)

    async def _start(self, assignment: Assignment, gpu: str | None) -> Process:
        with (assignment.folder / "log.txt").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *self._command,
                str(assignment.folder / ASSIGNMENT),
                stdin=PIPE,
                stdout=PIPE,
                stderr=log,
                cwd=assignment.folder,
                env={**os.environ, _GIVEN: gpu or ""},
                start_new_session=True,
                limit=MAX_LINE,
            )

    async def _supervise(
        self, run: _Run, process: Process, assignment: Assignment, report: Report
    ) -> None:
        watch = asyncio.create_task(self._watch(run, process, assignment))
        try:
            await self._listen(run, process, report)
            await process.wait()
        finally:
            watch.cancel()

    async def _listen(self, run: _Run, process: Process, report: Report) -> None:
        assert process.stdout is not None
        patience = self._limits.heartbeat_seconds
        while True:
            try:
                async with asyncio.timeout(patience):
                    text = await process.stdout.readline()
                if not text:
                    return
                line = decode(text)
            except TimeoutError:
                run.end(verdicts.silent(patience))
                return
            except ValueError:
                run.end(verdicts.garbled())
                return
            run.hear(line, self._clock(), report)

    async def _watch(self, run: _Run, process: Process, assignment: Assignment) -> None:
        """End the attempt when it is beyond a limit, and what a dead process left behind."""
        started, looks = self._clock(), 0
        while process.returncode is None:
            await asyncio.sleep(LOOK_SECONDS)
            looks += 1
            if self._clock() - started > self._limits.attempt_seconds:
                run.end(verdicts.too_long(self._limits.attempt_seconds))
            await run.weigh(assignment.folder, looks, self._limits)
        kill_group(process.pid)


def _names(gpus: int) -> list[str]:
    """What CUDA calls so many GPUs, beginning with the first one that this process was given."""
    given = [name.strip() for name in os.environ.get(_GIVEN, "").split(",")]
    return given[:gpus] if any(given) else [str(number) for number in range(gpus)]


def _ending(run: _Run) -> Ending:
    if run.verdict is not None:
        return run.verdict
    code = None if run.process is None else run.process.returncode
    if run.last_word is not None and code == 0:
        return verdicts.told(run.last_word)
    return verdicts.died(code)


async def _bury(process: Process) -> None:
    kill_group(process.pid)
    await process.wait()
    if process.stdin is not None:
        process.stdin.close()
