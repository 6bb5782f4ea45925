"""The journal: every change to a user's file, recorded before it happens."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from earmark_db.hidden import still_there
from earmark_db.paths import from_blob, to_blob
from earmark_db.store import Store

_SELECT = (
    "select id, file_id, path, at, batch, state, digest_before, digest_after, terms, details,"
    " patch from journal"
)

_GONE = "exists (select 1 from files where files.id = journal.file_id and files.state = 'gone')"
_AFTER_ALL = (1 << 63) - 1
"""No entry has a higher number."""


class JournalState(StrEnum):
    """The life of one write to one file."""

    INTENDED = "intended"
    DONE = "done"
    UNDOING = "undoing"
    VOID = "void"
    UNDONE = "undone"


@dataclass(frozen=True)
class JournalEntry:
    """One write to one file, with all that undo needs.

    Attributes:
        batch: the writes of one go, for "undo the last batch".
        details: what the writer wants back at recovery and undo, as plain JSON data.
        patch: turns the file as written into the file as it was, byte for byte.
    """

    id: int
    file_id: int | None
    path: str
    at: float
    batch: str
    state: JournalState
    digest_before: str
    digest_after: str
    terms: tuple[str, ...]
    details: Mapping[str, Any]
    patch: bytes


def follow(connection: sqlite3.Connection, file_id: int, old: bytes, new: bytes) -> None:
    """A file has another path now: its writes are found there.

    What was written to a file that lay there before cannot be taken back any more.
    """
    connection.execute(
        "update journal set state = ? where path = ? and +state = ? and file_id is not ?",
        [JournalState.VOID, new, JournalState.DONE, file_id],
    )
    connection.execute(
        "update journal set path = ? where path = ? and file_id = ?", [new, old, file_id]
    )


class Journal:
    """Writes in the order in which they happened; undo walks it backwards."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def intend(
        self,
        path: str,
        *,
        file_id: int | None,
        batch: str,
        digests: tuple[str, str],
        terms: Sequence[str],
        details: Mapping[str, Any],
        patch: bytes,
    ) -> int:
        """Record a write that is about to happen; on disk before this returns.

        Args:
            path: the file.
            file_id: its row in the index.
            batch: name of the go that this write belongs to.
            digests: whole-file digests before and after.
            terms: the words that the file will carry.
            details: JSON data that recovery and undo need.
            patch: turns the new file into the old one.

        Returns:
            The entry's id.
        """
        with self._store.transaction() as connection:
            row = connection.execute(
                "insert into journal(file_id, path, at, batch, state, digest_before,"
                " digest_after, terms, details, patch) values (?,?,?,?,?,?,?,?,?,?) returning id",
                [
                    file_id,
                    to_blob(path),
                    time.time(),
                    batch,
                    JournalState.INTENDED,
                    *digests,
                    json.dumps(list(terms)),
                    json.dumps(dict(details)),
                    patch,
                ],
            ).fetchone()
            return int(row[0])

    def settle(self, entry_id: int, state: JournalState) -> None:
        """Record how an intended write ended, or that it was undone."""
        with self._store.transaction() as connection:
            connection.execute("update journal set state = ? where id = ?", [state, entry_id])

    def intended(self) -> list[JournalEntry]:
        """Writes of which it is not known whether they happened: what a crash leaves."""
        return self._entries("where state = 'intended' order by id", [])

    def being_undone(self) -> list[JournalEntry]:
        """Writes whose undoing was cut off by a crash."""
        return self._entries("where state = 'undoing' order by id", [])

    def done(
        self,
        *,
        path: str | None = None,
        folder: str | None = None,
        since: float | None = None,
        batch: str | None = None,
    ) -> list[JournalEntry]:
        """Writes that can be undone, the newest first.

        Args:
            path: only those to this file.
            folder: only those to files below this folder.
            since: only those after this time, in seconds since the epoch.
            batch: only those of this batch.
        """
        condition, values = _done(path, folder, since, batch)
        return self._entries(f"where {condition} order by id desc", values)

    def leading_back(self, digest: str) -> list[JournalEntry]:
        """Writes that lead back from these bytes, one after the other, the newest first.

        It is all the same which file each went into, and whether it was taken back there: its patch
        fits the same bytes anywhere.

        Args:
            digest: of every byte of a file; an empty one leads nowhere.
        """
        found: list[JournalEntry] = []
        while digest:
            before = found[-1].id if found else _AFTER_ALL
            older = self._entries(
                "where digest_after = ? and id < ? order by id desc limit 1", [digest, before]
            )
            found += older
            digest = older[0].digest_before if older else ""
        return found

    def lately(self, file_id: int, since: float) -> list[JournalEntry]:
        """Writes to a file after a time, in seconds since the epoch, that were not taken back."""
        return self._entries(
            "where file_id = ? and at >= ? and +state = 'done' order by id desc", [file_id, since]
        )

    def paths(
        self,
        *,
        path: str | None = None,
        folder: str | None = None,
        since: float | None = None,
        batch: str | None = None,
    ) -> list[str]:
        """The files of the writes that `done` gives, the one that was written last first.

        Of those that are gone only such as lie there all the same, unless it is named.
        """
        condition, values = _done(path, folder, since, batch)
        with self._store.reading() as connection:
            rows = connection.execute(
                f"select path, min({_GONE}) from journal where {condition}"
                " group by path order by max(id) desc",
                values,
            ).fetchall()
        found = {from_blob(row[0]): bool(row[1]) for row in rows}
        if path is not None:
            return list(found)
        hidden = set(still_there(each for each, gone in found.items() if gone))
        return [each for each, gone in found.items() if not gone or each in hidden]

    def last_batch(
        self, *, path: str | None = None, folder: str | None = None, since: float | None = None
    ) -> str | None:
        """The name of the newest batch with one of the files that `paths` gives."""
        condition, values = _done(path, folder, since, None)
        there = "" if path is not None else f" and not {_GONE}"
        with self._store.reading() as connection:
            row = connection.execute(
                f"select id, batch from journal where {condition}{there} order by id desc limit 1",
                values,
            ).fetchone()
            newest, batch = row or (0, None)
            later = connection.execute(
                f"select path, batch from journal where {condition} and {_GONE} and id > ?"
                " order by id desc",
                [*values, newest],
            ).fetchall()
        batches = {from_blob(path): batch for path, batch in reversed(later)}
        hidden = next(still_there(from_blob(path) for path, _ in later), None)
        return batch if hidden is None else batches[hidden]

    def _entries(self, condition: str, values: Sequence[object]) -> list[JournalEntry]:
        with self._store.reading() as connection:
            rows = connection.execute(f"{_SELECT} {condition}", values).fetchall()
        return [
            JournalEntry(
                id=row[0],
                file_id=row[1],
                path=from_blob(row[2]),
                at=row[3],
                batch=row[4],
                state=JournalState(row[5]),
                digest_before=row[6],
                digest_after=row[7],
                terms=tuple(json.loads(row[8])),
                details=json.loads(row[9]),
                patch=row[10],
            )
            for row in rows
        ]


def _done(
    path: str | None, folder: str | None, since: float | None, batch: str | None
) -> tuple[str, list[object]]:
    """What holds of the writes that `Journal.done` gives, and its values."""
    conditions, values = ["+state = 'done'"], list[object]()
    if path is not None:
        conditions.append("path = ?")
        values.append(to_blob(path))
    if folder is not None:
        prefix = to_blob(folder).rstrip(b"/\\")
        conditions.append("substr(path, 1, ?) in (?, ?)")
        values += [len(prefix) + 1, prefix + b"/", prefix + b"\\"]
    if since is not None:
        conditions.append("at >= ?")
        values.append(since)
    if batch is not None:
        conditions.append("batch = ?")
        values.append(batch)
    return " and ".join(conditions), values
