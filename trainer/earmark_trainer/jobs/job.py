"""A job as it stands in the database, and the events of its life."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from earmark_trainer.problems import Problem


class State(StrEnum):
    """Where a job is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether the job is over, unless someone asks for it to go on."""
        return self not in (State.QUEUED, State.RUNNING)


@dataclass(frozen=True)
class Job:
    """One row.

    Attributes:
        number: its place in the order of submission.
        id: its name towards clients: 32 random hexadecimal digits.
        tenant: who ordered it.
        state: where it is in its life.
        attempt: number of the newest attempt; what older ones say is ignored.
        losses: attempts whose process was lost.
        cancelling: someone asked for it to end.
        summary: the order without its examples.
        progress: what the newest attempt last reported.
        problem: why it failed.
        result: digest, size and signature of the model, its score, and the attempt it is from.
        created_at: seconds since the epoch, as are the following.
        started_at: of the first attempt.
        ended_at: of the last.
    """

    number: int
    id: str
    tenant: str
    state: State
    attempt: int
    losses: int
    cancelling: bool
    summary: dict[str, Any]
    progress: dict[str, Any] | None
    problem: Problem | None
    result: dict[str, Any] | None
    created_at: float
    started_at: float | None
    ended_at: float | None

    @classmethod
    def of_row(cls, row: sqlite3.Row) -> Job:
        """The job in a row of the table of jobs."""
        problem = _parsed(row["problem"])
        return cls(
            number=row["number"],
            id=row["id"],
            tenant=row["tenant"],
            state=State(row["state"]),
            attempt=row["attempt"],
            losses=row["losses"],
            cancelling=bool(row["cancelling"]),
            summary=json.loads(row["summary"]),
            progress=_parsed(row["progress"]),
            problem=None if problem is None else Problem.from_dict(problem),
            result=_parsed(row["result"]),
            created_at=row["created_at"],
            started_at=row["started_at"],
            ended_at=row["ended_at"],
        )


@dataclass(frozen=True)
class Event:
    """Something that happened to a job.

    Attributes:
        number: counts up from 1 within the job.
        at: seconds since the epoch.
        kind: ``"state"`` or ``"progress"``.
        data: the new state (and the problem, if there is one), or the progress.
    """

    number: int
    at: float
    kind: str
    data: dict[str, Any]


def append_event(
    connection: sqlite3.Connection, number: int, at: float, kind: str, data: dict[str, Any]
) -> None:
    """Add an event to a job within the transaction that makes it true."""
    connection.execute(
        "INSERT INTO events SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4"
        " FROM events WHERE job = ?1",
        (number, at, kind, json.dumps(data)),
    )


def _parsed(text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    data: dict[str, Any] = json.loads(text)
    return data
