"""An attempt that runs: what its engine hears of it, and how it comes to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from earmark_trainer.engines import verdicts
from earmark_trainer.engines.engine import Ending, Outcome, Report, Status
from earmark_trainer.engines.reports import Kind, Line
from earmark_trainer.limits import Limits
from earmark_trainer.storage.folders import size_of

LOOK_SECONDS = 1.0
"""How often an engine looks after an attempt."""
_LOOKS_PER_DISK_CHECK = 5


@dataclass(kw_only=True)
class Attempt:
    """What all engines keep of an attempt.

    Attributes:
        heard: when it last spoke, by the engine's clock.
        verdict: why the engine ends it, if it does.
        last_word: how its process says that it ended.
        over: set when nothing of it runs any more, as far as the engine can see.
    """

    heard: float
    verdict: Ending | None = None
    last_word: Line | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def process_id(self) -> int | None:
        """The number of its process on this machine; None where it has none."""
        return None

    def end(self, verdict: Ending) -> None:
        """Have it end; the first verdict stands."""
        self.verdict = self.verdict or verdict

    def hear(self, line: Line, now: float, report: Report) -> None:
        """Take down what its process says."""
        self.heard = now
        if line.kind is Kind.PROGRESS:
            report(line.data)
        elif line.kind is not Kind.BEAT:
            self.last_word = line

    async def weigh(self, folder: Path, looks: int, limits: Limits) -> None:
        """End it where its folder is too large; not at each of the ``looks``, for that is slow."""
        if looks % _LOOKS_PER_DISK_CHECK:
            return
        if await asyncio.to_thread(size_of, folder) > limits.attempt_bytes:
            self.end(verdicts.too_big(limits.attempt_bytes))


Run = TypeVar("Run", bound=Attempt)


class Attempts(Generic[Run]):
    """What all engines do with the attempts that they run."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Begin without any; ``clock`` gives seconds that never go back."""
        self._clock = clock
        self._runs: dict[str, Run] = {}

    def status(self, job: str) -> Status | None:
        """How the job's attempt is doing; None if none runs."""
        run = self._runs.get(job)
        return None if run is None else Status(run.process_id, self._clock() - run.heard)

    async def cancel(self, job: str) -> None:
        """End the job's attempt; returns when nothing of it runs any more."""
        run = self._runs.get(job)
        if run is not None:
            run.end(Ending(Outcome.CANCELLED))
            await run.over.wait()

    async def reap(self) -> None:
        """End all attempts; returns when nothing of them runs any more."""
        await asyncio.gather(*(self.cancel(job) for job in list(self._runs)))
