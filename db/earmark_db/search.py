"""Searching: words, tags and folders, as one types."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from earmark_db.contents import FACTS, facts_from
from earmark_db.filters import Condition, take_filters
from earmark_db.paths import from_blob
from earmark_db.records import Facts, Tag
from earmark_db.store import Store
from earmark_db.tags import tags_of

_TERM = re.compile(r'(-?)(?:(tag|name|folder):)?(?:"([^"]*)"|(\S+))', re.IGNORECASE)
_COLUMN = {"tag": "tags", "name": "name", "folder": "folder"}
MOST_RANKED = 10_000


@dataclass(frozen=True)
class Hit:
    """One sound that was found."""

    file_id: int
    path: str
    duration: float | None
    online: bool
    tags: tuple[Tag, ...]
    facts: Facts


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
        """The sounds that match, the best first; a match in tags or name weighs most.

        Besides words there may be filters; see `earmark_db.filters`. Of more than `MOST_RANKED`
        matches those in tags or name come first, and else the oldest: weighing each takes longer
        than a key stroke may, and says little.
        """
        wanted = _wanted(query)
        if wanted is None:
            return []
        with self._store.reading() as connection:
            broad = _is_broad(connection, wanted)
            sql, values = _in_parts(wanted) if broad else _ranked(wanted)
            found = connection.execute(f"{sql} limit ? offset ?", [*values, limit, offset])
            return [_hit(connection, file_id) for (file_id,) in found.fetchall()]

    def count(self, query: str) -> int:
        """How many sounds match."""
        wanted = _wanted(query)
        if wanted is None:
            return 0
        with self._store.reading() as connection:
            row = connection.execute(f"select count(*) {wanted.source}", wanted.values).fetchone()
        return int(row[0])

    def of_contents(self, content_ids: Iterable[int], without: str = "") -> dict[int, Hit]:
        """For each content the first of its files that are there; contents with none are left out.

        Args:
            content_ids: which.
            without: digest of a content to leave out.
        """
        hits = {}
        with self._store.reading() as connection:
            for content_id in content_ids:
                row = connection.execute(
                    "select files.id from files join contents on contents.id = content_id"
                    " where content_id = ? and +state = 'heard' and digest != ?"
                    " order by +files.id limit 1",
                    [content_id, without],
                ).fetchone()
                if row is not None:
                    hits[content_id] = _hit(connection, row[0])
        return hits

    def tag_counts(self) -> list[tuple[str, str, int]]:
        """Each tag set and tag with the number of its sounds, the most frequent first."""
        with self._store.reading() as connection:
            return connection.execute(
                "select tag_set, tag, count(*) from tags join files on files.id = file_id"
                " where state = 'heard' group by tag_set, tag order by 3 desc, 1, 2"
            ).fetchall()


_HIT = (
    f"select files.id, files.path, duration, coalesce(roots.online, 1), {FACTS} from files"
    " left join contents on contents.id = files.content_id"
    " left join roots on roots.id = files.root_id where files.id = ?"
)
_JOIN_CONTENTS = (
    " join files on files.id = words.rowid join contents on contents.id = files.content_id"
)


@dataclass(frozen=True)
class _Wanted:
    """A query as SQL from ``from`` on, with what its question marks stand for."""

    expression: str | None
    filters: list[Condition]

    @property
    def source(self) -> str:
        conditions = [condition.sql for condition in self.filters]
        if self.expression is not None:
            conditions.insert(0, "words match ?")
        joined = _JOIN_CONTENTS if self.filters else ""
        where = f" where {' and '.join(conditions)}" if conditions else ""
        return f"from words{joined}{where}"

    @property
    def values(self) -> list[str | float]:
        first = [] if self.expression is None else [self.expression]
        return [*first, *(value for condition in self.filters for value in condition.values)]


def _is_broad(connection: sqlite3.Connection, wanted: _Wanted) -> bool:
    """Whether words alone match more sounds than are weighed."""
    if wanted.expression is None or wanted.filters:
        return False
    row = connection.execute(
        "select 1 from words where words match ? limit 1 offset ?", [wanted.expression, MOST_RANKED]
    ).fetchone()
    return row is not None


def _ranked(wanted: _Wanted) -> tuple[str, list[str | float]]:
    order = "bm25(words, 10.0, 6.0, 1.0, 2.0), words.rowid"
    if wanted.expression is None:
        order = "words.rowid desc"
    return f"select words.rowid {wanted.source} order by {order}", wanted.values


def _in_parts(wanted: _Wanted) -> tuple[str, list[str | float]]:
    """Matches in tags or name, then the others; SQLite reads no more of them than are asked for."""
    near = f"{{tags name}} : ({wanted.expression})"
    one = "select rowid from words where words match ?"
    return f"{one} union all {one}", [near, f"({wanted.expression}) NOT ({near})"]


def _wanted(query: str) -> _Wanted | None:
    """What a person asks for; None where nothing can match."""
    words, filters = take_filters(query)
    expression = match_expression(words)
    if expression is None and words.strip():
        return None
    return _Wanted(expression, filters)


def _hit(connection: sqlite3.Connection, file_id: int) -> Hit:
    row = connection.execute(_HIT, [file_id]).fetchone()
    return Hit(
        file_id=row[0],
        path=from_blob(row[1]),
        duration=row[2],
        online=bool(row[3]),
        tags=tags_of(connection, row[0]),
        facts=facts_from(row[4:]),
    )
