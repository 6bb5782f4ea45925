"""Contents: what copies of one sound share, however their files are called."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from earmark_db.records import Facts, Hearing, Kind

FACTS = "kind, bpm, music_key, loudness, brightness, pitch"
"""The columns that `facts_from` reads."""

_KEPT = "case when excluded.bpm is null and bpm is not null then {0} else excluded.{0} end"
"""What has a tempo by the name of another copy stays the loop that it is."""

_REMEMBER = f"""
    insert into contents(digest, duration, sample_rate, channels, {FACTS})
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict(digest) do update set
        kind = {_KEPT.format("kind")}, bpm = coalesce(excluded.bpm, bpm),
        music_key = coalesce(excluded.music_key, music_key), loudness = excluded.loudness,
        brightness = excluded.brightness, pitch = {_KEPT.format("pitch")}, left_at = null
    returning id
"""


def remember(connection: sqlite3.Connection, hearing: Hearing) -> int:
    """Keep what was heard, in a file that is there; returns the content's id.

    A tempo or key that another copy's name told stays where this one's tells none; what has a tempo
    stays the loop that it is.
    """
    facts = hearing.facts
    row = connection.execute(
        _REMEMBER,
        [
            *(hearing.content, hearing.duration, hearing.sample_rate, hearing.channels),
            *(facts.kind, facts.bpm, facts.key),
            *(facts.loudness, facts.brightness, facts.pitch),
        ],
    ).fetchone()
    return int(row[0])


def facts_from(row: Sequence[Any]) -> Facts:
    """Facts from a row of the columns `FACTS`."""
    kind, *others = row
    return Facts(Kind(kind) if kind else None, *others)
