"""What an engine is: something that runs one attempt at a job to its end, somewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any, Protocol

from earmark_trainer.problems import Problem

ASSIGNMENT = "assignment.json"
CHECKPOINT = "checkpoint.pt"
CHECKPOINTS = "checkpoint*.pt"
"""That one, and those of a training in several parts."""
HISTORY = "history.jsonl"
REPORTS = "reports.jsonl"
RESULT = "result"
MODEL = "model.onnx"
METRICS = "metrics.json"
PLOTS = "plots.json"


@dataclass(frozen=True)
class Assignment:
    """One attempt at a job.

    Attributes:
        job: the job's id.
        attempt: the attempt's number.
        folder: holds ``assignment.json``, and perhaps the checkpoint and the history of the
            attempt before. The attempt writes there, and nowhere else.
    """

    job: str
    attempt: int
    folder: Path


class Outcome(Enum):
    """How an attempt ended."""

    FINISHED = auto()
    """Its result is in the folder."""
    FAILED = auto()
    """It cannot succeed; the problem says why."""
    LOST = auto()
    """Its process vanished or fell silent; another attempt may succeed."""
    CANCELLED = auto()
    """It was asked to end."""


@dataclass(frozen=True)
class Ending:
    """How an attempt ended, and the problem if it did not finish."""

    outcome: Outcome
    problem: Problem | None = None


@dataclass(frozen=True)
class Status:
    """How a running attempt is doing.

    Attributes:
        process: the number of its process, if it has one on this machine.
        silent_seconds: how long ago it was last heard of.
    """

    process: int | None
    silent_seconds: float


Report = Callable[[dict[str, Any]], None]
"""Takes each progress report of an attempt."""


class Engine(Protocol):
    """Runs attempts. All methods are called from one event loop."""

    @property
    def slots(self) -> int:
        """How many attempts run at once."""
        ...

    async def submit(self, assignment: Assignment, report: Report) -> Ending:
        """Run an attempt to its end. If the calling task is cancelled, the attempt is ended."""
        ...

    def status(self, job: str) -> Status | None:
        """How the job's attempt is doing; None if none runs."""
        ...

    async def cancel(self, job: str) -> None:
        """End the job's attempt; returns when nothing of it runs any more."""
        ...

    async def reap(self) -> None:
        """End all attempts; returns when nothing of them runs any more."""
        ...
