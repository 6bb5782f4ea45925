"""An attempt that runs: what its engine hears of it, and how it comes to its end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from earmark_trainer.engines import verdicts
from earmark_trainer.engines.engine import Ending, Report
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
