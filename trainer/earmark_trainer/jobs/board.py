"""The board that jobs are pinned to: what clients order, read, cancel, resume and delete."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

import zstandard

from earmark_trainer.jobs.bells import Bells
from earmark_trainer.jobs.job import Event, Job, State, append_event
from earmark_trainer.jobs.orders import Order
from earmark_trainer.limits import DAY, Limits
from earmark_trainer.problems import ConflictError, NotFoundError, Problem, TooLargeError
from earmark_trainer.storage.database import Database

_ACTIVE = "state IN ('queued', 'running')"


@dataclass(frozen=True)
class Submitted:
    """The job for an order, and whether the order was new."""

    job: Job
    is_new: bool


class Board:
    """Jobs by tenant; another tenant's job is not there."""

    def __init__(
        self, database: Database, limits: Limits, bells: Bells, clock: Callable[[], float]
    ) -> None:
        self._database = database
        self._limits = limits
        self._bells = bells
        self._clock = clock

    def submit(self, tenant: str, order: Order, key: str | None) -> Submitted:
        """Put an order into the queue; the same key and order give the same job again.

        Where as many jobs are kept as may be, those that ended first make room.

        Raises:
            ConflictError: the key was used for another order, or too many jobs wait.
            TooLargeError: too many jobs are kept, and none of them can go.
        """
        body = order.model_dump_json().encode()
        digest = hashlib.sha256(body).hexdigest()
        earlier = self._by_key(tenant, key, digest)
        if earlier is not None:
            return Submitted(earlier, is_new=False)
        self._check_waiting(tenant)
        now = self._clock()
        with self._database.transaction() as connection:
            _make_room(connection, tenant, order, self._limits.tenant_jobs)
            row = connection.execute(
                "INSERT INTO jobs (id, tenant, idempotency_key, request_digest, request, summary,"
                " state, created_at, queued_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *",
                (
                    secrets.token_hex(16),
                    tenant,
                    key,
                    digest,
                    zstandard.compress(body, 3),
                    json.dumps(_summary(order)),
                    State.QUEUED,
                    now,
                    now,
                ),
            ).fetchone()
            append_event(connection, row["number"], now, "state", {"state": State.QUEUED})
        return Submitted(Job.of_row(row), is_new=True)

    def get(self, tenant: str, job: str) -> Job:
        """One job.

        Raises:
            NotFoundError: this tenant has none of this id.
        """
        row = self._database.connection.execute(
            "SELECT * FROM jobs WHERE tenant = ? AND id = ?", (tenant, job)
        ).fetchone()
        if row is None:
            raise NotFoundError(
                Problem(
                    "no-such-job",
                    "There is no such job.",
                    "It was deleted, or its id is not one of yours.",
                    "List the jobs to see which there are.",
                )
            )
        return Job.of_row(row)

    def page(self, tenant: str, before: int | None, limit: int) -> list[Job]:
        """Jobs from the newest to the oldest, from below a number on."""
        rows = self._database.connection.execute(
            "SELECT * FROM jobs WHERE tenant = ? AND (?2 IS NULL OR number < ?2)"
            " ORDER BY number DESC LIMIT ?3",
            (tenant, before, limit),
        )
        return [Job.of_row(row) for row in rows]

    def order(self, job: Job) -> Order:
        """What was ordered."""
        row = self._database.connection.execute(
            "SELECT request FROM jobs WHERE number = ?", (job.number,)
        ).fetchone()
        return Order.model_validate_json(zstandard.decompress(row["request"]))

    def position(self, job: Job) -> int | None:
        """How many jobs, of everybody, go before this one; None if it does not wait."""
        if job.state is not State.QUEUED:
            return None
        (ahead,) = self._database.connection.execute(
            "SELECT count(*) FROM jobs, (SELECT queued_at AS at FROM jobs WHERE number = ?1)"
            " WHERE state = 'queued' AND (queued_at, number) < (at, ?1)",
            (job.number,),
        ).fetchone()
        return int(ahead)

    def events(self, job: Job, after: int, limit: int = 1000) -> list[Event]:
        """What happened after the event of this number, oldest first."""
        rows = self._database.connection.execute(
            "SELECT * FROM events WHERE job = ? AND number > ? ORDER BY number LIMIT ?",
            (job.number, after, limit),
        )
        return [Event(r["number"], r["at"], r["kind"], json.loads(r["data"])) for r in rows]

    def cancel(self, job: Job) -> None:
        """End a job that waits; ask one that runs to end."""
        now = self._clock()
        with self._database.transaction() as connection:
            waiting = connection.execute(
                "UPDATE jobs SET state = 'cancelled', ended_at = ?"
                " WHERE number = ? AND state = 'queued'",
                (now, job.number),
            ).rowcount
            connection.execute(
                "UPDATE jobs SET cancelling = 1 WHERE number = ? AND state = 'running'",
                (job.number,),
            )
            if waiting:
                append_event(connection, job.number, now, "state", {"state": State.CANCELLED})
        self._bells.ring(job.id)

    def resume(self, job: Job) -> None:
        """Queue a job that failed or was cancelled again; it goes on from its checkpoint.

        Raises:
            ConflictError: the job has not ended, or has succeeded; or too many jobs wait.
        """
        if job.state not in (State.FAILED, State.CANCELLED):
            raise ConflictError(
                Problem(
                    "not-resumable",
                    "This job cannot be resumed.",
                    f"It is {job.state}; only failed and cancelled jobs can be resumed.",
                    "Wait for it to end, or submit a new job.",
                )
            )
        self._check_waiting(job.tenant)
        now = self._clock()
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE jobs SET state = 'queued', losses = 0, cancelling = 0, problem = NULL,"
                " ended_at = NULL, queued_at = ? WHERE number = ?",
                (now, job.number),
            )
            append_event(connection, job.number, now, "state", {"state": State.QUEUED})
        self._bells.ring(job.id)

    def delete(self, job: Job) -> None:
        """Forget a job; its folder is the caller's to delete."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM jobs WHERE number = ?", (job.number,))
        self._bells.ring(job.id)

    def any_active(self, tenant: str) -> bool:
        """Whether a job of this tenant waits or runs."""
        query = f"SELECT EXISTS (SELECT 1 FROM jobs WHERE tenant = ? AND {_ACTIVE})"
        return bool(self._database.connection.execute(query, (tenant,)).fetchone()[0])

    def needs_folder(self, job: str) -> bool:
        """Whether any tenant has a job of this id that has a model, or may well go on."""
        oldest = self._clock() - self._limits.keep_days * DAY
        query = (
            "SELECT EXISTS (SELECT 1 FROM jobs WHERE id = ?"
            f" AND ({_ACTIVE} OR state = 'succeeded' OR ended_at >= ?))"
        )
        return bool(self._database.connection.execute(query, (job, oldest)).fetchone()[0])

    def _by_key(self, tenant: str, key: str | None, digest: str) -> Job | None:
        row = self._database.connection.execute(
            "SELECT * FROM jobs WHERE tenant = ? AND idempotency_key = ?", (tenant, key)
        ).fetchone()
        if row is None:
            return None
        if row["request_digest"] != digest:
            raise ConflictError(
                Problem(
                    "key-used",
                    "This Idempotency-Key was used for another order.",
                    f"Job {row['id']} was submitted with it, and its order differs.",
                    "Use a new key for every new order.",
                )
            )
        return Job.of_row(row)

    def _check_waiting(self, tenant: str) -> None:
        (active,) = self._database.connection.execute(
            f"SELECT count(*) FROM jobs WHERE tenant = ? AND {_ACTIVE}", (tenant,)
        ).fetchone()
        if active >= self._limits.waiting_jobs:
            raise ConflictError(
                Problem(
                    "too-many-waiting",
                    "Too many of your jobs wait already.",
                    f"At most {self._limits.waiting_jobs} jobs may wait or run at once.",
                    "Wait until one has ended, or cancel one.",
                )
            )


def _make_room(connection: sqlite3.Connection, tenant: str, order: Order, most: int) -> None:
    """Forget jobs that ended, the oldest first, until one more can be kept.

    What a job that waits or runs starts from stays. The housekeeping deletes their folders.
    """
    (kept,) = connection.execute("SELECT count(*) FROM jobs WHERE tenant = ?", (tenant,)).fetchone()
    excess = kept - most + 1
    if excess <= 0:
        return
    gone = connection.execute(
        "DELETE FROM jobs WHERE number IN (SELECT number FROM jobs"
        f" WHERE tenant = ?1 AND NOT {_ACTIVE} AND id != ?2 AND id NOT IN"
        f" (SELECT json_extract(summary, '$.start') FROM jobs WHERE tenant = ?1 AND {_ACTIVE})"
        " ORDER BY ended_at, number LIMIT ?3)",
        (tenant, order.start, excess),
    ).rowcount
    if gone < excess:
        raise TooLargeError(
            Problem(
                "too-many-jobs",
                "Too many of your jobs are kept.",
                f"At most {most} jobs are kept.",
                "Wait until one has ended.",
            )
        )


def _summary(order: Order) -> dict[str, object]:
    summary = order.model_dump(mode="json", exclude={"examples"})
    return {**summary, "examples": len(order.examples)}
