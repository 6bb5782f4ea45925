"""People's word: what a person said a sound is, or is not. It outranks every model, for good."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from earmark_db.store import Store


@dataclass(frozen=True)
class Label:
    """A person's word about one sound: ``says`` is True for "this", False for "not this"."""

    set: str
    tag: str
    says: bool


_SETTLE = (
    "insert into labels select content_id, ?1, tag, verdict, made_at from labels as old"
    " where tag_set = ?2 and tag = ?3 and not (?4 and verdict and exists (select 1 from labels"
    " where content_id = old.content_id and tag_set = ?1 and tag != ?3 and verdict))"
    " on conflict(content_id, tag_set, tag) do update"
    " set verdict = excluded.verdict, made_at = excluded.made_at"
    " where excluded.made_at > labels.made_at"
)
_SETTLED = (
    "delete from labels where tag_set = ?2 and tag = ?3 and content_id in"
    " (select content_id from labels where tag_set = ?1 and tag = ?3)"
)


class Labels:
    """Labels belong to the audio, so they follow it through moves, renames and copies."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, content: str, labels: Iterable[Label]) -> None:
        """Record what a person said of the audio with digest ``content``."""
        now = time.time()
        with self._store.transaction() as connection:
            connection.executemany(
                "insert or replace into labels"
                " select id, ?, ?, ?, ? from contents where digest = ?",
                [(label.set, label.tag, label.says, now, content) for label in labels],
            )

    def drop(self, content: str, labels: Iterable[Label]) -> None:
        """Take back what was said."""
        with self._store.transaction() as connection:
            connection.executemany(
                "delete from labels where tag_set = ? and tag = ? and content_id ="
                " (select id from contents where digest = ?)",
                [(label.set, label.tag, content) for label in labels],
            )

    def of(self, content: str) -> tuple[Label, ...]:
        """All that people said of this audio."""
        with self._store.reading() as connection:
            rows = connection.execute(
                "select tag_set, tag, verdict from labels join contents"
                " on contents.id = labels.content_id where digest = ? order by tag_set, tag",
                [content],
            ).fetchall()
        return tuple(Label(row[0], row[1], bool(row[2])) for row in rows)

    def settle(self, set_of: Callable[[str], str], exclusive: Collection[str]) -> None:
        """Have each word stand in the set that it belongs to now; the newest one counts.

        Args:
            set_of: the tag set of a tag.
            exclusive: sets of which a sound has one tag at most; where it has another, that stays.
        """
        with self._store.transaction() as connection:
            words = connection.execute("select distinct tag_set, tag from labels").fetchall()
            for before, tag in words:
                now = set_of(tag)
                if now != before:
                    connection.execute(_SETTLE, [now, before, tag, now in exclusive])
                    connection.execute(_SETTLED, [now, before, tag])

    def words(self, tag_set: str) -> list[str]:
        """Every tag of a set that people have given to a sound."""
        with self._store.reading() as connection:
            rows = connection.execute(
                "select distinct tag from labels where tag_set = ? and verdict order by tag",
                [tag_set],
            ).fetchall()
        return [row[0] for row in rows]

    def files_with(self, content: str) -> list[int]:
        """The ids of every copy of this audio."""
        with self._store.reading() as connection:
            rows = connection.execute(
                "select files.id from files join contents on contents.id = files.content_id"
                " where digest = ?",
                [content],
            ).fetchall()
        return [row[0] for row in rows]
