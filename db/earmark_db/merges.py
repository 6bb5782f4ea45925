"""Renaming and merging of tags that people gave, and the way back."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from earmark_db.nesting import Moves, Nesting
from earmark_db.store import Store

_BEFORE = (
    "select contents.digest, tag_set, tag, verdict, made_at from labels"
    " join contents on contents.id = content_id where content_id in"
    " (select content_id from labels where tag_set = ? and tag = ?)"
    " and ((tag_set = ? and tag = ?) or (tag_set = ? and tag = ?))"
)
_COPY = (
    "insert into labels select content_id, ?, ?, verdict, made_at from labels as old"
    " where tag_set = ? and tag = ? {but}"
    " on conflict(content_id, tag_set, tag) do update set verdict = max(verdict, excluded.verdict)"
)
_BUT_OTHERS = (
    "and not (verdict = 1 and exists (select 1 from labels where content_id = old.content_id"
    " and tag_set = ? and tag not in (?, old.tag) and verdict = 1))"
)
# What a model learns from is gathered after its job began; a file may come from anywhere.
_SINCE_LEARNT = (
    "select digest, old, new from models join merges on merges.at > coalesce("
    "(select min(began) from jobs where jobs.tag_set = models.tag_set and models.origin != 'file'"
    " and began <= made_at and coalesce(ended, made_at) >= made_at), made_at) order by merges.id"
)


class Word(NamedTuple):
    """A tag and the set it stands in."""

    set: str
    tag: str


@dataclass(frozen=True)
class Merge:
    """One renaming or merging.

    Attributes:
        id: its number.
        old: what went.
        new: what took its place.
        at: seconds since the epoch.
        sounds: digests of the sounds that it touched.
        said: of those, which people had said to be the old one.
        moved: tags that came to lie under another or on top.
    """

    id: int
    old: Word
    new: Word
    at: float
    sounds: tuple[str, ...]
    said: tuple[str, ...]
    moved: tuple[str, ...] = ()


class Merges:
    """Changes labels of many sounds at once; each change can be undone as long as it is noted."""

    def __init__(self, store: Store, nesting: Nesting) -> None:
        self._store = store
        self._nesting = nesting

    def merge(self, old: Word, new: Word, *, exclusive: bool = False) -> Merge | None:
        """Have whatever was said of one tag hold for another; None where nothing was said of it.

        Where a sound had been said to be one and not to be the other, "this" wins. The new tag
        takes the old one's place among broader and narrower ones.

        Args:
            old: the tag that goes.
            new: the tag that takes its place.
            exclusive: whether a sound has one tag of the new set at most; one that has another
                already keeps that one.
        """
        with self._store.transaction() as connection:
            before = connection.execute(_BEFORE, [*old, *old, *new]).fetchall()
            moves = self._nesting.rename(old.tag, new.tag)
            if not before and not moves:
                return None
            but = _BUT_OTHERS if exclusive else ""
            connection.execute(_COPY.format(but=but), [*new, *old, *(new if exclusive else ())])
            connection.execute("delete from labels where tag_set = ? and tag = ?", [*old])
            now = time.time()
            row = connection.execute(
                "insert into merges(old_set, old, new_set, new, at, before, moves)"
                " values (?, ?, ?, ?, ?, ?, ?) returning id",
                [*old, *new, now, json.dumps([list(row) for row in before]), json.dumps(moves)],
            ).fetchone()
        return _merge(row[0], old, new, now, before, moves)

    def undo(self, merge: int) -> Merge | None:
        """Have the labels be what they were before it; None where there is no such change.

        Only sounds that it touched, and only these two tags of theirs.
        """
        with self._store.transaction() as connection:
            row = connection.execute(
                "delete from merges where id = ?"
                " returning old_set, old, new_set, new, at, before, moves",
                [merge],
            ).fetchone()
            if row is None:
                return None
            old, new, before = Word(*row[0:2]), Word(*row[2:4]), json.loads(row[5])
            before += self._said_since(connection, old, new, row[4], before)
            before += self._denied_since(connection, merge, old, new, row[4], before)
            for digest in _sounds(before):
                for word in (old, new):
                    connection.execute(
                        "delete from labels where tag_set = ? and tag = ?"
                        " and content_id = (select id from contents where digest = ?)",
                        [*word, digest],
                    )
            connection.executemany(
                "insert or replace into labels select id, ?, ?, ?, ? from contents"
                " where digest = ?",
                [[*label, digest] for digest, *label in before],
            )
            moves: Moves = {tag: tuple(move) for tag, move in json.loads(row[6]).items()}
            self._nesting.take_back(moves)
        return _merge(merge, old, new, row[4], before, moves)

    def since(self, merge: int) -> Merge | None:
        """The newest later change that must be undone before this one; None where there is none.

        It is about the same word of the same sound, or about the place of the same tag: undone in
        another order they would leave sounds with words that nobody gave them.
        """
        known = self.all()
        own = next((each for each in known if each.id == merge), None)
        later = (each for each in known if own and each.id > merge and _meet(each, own))
        return next(later, None)

    @staticmethod
    def _said_since(
        connection: sqlite3.Connection, old: Word, new: Word, at: float, before: Sequence[Any]
    ) -> list[list[Any]]:
        """What people said of the new word after the change, of sounds that had the old one alone.

        That holds for the old word then.
        """
        had = {digest for digest, *word in before if word[:2] == [*new]}
        rows = connection.execute(
            "select digest, ?, ?, verdict, made_at from labels join contents"
            " on contents.id = content_id where tag_set = ? and tag = ? and made_at > ?",
            [*old, *new, at],
        ).fetchall()
        touched = set(_sounds(before)) - had
        return [list(row) for row in rows if row[0] in touched]

    def _denied_since(
        self,
        connection: sqlite3.Connection,
        merge: int,
        old: Word,
        new: Word,
        at: float,
        before: Sequence[Any],
    ) -> list[list[Any]]:
        """What people said not to be the new word since, of sounds of which they had said neither.

        Who says that it is not the new word, while that stands for both, says that it is neither.
        What another change made of other words does not count.
        """
        rows = connection.execute(
            "select digest, made_at from labels join contents on contents.id = content_id"
            " where tag_set = ? and tag = ? and not verdict and made_at > ?",
            [*new, at],
        ).fetchall()
        later = (each for each in self.all() if each.id > merge and each.new.tag == new.tag)
        others = {*_sounds(before), *(sound for each in later for sound in each.sounds)}
        return [
            [digest, *word, 0, made_at]
            for digest, made_at in rows
            if digest not in others
            for word in (old, new)
        ]

    def since_learnt(self) -> dict[str, list[tuple[str, str]]]:
        """By digest of a model the changes since it learnt: a tag and what it became, in order."""
        found: dict[str, list[tuple[str, str]]] = {}
        with self._store.reading() as connection:
            for digest, old, new in connection.execute(_SINCE_LEARNT):
                found.setdefault(digest, []).append((old, new))
        return found

    def all(self) -> list[Merge]:
        """What can be undone, the newest first."""
        with self._store.reading() as connection:
            rows = connection.execute(
                "select id, old_set, old, new_set, new, at, before, moves from merges"
                " order by id desc"
            ).fetchall()
        return [
            _merge(
                *(row[0], Word(*row[1:3]), Word(*row[3:5]), row[5]),
                *(json.loads(row[6]), json.loads(row[7])),
            )
            for row in rows
        ]


def _merge(
    number: int, old: Word, new: Word, at: float, before: Sequence[Sequence[Any]], moves: Moves
) -> Merge:
    said = _sounds([row for row in before if (row[1], row[2]) == old and row[3]])
    return Merge(number, old, new, at, _sounds(before), said, tuple(moves))


def _meet(one: Merge, other: Merge) -> bool:
    same_word = {one.old, one.new} & {other.old, other.new}
    same_sound = set(one.sounds) & set(other.sounds)
    return bool((same_word and same_sound) or set(one.moved) & set(other.moved))


def _sounds(before: Sequence[Sequence[object]]) -> tuple[str, ...]:
    return tuple(sorted({str(row[0]) for row in before}))
