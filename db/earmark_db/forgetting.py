"""What is forgotten of sounds of which no file is left: all that can be heard again.

Spectrograms, embeddings and verdicts go, and nothing else: what people said, what undo needs, and
which sounds there were stays. So the worst that a clock which is wrong can do is a sound that is
heard once more.
"""

from __future__ import annotations

import json
import sqlite3
from typing import NamedTuple

from earmark_db.store import Store

KEPT_SECONDS = 90 * 86_400.0
"""How long what was heard is kept once no file has it, or another built-in model has come."""

_NEXT = """
    select id, left_at,
    exists (select 1 from files where content_id = contents.id and +state != 'gone'),
    exists (select 1 from labels where content_id = contents.id)
    from contents where id > ? order by id limit ?
"""
_THESE = "content_id in (select value from json_each(?))"
# Rows are given anew from the highest one on, and a copy of the embeddings knows its by their rows.
_NEWEST = "select content_id from verdicts order by rowid desc limit 1"
_OUTDATED = f"""
    delete from verdicts where {_THESE} and model != ?2 and model not in (select digest from models)
    and exists (select 1 from verdicts as newer
    where newer.content_id = verdicts.content_id and newer.model = ?2)
"""


class _Sound(NamedTuple):
    """A content: since when it is known to have no file, whether it has one, and people's word."""

    id: int
    left_at: float | None
    is_there: bool
    is_labelled: bool


class Forgetting:
    """Walks through all sounds, a few in each transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def some(self, after: int, count: int, now: float) -> int | None:
        """Look at the next sounds, and forget what was heard in those that have gone for long.

        How long a sound has had no file counts from when this first met it without one. A sound
        that people said something of keeps all: models are trained on it.

        Args:
            after: the number that the call before gave; 0 to begin.
            count: at most so many sounds.
            now: seconds since the epoch.

        Returns:
            Where to go on; None where all were looked at.
        """
        with self._store.transaction() as connection:
            rows = connection.execute(_NEXT, [after, count]).fetchall()
            sounds = [_Sound(*row) for row in rows]
            _mark(connection, sounds, now)
            newest = connection.execute(_NEWEST).fetchone()
            others = [each for each in sounds if (each.id,) != newest]
            _forget(connection, [each.id for each in others if _is_forgotten(each, now)])
            _forget_outdated(connection, [each.id for each in others], now)
        return sounds[-1].id if len(sounds) == count else None


def _mark(connection: sqlite3.Connection, sounds: list[_Sound], now: float) -> None:
    """Note which sounds have a file and which have none; what a clock noted while ahead is now."""
    connection.executemany(
        "update contents set left_at = ? where id = ?",
        [
            (None if each.is_there else now, each.id)
            for each in sounds
            if (each.left_at is not None if each.is_there else not _was_before(each, now))
        ],
    )


def _was_before(sound: _Sound, now: float) -> bool:
    return sound.left_at is not None and sound.left_at <= now


def _is_forgotten(sound: _Sound, now: float) -> bool:
    long_gone = sound.left_at is not None and sound.left_at <= now - KEPT_SECONDS
    return long_gone and not sound.is_there and not sound.is_labelled


def _forget(connection: sqlite3.Connection, contents: list[int]) -> None:
    if contents:
        for table in ("spectrograms", "verdicts"):
            connection.execute(f"delete from {table} where {_THESE}", [json.dumps(contents)])


def _forget_outdated(connection: sqlite3.Connection, contents: list[int], now: float) -> None:
    """Forget what former built-in models said of sounds that the one of now has heard."""
    row = connection.execute(
        "select digest from backbones where id = (select max(id) from backbones) and at <= ?",
        [now - KEPT_SECONDS],
    ).fetchone()
    if row is not None:
        connection.execute(_OUTDATED, [json.dumps(contents), row[0]])
