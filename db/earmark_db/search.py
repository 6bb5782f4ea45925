"""Searching: words, tags and folders, as one types."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from earmark_db.paths import from_blob
from earmark_db.records import Tag
from earmark_db.store import Store
from earmark_db.tags import tags_of

_TERM = re.compile(r'(-?)(?:(tag|name|folder):)?(?:"([^"]*)"|(\S+))', re.IGNORECASE)
_COLUMN = {"tag": "tags", "name": "name", "folder": "folder"}


@dataclass(frozen=True)
class Hit:
    """One sound that was found."""

    file_id: int
    path: str
    duration: float | None
    online: bool
    tags: tuple[Tag, ...]


def match_expression(query: str) -> str | None:
    """A person's query as an FTS5 expression: all words, each by its beginning.

    ``tag:``, ``name:`` and ``folder:`` restrict a word, quotes hold words together, a leading
    minus excludes. Anything else that FTS5 would take for syntax is taken for text.

    Returns:
        None where the query has no word to look for.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for minus, column, phrase, word in _TERM.findall(query):
        text = " ".join(re.findall(r"\w+", phrase or word))
        if not text:
            continue
        term = f'"{text}"' if phrase else " + ".join(f'"{part}"' for part in text.split()) + " *"
        if column:
            term = f"{_COLUMN[column.lower()]} : ({term})"
        (unwanted if minus else wanted).append(f"({term})")
    if not wanted:
        return None
    expression = " AND ".join(wanted)
    return f"({expression}) NOT ({' OR '.join(unwanted)})" if unwanted else expression


class Search:
    """Finds sounds in the index."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, query: str, limit: int = 50, offset: int = 0) -> list[Hit]:
        """The sounds that match, the best first; a match in tags or name weighs most."""
        expression = match_expression(query)
        with self._store.reading() as connection:
            if expression is None:
                if query.strip():
                    return []
                rows = _newest(connection, limit, offset)
            else:
                rows = _ranked(connection, expression, limit, offset)
            return [_hit(connection, row) for row in rows]

    def count(self, query: str) -> int:
        """How many sounds match."""
        expression = match_expression(query)
        with self._store.reading() as connection:
            if expression is None:
                if query.strip():
                    return 0
                row = connection.execute("select count(*) from words").fetchone()
            else:
                row = connection.execute(
                    "select count(*) from words where words match ?", [expression]
                ).fetchone()
        return int(row[0])

    def tag_counts(self) -> list[tuple[str, str, int]]:
        """Each tag set and tag with the number of its sounds, the most frequent first."""
        with self._store.reading() as connection:
            return connection.execute(
                "select tag_set, tag, count(*) from tags join files on files.id = file_id"
                " where state = 'heard' group by tag_set, tag order by 3 desc, 1, 2"
            ).fetchall()


_HIT = (
    "select files.id, files.path, contents.duration, coalesce(roots.online, 1)"
    " from {source} join files on files.id = {key}"
    " left join contents on contents.id = files.content_id"
    " left join roots on roots.id = files.root_id"
)


def _ranked(
    connection: sqlite3.Connection, expression: str, limit: int, offset: int
) -> list[tuple[Any, ...]]:
    best = (
        "(select rowid as id, bm25(words, 10.0, 6.0, 1.0, 2.0) as weight from words"
        " where words match ? order by weight, rowid limit ? offset ?) as best"
    )
    statement = _HIT.format(source=best, key="best.id") + " order by best.weight, best.id"
    return connection.execute(statement, [expression, limit, offset]).fetchall()


def _newest(connection: sqlite3.Connection, limit: int, offset: int) -> list[tuple[Any, ...]]:
    newest = "(select rowid as id from words order by rowid desc limit ? offset ?) as newest"
    statement = _HIT.format(source=newest, key="newest.id") + " order by newest.id desc"
    return connection.execute(statement, [limit, offset]).fetchall()


def _hit(connection: sqlite3.Connection, row: Sequence[Any]) -> Hit:
    return Hit(
        file_id=row[0],
        path=from_blob(row[1]),
        duration=row[2],
        online=bool(row[3]),
        tags=tags_of(connection, row[0]),
    )
