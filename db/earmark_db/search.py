"""Searching: words, tags and folders, as one types."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace

from earmark_db.alternatives import as_alternatives, take_alternatives
from earmark_db.contents import FACTS, facts_from
from earmark_db.filters import Condition, take_filters
from earmark_db.paths import from_blob
from earmark_db.queries import OtherNames, Words, as_path, as_words
from earmark_db.records import Facts, Tag
from earmark_db.store import Store
from earmark_db.tags import tags_of

_THERE = Condition("files.state != 'gone'")
MOST_RANKED = 10_000
MOST_SORTED = 2_000


@dataclass(frozen=True)
class Hit:
    """One sound that was found; ``denied`` has the tags that a person said it is not."""

    file_id: int
    path: str
    duration: float | None
    online: bool
    tags: tuple[Tag, ...]
    denied: tuple[str, ...]
    facts: Facts


class Search:
    """Finds sounds in the index."""

    def __init__(self, store: Store, other_names: OtherNames) -> None:
        self._store = store
        self._other_names = other_names

    def find(
        self, query: str, limit: int = 50, offset: int = 0, *, matches: int | None = None
    ) -> list[Hit]:
        """The sounds that match, the best first; a match in tags or name weighs most.

        Tags weigh as much as the sound's surest one is sure. Besides words there may be filters;
        see `earmark_db.filters`. A path finds the files whose paths begin so, if there are any. Of
        more than `MOST_RANKED` matches those in tags or name come first, the oldest `MOST_SORTED`
        of them by how sure they are, and else the oldest: weighing each takes longer than a key
        stroke may, and says little.

        Args:
            query: as a person types it.
            limit: at most so many.
            offset: so many of the best are left out.
            matches: how many match in all, where that is known already; spares looking.
        """
        if matches == 0 or limit == 0:
            return []
        with self._store.reading() as connection:
            wanted = _wanted(connection, query, self._other_names)
            if wanted is None:
                return []
            broad = matches > MOST_RANKED if matches is not None else _is_broad(connection, wanted)
            found = _in_order(connection, wanted, limit, offset, broad=broad)
            return [_hit(connection, file_id) for file_id in found]

    def count(self, query: str, stop: int | None = None) -> int:
        """How many sounds match; counting ends at ``stop``, for it takes long where many do."""
        with self._store.reading() as connection:
            wanted = _wanted(connection, query, self._other_names)
            if wanted is None:
                return 0
            if stop is None:
                return _count(connection, wanted)
            row = connection.execute(
                f"select count(*) from (select 1 {wanted.source} limit ?)", [*wanted.values, stop]
            ).fetchone()
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


_SURE = "coalesce((select max(score) from tags where file_id = {}), 0.0)"
_BEST = (
    f"order by bm25(words, 10.0, 0.0, 0.0, 0.0) * {_SURE.format('words.rowid')}"
    " + bm25(words, 0.0, 6.0, 1.0, 2.0), words.rowid"
)
_FILES = " join files on files.id = words.rowid"
_DENIED = (
    "(select json_group_array(tag) from labels"
    " where labels.content_id = files.content_id and not verdict)"
)
_HIT = (
    f"select files.id, files.path, duration, coalesce(roots.online, 1), {_DENIED}, {FACTS}"
    " from files"
    " left join contents on contents.id = files.content_id"
    " left join roots on roots.id = files.root_id where files.id = ?"
)


@dataclass(frozen=True)
class _Wanted:
    """A query as SQL from ``from`` on, with what its question marks stand for.

    Attributes:
        words: what is looked up in the full-text table; None for all files.
        filters: on what was heard.
        there: which of all files are meant.
        by_age: whether all files are gone through by age, rather than some looked up.
    """

    words: Words | None
    filters: tuple[Condition, ...] = ()
    there: Condition = _THERE
    by_age: bool = False

    @property
    def id(self) -> str:
        """The column that holds the file's id."""
        return "files.id" if self.words is None else "words.rowid"

    @property
    def source(self) -> str:
        files, table = ("", "files") if self.words is None else (_FILES, "words")
        table += " not indexed" if self.by_age else ""
        joined = f"{files} join contents on contents.id = files.content_id" if self.filters else ""
        return f"from {table}{joined} where {' and '.join(each.sql for each in self._conditions)}"

    @property
    def values(self) -> list[str | float | bytes]:
        return [value for each in self._conditions for value in each.values]

    @property
    def _conditions(self) -> list[Condition]:
        first = self.there if self.words is None else _match(self.words)
        return [first, *self.filters]


def _match(words: Words) -> Condition:
    but = f" NOT ({words.unwanted})" if words.unwanted else ""
    return Condition("words match ?", (f"({words.wanted}){but}",))


def _count(connection: sqlite3.Connection, wanted: _Wanted) -> int:
    row = connection.execute(f"select count(*) {wanted.source}", wanted.values).fetchone()
    return int(row[0])


def _is_broad(connection: sqlite3.Connection, wanted: _Wanted) -> bool:
    """Whether more sounds match than are weighed."""
    return bool(_ids(connection, wanted, "", 1, MOST_RANKED))


def _ids(
    connection: sqlite3.Connection, wanted: _Wanted, order: str, limit: int, offset: int
) -> list[int]:
    rows = connection.execute(
        f"select {wanted.id} {wanted.source} {order} limit ? offset ?",
        [*wanted.values, limit, offset],
    )
    return [file_id for (file_id,) in rows]


def _in_order(
    connection: sqlite3.Connection, wanted: _Wanted, limit: int, offset: int, *, broad: bool
) -> list[int]:
    if wanted.words is None:
        if broad:
            by_age = replace(wanted, by_age=True)
            return _ids(connection, by_age, "order by files.id desc", limit, offset)
        # The plus lets SQLite begin with what filters leave over; few are put in order quickly.
        return _ids(connection, wanted, "order by +files.id desc", limit, offset)
    if broad:
        return _in_parts(connection, wanted, wanted.words, limit, offset)
    return _ids(connection, wanted, _BEST, limit, offset)


def _in_parts(
    connection: sqlite3.Connection, wanted: _Wanted, words: Words, limit: int, offset: int
) -> list[int]:
    """Matches in tags or name, then the others; SQLite reads no more of them than are asked for.

    What is excluded must be nowhere, in the folder neither.
    """
    close_by = f"{{tags name}} : ({words.wanted})"
    near = replace(wanted, words=replace(words, wanted=close_by))
    first = _surest(connection, near, limit, offset)
    if len(first) == limit:
        return first
    before = offset + len(first) if first else _count(connection, near) if offset else 0
    rest = f"({words.wanted}) NOT ({close_by})" if before else words.wanted
    others = replace(wanted, words=replace(words, wanted=rest))
    return [*first, *_ids(connection, others, "", limit - len(first), max(0, offset - before))]


def _surest(connection: sqlite3.Connection, near: _Wanted, limit: int, offset: int) -> list[int]:
    """Of the oldest `MOST_SORTED` matches those with the surest tags first, then the others."""
    oldest = f"select {near.id} as id {near.source} limit {MOST_SORTED}"
    rows = connection.execute(
        f"select id from ({oldest}) order by {_SURE.format('id')} desc, id limit ? offset ?",
        [*near.values, limit, offset],
    )
    first = [file_id for (file_id,) in rows]
    if offset + limit <= MOST_SORTED:
        return first
    after = max(MOST_SORTED, offset + len(first))
    return [*first, *_ids(connection, near, "", limit - len(first), after)]


def _wanted(connection: sqlite3.Connection, query: str, other_names: OtherNames) -> _Wanted | None:
    """What a person asks for; None where nothing can match."""
    path = as_path(query)
    if path is not None and _ids(connection, begun := _beginning_with(path), "", 1, 0):
        return begun
    plain, choices = take_alternatives(query, other_names)
    either, among_facts = as_alternatives(choices, other_names)
    text, facts = take_filters(plain)
    words, filters = as_words(text, other_names), (*facts, *among_facts)
    wanted = " AND ".join(filter(None, (words.wanted, *either)))
    if wanted:
        return _Wanted(Words(wanted, words.unwanted), filters)
    if words.unwanted:
        return _Wanted(None, filters, _all_but(words.unwanted))
    senseless = text.strip() or (choices and not among_facts)
    return None if senseless else _Wanted(None, filters)


def _all_but(unwanted: str) -> Condition:
    without = "files.id not in (select rowid from words where words match ?)"
    return Condition(f"{_THERE.sql} and {without}", (unwanted,))


def _beginning_with(path: bytes) -> _Wanted:
    between = f"{_THERE.sql} and files.path >= ? and files.path < ?"
    return _Wanted(None, there=Condition(between, (path, path + b"\xff")))


def _hit(connection: sqlite3.Connection, file_id: int) -> Hit:
    row = connection.execute(_HIT, [file_id]).fetchone()
    return Hit(
        file_id=row[0],
        path=from_blob(row[1]),
        duration=row[2],
        online=bool(row[3]),
        tags=tags_of(connection, row[0]),
        denied=tuple(json.loads(row[4])),
        facts=facts_from(row[5:]),
    )
