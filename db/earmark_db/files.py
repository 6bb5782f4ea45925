"""Files on their way: where they are, how far they have come, and what was heard in them."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from earmark_db import contents, journal, verdicts
from earmark_db.paths import BELOW, below, from_blob, to_blob
from earmark_db.records import (
    Arrival,
    Hearing,
    Reason,
    Stamp,
    Step,
    Tag,
    signed,
)
from earmark_db.stamps import stamp_row
from earmark_db.store import Store
from earmark_db.tags import tags_of
from earmark_db.words import Words

_UPSERT = """
    insert into files(path, root_id, state, size, mtime_ns, inode, device, changed_at)
    values (?, ?, 'waiting', ?, ?, ?, ?, ?)
    on conflict(path) do update set
        root_id = coalesce(excluded.root_id, root_id), state = 'waiting', size = excluded.size,
        mtime_ns = excluded.mtime_ns, inode = excluded.inode, device = excluded.device,
        changed_at = excluded.changed_at
    returning id
"""


class Files:
    """Changes to the table of files; `earmark_db.lookup` reads it."""

    def __init__(self, store: Store, words: Words) -> None:
        self._store = store
        self._words = words

    def arrived(self, arrivals: Iterable[Arrival]) -> list[int]:
        """Remember new or changed files and queue them for hearing, in one transaction.

        Of one that comes without its watched folder the innermost is looked up.
        """
        now = time.time()
        ids = []
        with self._store.transaction() as connection:
            roots = connection.execute("select id, path from roots").fetchall()
            for arrival in arrivals:
                path, root = to_blob(arrival.path), arrival.root_id
                if root is None:
                    root = _innermost(roots, path)
                row = connection.execute(
                    _UPSERT, [path, root, *stamp_row(arrival.stamp), now]
                ).fetchone()
                ids.append(int(row[0]))
                if arrival.first:
                    self.set_written(row[0], None)
                connection.execute(
                    "insert or replace into work(file_id, step, due, blind) values (?, ?, ?, ?)",
                    [row[0], Step.HEAR, -1 if arrival.first else 0, arrival.blind],
                )
        return ids

    def watched(self, folder: str, root_id: int) -> None:
        """A folder is watched: what was taken in below it while none was belongs to it."""
        with self._store.transaction() as connection:
            rows = connection.execute(
                f"select id from files where {BELOW} and root_id is null and state != 'gone'",
                below(folder),
            ).fetchall()
            for (file_id,) in rows:
                connection.execute("update files set root_id = ? where id = ?", [root_id, file_id])
                self._words.refresh(file_id)

    def moved(self, old: str, new: str, stamp: Stamp, root_id: int | None) -> None:
        """A file has another path now; everything known of it stays, the way back too.

        What waits for it, because it was not where it had been, is due.
        """
        with self._store.transaction() as connection:
            replaced = connection.execute(
                "delete from files where path = ? returning id", [to_blob(new)]
            ).fetchone()
            if replaced is not None:
                self._words.remove(replaced[0])
            connection.execute(
                "update files set path = ?, root_id = ?, size = ?, mtime_ns = ?, inode = ?,"
                " device = ? where path = ?",
                [to_blob(new), root_id, *stamp_row(stamp), to_blob(old)],
            )
            row = connection.execute(
                "select id, state from files where path = ?", [to_blob(new)]
            ).fetchone()
            if row is not None:
                journal.follow(connection, row[0], to_blob(old), to_blob(new))
                self._words.refresh(row[0])
                connection.execute(
                    "update work set due = 0 where due > 0 and file_id = ?", [row[0]]
                )

    def gone(self, paths: Iterable[str]) -> None:
        """Files that are no longer there: not found any more, but remembered."""
        with self._store.transaction() as connection:
            for path in paths:
                row = connection.execute(
                    "update files set state = 'gone' where path = ? returning id", [to_blob(path)]
                ).fetchone()
                if row is not None:
                    connection.execute("delete from work where file_id = ?", [row[0]])
                    self._words.remove(row[0])

    def heard(
        self,
        file_id: int,
        hearing: Hearing,
        metadata: Mapping[str, Any],
        *,
        carries: bool = False,
    ) -> None:
        """Record what was heard; copies of the same audio share it.

        Whoever records a result has asked `is_still` first, in the same transaction.

        Args:
            file_id: the file.
            hearing: what it sounds like.
            metadata: what others wrote into it.
            carries: whether words of ours stand in it.
        """
        with self._store.transaction() as connection:
            content_id = contents.remember(connection, hearing)
            verdicts.put(self._store, content_id, hearing.verdicts)
            self._finish(connection, file_id, content_id, metadata, carries)

    def known_again(
        self, file_id: int, metadata: Mapping[str, Any], *, carries: bool = False
    ) -> None:
        """The file changed, its audio did not: what was heard before holds; see `heard`."""
        with self._store.transaction() as connection:
            row = connection.execute(
                "select content_id from files where id = ?", [file_id]
            ).fetchone()
            self._finish(connection, file_id, row[0], metadata, carries)

    def is_still(self, file_id: int, stamp: Stamp) -> bool:
        """Whether the file is the one that was looked at, and not gone or changed since."""
        with self._store.reading() as connection:
            row = connection.execute(
                "select 1 from files where id = ? and size = ? and mtime_ns = ? and inode = ?"
                " and device = ? and state != 'gone'",
                [file_id, *stamp_row(stamp)],
            ).fetchone()
        return row is not None

    def failed(self, file_id: int, reason: Reason, *, retry_at: float | None = None) -> None:
        """The file has no tags, and this is why.

        Args:
            file_id: the file.
            reason: in words.
            retry_at: when to try again, in seconds since the epoch, if that may help.
        """
        with self._store.transaction() as connection:
            connection.execute(
                "update files set state = 'failed', reason_code = ?, reason = ?, advice = ?,"
                " tagged = 0 where id = ?",
                [reason.code, reason.message, reason.advice, file_id],
            )
            if retry_at is None:
                connection.execute("delete from work where file_id = ?", [file_id])
            connection.execute(
                "update work set due = ?, attempts = attempts + 1 where file_id = ?",
                [retry_at, file_id],
            )
            connection.execute("delete from tags where file_id = ?", [file_id])
            self._words.refresh(file_id)

    def set_note(self, file_id: int, reason: Reason | None) -> None:
        """Say something about a file that was heard, such as that it is silent."""
        values = [reason.code, reason.message, reason.advice] if reason else [None, None, None]
        with self._store.transaction() as connection:
            connection.execute(
                "update files set reason_code = ?, reason = ?, advice = ? where id = ?",
                [*values, file_id],
            )

    def set_written(
        self,
        file_id: int,
        stamp: Stamp | None,
        reason: Reason | None = None,
        *,
        written: bool | None = None,
    ) -> None:
        """Record how the writing of tags into the file ended.

        Args:
            file_id: the file.
            stamp: the file's stamp after our write, if it was replaced.
            reason: why it was not written; None if the file says what it should.
            written: whether the file carries tags of ours now; None where it is as it was before.
        """
        values = [reason.code, reason.message, reason.advice] if reason else [None, None, None]
        with self._store.transaction() as connection:
            connection.execute(
                "update files set write_code = ?, write_reason = ?, write_advice = ?,"
                " written = coalesce(?, written) where id = ?",
                [*values, written, file_id],
            )
            if stamp is not None:
                self.set_stamp(file_id, stamp)

    def written_from(self) -> float | None:
        """From which score on tags were last wanted in files; None where nobody has said it yet."""
        with self._store.reading() as connection:
            row = connection.execute("select score from written_from").fetchone()
        return None if row is None else float(row[0])

    def set_written_from(self, score: float) -> None:
        """Remember from which score on tags are wanted in files."""
        with self._store.transaction() as connection:
            connection.execute("insert or replace into written_from values (1, ?)", [score])

    def keep_out(self, file_ids: Iterable[int], reason: Reason) -> None:
        """Have no tags written into files whose turn was still to come; what stands there stays.

        Args:
            file_ids: the files.
            reason: why; its code says whether it holds until somebody asks for them by name.
        """
        with self._store.transaction() as connection:
            for file_id in file_ids:
                connection.execute(
                    "update files set write_code = ?, write_reason = ?, write_advice = ?"
                    " where id = ?",
                    [reason.code, reason.message, reason.advice, file_id],
                )
                connection.execute(
                    "delete from work where file_id = ? and step = ?", [file_id, Step.WRITE]
                )

    def may_be_written(self, file_id: int) -> bool:
        """Whether its tags may be written: not if a person took them back."""
        with self._store.reading() as connection:
            row = connection.execute(
                "select 1 from files where id = ? and write_code = 'taken-back'", [file_id]
            ).fetchone()
        return row is None

    def set_stamp(self, file_id: int, stamp: Stamp) -> None:
        """The file on disk is known to be as it is now."""
        with self._store.transaction() as connection:
            connection.execute(
                "update files set size = ?, mtime_ns = ?, inode = ?, device = ? where id = ?",
                [*stamp_row(stamp), file_id],
            )

    def renumber(self, root_id: int, old: int, new: int, *, keeps_inodes: bool) -> None:
        """The disk of a watched folder has another device number now.

        Args:
            root_id: the folder.
            old: the number before.
            new: the number now.
            keeps_inodes: whether inode numbers are known to mean the same as before; else those of
                the files are forgotten.
        """
        with self._store.transaction() as connection:
            connection.execute(
                "update files set device = ?, inode = case when ? then inode else 0 end"
                " where root_id = ? and device = ?",
                [signed(new), keeps_inodes, root_id, signed(old)],
            )

    def set_tags(self, file_id: int, tags: Sequence[Tag]) -> None:
        """The file's tags, in place of those it had."""
        with self._store.transaction() as connection:
            connection.execute("delete from tags where file_id = ?", [file_id])
            connection.executemany(
                "insert into tags values (?, ?, ?, ?, ?)",
                [(file_id, tag.set, tag.tag, tag.score, tag.source) for tag in tags],
            )
            connection.execute(
                "update files set tagged = ?1 where id = ?2 and tagged != ?1", [bool(tags), file_id]
            )
            self._words.refresh(file_id)

    def tags(self, file_id: int) -> tuple[Tag, ...]:
        """The file's tags, the surest first."""
        with self._store.reading() as connection:
            return tags_of(connection, file_id)

    def _finish(
        self,
        connection: sqlite3.Connection,
        file_id: int,
        content_id: int,
        metadata: Mapping[str, Any],
        carries: bool,
    ) -> None:
        connection.execute(
            "update files set state = 'heard', content_id = ?, metadata = ?, reason_code = null,"
            " reason = null, advice = null, written = ? where id = ?",
            [content_id, json.dumps(dict(metadata), ensure_ascii=True), carries, file_id],
        )
        connection.execute("delete from work where file_id = ? and step = ?", [file_id, Step.HEAR])


def _innermost(roots: Sequence[tuple[int, bytes]], path: bytes) -> int | None:
    """The watched folder that a path lies in."""
    inside = []
    for root_id, folder in roots:
        first, after = below(from_blob(folder))
        if first <= path < after:
            inside.append((len(folder), root_id))
    return max(inside)[1] if inside else None
