"""What happens to attempts: each change is fenced by the attempt's number.

An attempt that was given up may still run somewhere and speak; whatever it says finds no row of
its number and changes nothing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from earmark_trainer.jobs.bells import Bells
from earmark_trainer.jobs.job import Job, State, append_event
from earmark_trainer.problems import NoSpaceError, Problem
from earmark_trainer.storage.database import Database

_CURRENT = "number = ? AND attempt = ? AND state = 'running'"


class Attempts:
    """The only place where jobs start, move on and end by themselves."""

    def __init__(self, database: Database, bells: Bells, clock: Callable[[], float]) -> None:
        self._database = database
        self._bells = bells
        self._clock = clock

    def start_next(self) -> Job | None:
        """Begin a new attempt at the job whose turn it is; None if none waits."""
        now = self._clock()
        with self._database.transaction() as connection:
            row = connection.execute(
                "UPDATE jobs SET state = 'running', attempt = attempt + 1, progress = NULL,"
                " started_at = coalesce(started_at, ?) WHERE number ="
                " (SELECT number FROM jobs WHERE state = 'queued' ORDER BY queued_at, number"
                " LIMIT 1) RETURNING *",
                (now,),
            ).fetchone()
            if row is None:
                return None
            data = {"state": State.RUNNING, "attempt": row["attempt"]}
            append_event(connection, row["number"], now, "state", data)
        self._bells.ring(row["id"])
        return Job.of_row(row)

    def running(self) -> list[Job]:
        """Jobs that run, or did when the server was last stopped."""
        rows = self._database.connection.execute("SELECT * FROM jobs WHERE state = 'running'")
        return [Job.of_row(row) for row in rows]

    def any_active(self) -> bool:
        """Whether any job waits or runs."""
        query = "SELECT EXISTS (SELECT 1 FROM jobs WHERE state IN ('queued', 'running'))"
        return bool(self._database.connection.execute(query).fetchone()[0])

    def is_cancelling(self, job: Job) -> bool:
        """Whether someone asked for this job to end, or deleted it."""
        row = self._database.connection.execute(
            "SELECT cancelling FROM jobs WHERE number = ?", (job.number,)
        ).fetchone()
        return row is None or bool(row["cancelling"])

    def note_progress(self, job: Job, progress: dict[str, Any]) -> None:
        """Write down what the attempt reported; on a full disk it is left out."""
        with suppress(NoSpaceError):
            self._change_once(job, "progress = ?", (json.dumps(progress),), "progress", progress)

    def requeue(self, job: Job, *, lost: bool) -> None:
        """Let the job be tried again; ``lost`` counts against its limit of losses."""
        self._change(
            job,
            "state = 'queued', losses = losses + ?",
            (int(lost),),
            "state",
            {"state": State.QUEUED, "attempt": job.attempt, "lost": lost},
        )

    def succeed(self, job: Job, result: dict[str, Any]) -> bool:
        """Publish the attempt's model; false if the attempt is not the current one any more."""
        return self._change(
            job,
            "state = 'succeeded', ended_at = ?, result = ?",
            (self._clock(), json.dumps(result)),
            "state",
            {"state": State.SUCCEEDED},
        )

    def fail(self, job: Job, problem: Problem) -> None:
        """End the job for a reason."""
        text = json.dumps(problem.to_dict())
        self._change(
            job,
            "state = 'failed', ended_at = ?, problem = ?",
            (self._clock(), text),
            "state",
            {"state": State.FAILED, "problem": problem.to_dict()},
        )

    def confirm_cancelled(self, job: Job) -> None:
        """End the job because someone asked for it."""
        self._change(
            job,
            "state = 'cancelled', ended_at = ?",
            (self._clock(),),
            "state",
            {"state": State.CANCELLED},
        )

    def _change(
        self, job: Job, change: str, values: tuple[Any, ...], kind: str, data: dict[str, Any]
    ) -> bool:
        try:
            return self._change_once(job, change, values, kind, data)
        except NoSpaceError:
            self._database.drop_ballast()
            return self._change_once(job, change, values, kind, data)

    def _change_once(
        self, job: Job, change: str, values: tuple[Any, ...], kind: str, data: dict[str, Any]
    ) -> bool:
        with self._database.transaction() as connection:
            if not _update(connection, job, change, values):
                return False
            append_event(connection, job.number, self._clock(), kind, data)
        self._bells.ring(job.id)
        return True


def _update(connection: sqlite3.Connection, job: Job, change: str, values: tuple[Any, ...]) -> bool:
    statement = f"UPDATE jobs SET {change} WHERE {_CURRENT}"
    return connection.execute(statement, (*values, job.number, job.attempt)).rowcount == 1
