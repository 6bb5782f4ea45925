"""The queue: what is still to be done, kept on disk, so that no crash forgets it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Collection, Iterable

from earmark_db.paths import BELOW, below, from_blob, to_blob
from earmark_db.records import Step, Task
from earmark_db.stamps import stamp_from
from earmark_db.store import Store

_CARRYING = (
    " and files.id in (select file_id from tags where tag in (select value from json_each(?)))"
)

_FIRST = -1
"""When work is due that comes before all other."""

LONGEST_WAIT_SECONDS = 3600.0
"""How long work waits for another try at most."""

_TOO_FAR_SECONDS = LONGEST_WAIT_SECONDS + 60.0
"""Work that is due later than this from now was put off while the clock was wrong: it is due."""

_DUE = """
    select files.id, path, size, mtime_ns, inode, device, attempts, contents.digest, blind
    from work join files on files.id = work.file_id
    left join contents on contents.id = files.content_id
    where step = ? and due {} ? order by due, file_id limit ?
"""


class Queue:
    """Work that waits, by file and step; it is removed only together with its result."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def due(
        self, step: Step, limit: int, without: Collection[int] = (), now: float | None = None
    ) -> list[Task]:
        """Up to ``limit`` tasks that are due, the oldest first.

        A clock that was ahead and was put right keeps none waiting for longer than others.

        Args:
            step: which kind of work.
            limit: how many at most.
            without: files that are being worked on already.
            now: seconds since the epoch; the clock's time where it is None.
        """
        now, most = time.time() if now is None else now, limit + len(without)
        with self._store.reading() as connection:
            rows = connection.execute(_DUE.format("<="), [step, now, most]).fetchall()
            if len(rows) < most:
                values = [step, now + _TOO_FAR_SECONDS, most - len(rows)]
                rows += connection.execute(_DUE.format(">"), values).fetchall()
        return [
            Task(row[0], from_blob(row[1]), stamp_from(row[2:6]), row[6], row[7], bool(row[8]))
            for row in rows
            if row[0] not in without
        ][:limit]

    def add(
        self,
        step: Step,
        file_ids: Iterable[int],
        *,
        afresh: bool = True,
        first: bool = False,
        last: bool = False,
    ) -> None:
        """Queue work for files; what is queued already becomes due at once.

        Args:
            step: which kind of work.
            file_ids: the files.
            afresh: whether earlier attempts are forgotten.
            first: whether it comes before all other work of its kind; `holds` counts it then.
            last: whether it comes after all that waits already, and what is queued keeps its place.
        """
        attempts = "0" if afresh else "attempts"
        due = _FIRST if first else time.time() if last else 0
        with self._store.transaction() as connection:
            connection.executemany(
                "insert into work(file_id, step, due) values (?1, ?2, ?3)"
                " on conflict(file_id, step) do update set due = min(due, ?3),"
                f" attempts = {attempts}",
                [(file_id, step, due) for file_id in file_ids],
            )

    def comes_first(self, step: Step, file_id: int) -> bool:
        """Whether such work comes before all other for a file, as where a person asked for it."""
        with self._store.reading() as connection:
            row = connection.execute(
                "select 1 from work where file_id = ? and step = ? and due < 0", [file_id, step]
            ).fetchone()
        return row is not None

    def add_all(self, step: Step, *, carrying: Collection[str] | None = None) -> int:
        """Queue work for every file that was heard: a round of it, which `progress` follows.

        Args:
            step: which kind of work.
            carrying: only files that have one of these tags.

        Returns:
            How many files these are.
        """
        only = "" if carrying is None else _CARRYING
        values = [] if carrying is None else [json.dumps(sorted(carrying))]
        with self._store.transaction() as connection:
            queued = connection.execute(
                "insert into work(file_id, step, due) select id, ?, 0 from files"
                f" where state = 'heard' and content_id is not null{only}"
                " on conflict(file_id, step) do update set due = 0, attempts = 0",
                [step, *values],
            )
            total = int(
                connection.execute("select count(*) from work where step = ?", [step]).fetchone()[0]
            )
            connection.execute("insert or replace into rounds values (?, ?)", [step, total])
        return queued.rowcount

    def progress(self, step: Step) -> tuple[int, int] | None:
        """How many tasks of the round under way are done, of how many; None where none waits.

        Tasks that come first are no part of a round.
        """
        with self._store.reading() as connection:
            left, total = connection.execute(
                "select count(*), (select total from rounds where step = ?1) from work"
                " where step = ?1 and due >= 0",
                [step],
            ).fetchone()
        total = max(left, total or 0)
        return (total - left, total) if left else None

    def later(self, step: Step, file_id: int, seconds: float, *, tried: bool = True) -> None:
        """Try again after ``seconds``, `LONGEST_WAIT_SECONDS` at most.

        Args:
            step: which kind of work.
            file_id: the file.
            seconds: so long.
            tried: whether this counts as an attempt.
        """
        with self._store.transaction() as connection:
            connection.execute(
                "update work set due = ?, attempts = attempts + ? where file_id = ? and step = ?",
                [time.time() + seconds, tried, file_id, step],
            )

    def done(self, step: Step, file_id: int) -> None:
        """The work is done."""
        with self._store.transaction() as connection:
            connection.execute("delete from work where file_id = ? and step = ?", [file_id, step])

    def keep(self, step: Step, wanted: Callable[[str], bool]) -> None:
        """Leave only the work of this kind on files at whose paths it is wanted."""
        with self._store.transaction() as connection:
            rows = connection.execute(
                "select id, path from files join work on work.file_id = files.id where step = ?",
                [step],
            ).fetchall()
            connection.executemany(
                "delete from work where file_id = ? and step = ?",
                [(row[0], step) for row in rows if not wanted(from_blob(row[1]))],
            )

    def holds(self, file_id: int) -> bool:
        """Whether a file is still to be heard or written, now or at a later try.

        Tagging anew may take long, as for a new model, and is only waited for where it comes first.
        """
        with self._store.reading() as connection:
            row = connection.execute(
                "select 1 from work where file_id = ? and (step != ? or due < 0)",
                [file_id, Step.RETAG],
            ).fetchone()
        return row is not None

    def waiting_at(self, path: str | None = None) -> list[tuple[int, str]]:
        """Id and path of every file for which anything waits.

        Args:
            path: only this file, or those in this folder and deeper.
        """
        where = "" if path is None else f" where {BELOW} or files.path = ?3"
        values = [] if path is None else [*below(path), to_blob(path)]
        with self._store.reading() as connection:
            rows = connection.execute(
                "select id, path from files join (select distinct file_id from work)"
                f" on file_id = id{where}",
                values,
            ).fetchall()
        return [(row[0], from_blob(row[1])) for row in rows]

    def waiting(self) -> dict[str, int]:
        """How many tasks wait for each step."""
        with self._store.reading() as connection:
            counts = dict(connection.execute("select step, count(*) from work group by step"))
        return {step.value: counts.get(step, 0) for step in Step}

    def put_off(self, step: Step) -> int:
        """How many tasks of this kind wait for another try, as the last one failed."""
        with self._store.reading() as connection:
            row = connection.execute(
                "select count(*) from work where step = ? and due > ? and attempts > 0",
                [step, time.time()],
            ).fetchone()
        return int(row[0])

    def folders(self, step: Step) -> set[str]:
        """The folders of all files that wait for this kind of work, links to files resolved."""
        with self._store.reading() as connection:
            rows = connection.execute(
                "select path from files join work on work.file_id = files.id where step = ?", [step]
            )
            paths = [from_blob(path) for (path,) in rows]
        return {
            os.path.dirname(os.path.realpath(path) if os.path.islink(path) else path)
            for path in paths
        }

    def next_due(self, step: Step) -> float | None:
        """When the next task of this kind is due, in seconds since the epoch; see `due`."""
        with self._store.reading() as connection:
            (due,) = connection.execute(
                "select min(due) from work where step = ?", [step]
            ).fetchone()
        if due is None or due <= (now := time.time()) + _TOO_FAR_SECONDS:
            return None if due is None else float(due)
        return now
