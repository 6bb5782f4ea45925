"""What is known of files: of one, of a folder, of all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from earmark_db import contents
from earmark_db.hidden import still_there
from earmark_db.paths import BELOW, RIGHT_IN, below, from_blob, right_in, to_blob
from earmark_db.records import FileRecord, FileState, Reason, Stamp, Tag, signed
from earmark_db.stamps import stamp_from
from earmark_db.store import Store
from earmark_db.tags import tags_of

_COLUMNS = f"""
    files.id, files.path, size, mtime_ns, inode, device, state, root_id, contents.digest,
    duration, sample_rate, channels, reason_code, reason, advice,
    write_code, write_reason, write_advice, written, metadata,
    {contents.FACTS}
"""
# By no index of states, for nearly all sounds are in one: they are walked through by their paths.
_FAILED = "(+state = 'failed' or (+state = 'heard' and write_code != 'taken-back'))"
# First, by an index alone, what several files share; the rest looks at these files only.
_COPIED = """
    select content_id from (
        select content_id, max(size) as size from files
        where +state = 'heard' and content_id in (
            select content_id from files where content_id is not null
            group by content_id having count(*) > 1
        ) and content_id in (select content_id from files {})
        group by content_id, device, case inode when 0 then path else inode end
    )
    group by content_id having count(*) > 1 order by sum(size) - max(size) desc, content_id
"""
_FROM = "from files left join contents on contents.id = files.content_id"


class Lookup:
    """Reads the table of files; `earmark_db.files` changes it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def by_path(self, path: str) -> FileRecord | None:
        """What is known of the file at ``path``."""
        return next(iter(self._select("where files.path = ?", [to_blob(path)])), None)

    def by_id(self, file_id: int) -> FileRecord | None:
        """What is known of the file with this id."""
        return next(iter(self._select("where files.id = ?", [file_id])), None)

    def below(self, folder: str) -> list[FileRecord]:
        """Every file in ``folder`` and deeper that is not gone."""
        return list(
            self._select(f"where {BELOW} and state != 'gone' order by files.path", below(folder))
        )

    def heard_in(self, folder: str) -> list[tuple[int, str]]:
        """Id and path of every file right in ``folder``, and not deeper, that was heard."""
        with self._store.reading() as connection:
            rows = connection.execute(
                f"select id, path from files where {RIGHT_IN} and +state = 'heard'",
                right_in(folder),
            ).fetchall()
        return [(row[0], from_blob(row[1])) for row in rows]

    def heard_below(self, folder: str) -> list[tuple[int, str]]:
        """Id and path of every file in ``folder`` and deeper that was heard."""
        with self._store.reading() as connection:
            rows = connection.execute(
                f"select id, path from files where {BELOW} and +state = 'heard'", below(folder)
            ).fetchall()
        return [(row[0], from_blob(row[1])) for row in rows]

    def there(self, content_ids: Iterable[int]) -> set[int]:
        """Those of these contents of which a file is there that was heard."""
        with self._store.reading() as connection:
            rows = connection.execute(
                "select content_id from files where +state = 'heard'"
                " and content_id in (select value from json_each(?))",
                [json.dumps(list(content_ids))],
            )
            return {content_id for (content_id,) in rows}

    def lying(self, contents: Iterable[str]) -> dict[str, list[str]]:
        """By digest the paths, in order, of every file that was heard and has this content.

        Contents of which there is no such file are left out.
        """
        with self._store.reading() as connection:
            rows = connection.execute(
                "select digest, path from contents join files on content_id = contents.id"
                " where digest in (select value from json_each(?)) and +state = 'heard'"
                " order by path",
                [json.dumps(list(contents))],
            ).fetchall()
        paths: dict[str, list[str]] = {}
        for digest, path in rows:
            paths.setdefault(digest, []).append(from_blob(path))
        return paths

    def rows_of_file(self, file_id: int) -> set[int]:
        """The ids under which a file is known, the one given among them.

        It has several where links lead to it, or its disk is there at several places.
        """
        with self._store.reading() as connection:
            rows = connection.execute(
                "select same.id from files as one join files as same"
                " on same.content_id = one.content_id and same.inode = one.inode"
                " and same.device = one.device where one.id = ? and one.inode != 0",
                [file_id],
            )
            return {file_id, *(row[0] for row in rows)}

    def failures(self, limit: int = -1, after: str = "") -> list[FileRecord]:
        """Files that have no tags, or whose tags could not be written, with the reason.

        What a person took tags back out of is as it should be.

        Args:
            limit: how many at most, in the order of their paths; all where it is below 0.
            after: only those whose paths come after this one.
        """
        condition = f"where {_FAILED} and files.path > ? order by files.path limit ?"
        return list(self._select(condition, [to_blob(after), limit]))

    def failure_count(self) -> int:
        """How many files `failures` gives in all."""
        with self._store.reading() as connection:
            row = connection.execute(f"select count(*) from files where {_FAILED}").fetchone()
        return int(row[0])

    def to_write(self) -> list[tuple[int, str]]:
        """Id and path of every file that was heard and whose tags nobody took back out of it."""
        return self._to_write("", ())

    def lacking(self, sure_from: float) -> list[tuple[int, str]]:
        """Those of `to_write` that carry no tags of ours, where there is no word why not.

        A person said one of their tags, or one has this score or a higher one.
        """
        return self._to_write(
            " and not written and write_code is null and exists (select 1 from tags"
            " where file_id = files.id and (source = 'person' or score >= ?))",
            (sure_from,),
        )

    def sure_between(self, low: float, high: float) -> list[tuple[int, str]]:
        """Those of `to_write` with a tag of such a score, not ``high`` itself, by no person."""
        return self._to_write(
            " and exists (select 1 from tags where file_id = files.id and source != 'person'"
            " and score >= ? and score < ?)",
            (low, high),
        )

    def _to_write(self, only: str, values: Sequence[float]) -> list[tuple[int, str]]:
        with self._store.reading() as connection:
            rows = connection.execute(
                "select id, path from files where state = 'heard'"
                f" and coalesce(write_code, '') != 'taken-back'{only}",
                values,
            ).fetchall()
        return [(row[0], from_blob(row[1])) for row in rows]

    def taken_back(self, content: str, size: int, name: str) -> list[FileRecord]:
        """Files that a person took tags back out of, be they gone or not.

        Args:
            content: digest of their audio.
            size: in bytes.
            name: without the folder.
        """
        found = self._select(
            "where contents.digest = ? and size = ? and write_code = 'taken-back'", [content, size]
        )
        return [each for each in found if os.path.basename(each.path) == name]

    def taken_back_as(self, stamp: Stamp) -> list[FileRecord]:
        """Files that a person took tags back out of, known by the number of this one on its disk.

        Where the disk numbers its files by nothing there is none.
        """
        if not stamp.inode:
            return []
        return list(
            self._select(
                "where write_code = 'taken-back' and inode = ? and device = ?",
                [signed(stamp.inode), signed(stamp.device)],
            )
        )

    def carrying(self, path: str | None = None) -> list[str]:
        """Files that carry words of ours though no write in the journal put them there.

        Such are copies made of a file that was written, and all files once the index was lost.

        Args:
            path: only this file, or those in this folder and deeper.
        """
        where = "" if path is None else f"({BELOW} or files.path = ?) and "
        values = [] if path is None else [*below(path), to_blob(path)]
        return self._unaccounted(f"{where}+state = 'heard'", values)

    def hidden_carrying(self) -> list[str]:
        """Files that `carrying` would give, were they not gone, and that lie there all the same."""
        return list(still_there(self._unaccounted("state = 'gone'", [])))

    def _unaccounted(self, condition: str, values: Sequence[object]) -> list[str]:
        with self._store.reading() as connection:
            rows = connection.execute(
                f"select path from files where {condition} and written and not exists"
                " (select 1 from journal where journal.path = files.path"
                " and +journal.state = 'done') order by path",
                values,
            ).fetchall()
        return [from_blob(row[0]) for row in rows]

    def carrying_count(self, folder: str) -> int:
        """How many files in ``folder`` and deeper carry words of ours, heard anew by now or not."""
        with self._store.reading() as connection:
            row = connection.execute(
                f"select count(*) from files where {BELOW} and written and +state != 'gone'",
                below(folder),
            ).fetchone()
        return int(row[0])

    def sample(self, count: int) -> list[FileRecord]:
        """A fair sample of the sounds that were heard, one file each; the same one each time.

        The digests are as good as random, so the first ones in their order are such a sample.
        """
        return list(
            self._select(
                "where files.id in (select (select min(id) from files as own"
                " where own.content_id = contents.id and own.state = 'heard')"
                " from contents order by digest limit ?) order by contents.digest",
                [count],
            )
        )

    def copies(
        self, path: str | None = None, limit: int = -1, offset: int = 0
    ) -> tuple[list[list[list[str]]], int]:
        """Sounds that lie in several files: the same audio, whatever their names and tags.

        Several names of one file (links) take room once: they make no copy by themselves.

        Args:
            path: only sounds of which this is a file, or one lies in this folder or deeper.
            limit: how many sounds at most; all where it is below 0.
            offset: so many of the first are left out.

        Returns:
            For each sound its files, and for each of these its paths, what takes most room first;
            and how many such sounds there are in all.
        """
        where = "" if path is None else f"where {BELOW} or path = ?"
        values = [] if path is None else [*below(path), to_blob(path)]
        with self._store.reading() as connection:
            found = [row[0] for row in connection.execute(_COPIED.format(where), values)]
            page = found[offset:][: limit if limit >= 0 else None]
            rows = connection.execute(
                "select content_id, device, case inode when 0 then path else inode end, path"
                " from files where +state = 'heard'"
                " and content_id in (select value from json_each(?)) order by path",
                [json.dumps(page)],
            ).fetchall()
        files: dict[int, dict[object, list[str]]] = {content_id: {} for content_id in page}
        for content_id, *file, each in rows:
            files[content_id].setdefault(tuple(file), []).append(from_blob(each))
        return [list(paths.values()) for paths in files.values()], len(found)

    def stamps(self, folder: str) -> Iterator[tuple[str, Stamp]]:
        """Path and stamp of every file below ``folder`` that is not gone."""
        with self._store.reading() as connection:
            rows = connection.execute(
                "select path, size, mtime_ns, inode, device from files"
                f" where {BELOW} and state != 'gone'",
                below(folder),
            ).fetchall()
        return ((from_blob(row[0]), stamp_from(row[1:])) for row in rows)

    def stamp(self, path: str) -> Stamp | None:
        """The stamp of one file, if it is known and not gone."""
        with self._store.reading() as connection:
            row = connection.execute(
                "select size, mtime_ns, inode, device from files"
                " where path = ? and state != 'gone'",
                [to_blob(path)],
            ).fetchone()
        return stamp_from(row) if row else None

    def heard_as(self, paths: Iterable[str]) -> dict[str, Stamp]:
        """Of those of these files that were heard the stamp with which they are known."""
        found = {}
        with self._store.reading() as connection:
            for path in paths:
                row = connection.execute(
                    "select size, mtime_ns, inode, device from files"
                    " where path = ? and +state = 'heard'",
                    [to_blob(path)],
                ).fetchone()
                if row is not None:
                    found[path] = stamp_from(row)
        return found

    def counts(self) -> dict[str, int]:
        """How many files are in which state; of those heard, how many have no tag or carry theirs.

        These are ``"untagged"`` and ``"written"``.
        """
        with self._store.reading() as connection:
            counts = dict(connection.execute("select state, count(*) from files group by state"))
            written = connection.execute(
                "select count(*) from files where written and state = 'heard'"
            ).fetchone()[0]
            untagged = connection.execute(
                "select count(*) from files where state = 'heard' and not tagged"
            ).fetchone()[0]
        states = {state.value: counts.get(state, 0) for state in FileState}
        return {**states, "untagged": untagged, "written": written}

    def _select(self, condition: str, values: Sequence[object]) -> Iterator[FileRecord]:
        with self._store.reading() as connection:
            rows = connection.execute(f"select {_COLUMNS} {_FROM} {condition}", values).fetchall()
            tags = {row[0]: tags_of(connection, row[0]) for row in rows}
        return (_record(row, tags[row[0]]) for row in rows)


def _record(row: Sequence[Any], tags: tuple[Tag, ...]) -> FileRecord:
    return FileRecord(
        id=row[0],
        path=from_blob(row[1]),
        stamp=stamp_from(row[2:6]),
        state=FileState(row[6]),
        root_id=row[7],
        content=row[8],
        duration=row[9],
        sample_rate=row[10],
        channels=row[11],
        reason=Reason(row[12], row[13], row[14]) if row[12] else None,
        write_reason=Reason(row[15], row[16], row[17]) if row[15] else None,
        written=bool(row[18]),
        metadata=json.loads(row[19]),
        tags=tags,
        facts=contents.facts_from(row[20:]),
    )
