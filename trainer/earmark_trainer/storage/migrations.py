"""The trainer's schema as numbered steps; a step that was released never changes."""

from __future__ import annotations

import sqlite3

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE tenants (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        created_at REAL NOT NULL
    ) STRICT;

    CREATE TABLE tokens (
        hash BLOB PRIMARY KEY,
        tenant TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
        created_at REAL NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE packs (
        id INTEGER PRIMARY KEY,
        tenant TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
        digest TEXT NOT NULL,
        size INTEGER NOT NULL,
        used_at REAL NOT NULL,
        UNIQUE (tenant, digest)
    ) STRICT;

    CREATE TABLE blobs (
        tenant TEXT NOT NULL,
        digest TEXT NOT NULL,
        pack INTEGER NOT NULL REFERENCES packs(id) ON DELETE CASCADE,
        offset INTEGER NOT NULL,
        length INTEGER NOT NULL,
        size INTEGER NOT NULL,
        PRIMARY KEY (tenant, digest)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX blobs_by_pack ON blobs(pack);

    CREATE TABLE jobs (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        tenant TEXT NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
        idempotency_key TEXT,
        request_digest TEXT NOT NULL,
        request BLOB NOT NULL,
        summary TEXT NOT NULL,
        state TEXT NOT NULL,
        attempt INTEGER NOT NULL DEFAULT 0,
        losses INTEGER NOT NULL DEFAULT 0,
        cancelling INTEGER NOT NULL DEFAULT 0,
        progress TEXT,
        problem TEXT,
        result TEXT,
        created_at REAL NOT NULL,
        queued_at REAL NOT NULL,
        started_at REAL,
        ended_at REAL,
        UNIQUE (tenant, idempotency_key)
    ) STRICT;
    CREATE INDEX jobs_by_state ON jobs(state, queued_at, number);

    CREATE TABLE events (
        job INTEGER NOT NULL REFERENCES jobs(number) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        at REAL NOT NULL,
        kind TEXT NOT NULL,
        data TEXT NOT NULL,
        PRIMARY KEY (job, number)
    ) STRICT, WITHOUT ROWID;
    """,
)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a database to the newest schema; each step and its record commit together."""
    (done,) = connection.execute("PRAGMA user_version").fetchone()
    for number, script in enumerate(MIGRATIONS[done:], start=done + 1):
        connection.executescript(
            f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;"
        )
