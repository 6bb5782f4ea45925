"""Which rows of verdicts came while which writer ran: what a copy of them is held against.

An index that was brought back from a backup gives the rows that it lost to other sounds. Up to
which row two indexes are the same is known all the same: no run stands in both but one that began
before they parted, and each run says after which row it began.
"""

from __future__ import annotations

import sqlite3

from earmark_db.store import Store


class Runs:
    """The table of runs; `earmark_db.verdicts` adds to it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def newest(self) -> str:
        """The run in which the newest verdict came."""
        with self._store.reading() as connection:
            row = connection.execute("select name from runs order by id desc limit 1").fetchone()
        return str(row[0])

    def shared_rows(self, run: str) -> int:
        """Up to which row verdicts are those that an index had whose newest run this was.

        0 where none are known to be, since that index went another way, and nobody knows when.
        """
        with self._store.reading() as connection:
            row = connection.execute(
                "select coalesce((select min(after) from runs as later where later.id > runs.id),"
                " (select max(rowid) from verdicts), 0) from runs where name = ?",
                [run],
            ).fetchone()
        return int(row[0]) if row else 0


def note(connection: sqlite3.Connection, run: str) -> None:
    """Verdicts are about to come in this run; its first note alone counts."""
    connection.execute(
        "insert or ignore into runs(name, after)"
        " values (?, (select coalesce(max(rowid), 0) from verdicts))",
        [run],
    )
