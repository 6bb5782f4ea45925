"""Tags whose letters were typed in parts, as macOS names files, become those of whole letters.

An é may be one character or an e and an accent (Unicode's NFC and NFD). They look the same, so they
are one tag, and what was said of either was said of both.
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Iterable
from typing import Any

from earmark_db.nesting import renamed

_NAMES = """
    with recursive named(tag) as (
        select min(tag) from tags
        union all
        select (select min(tag) from tags where tag > named.tag) from named where tag is not null
    )
    select tag from named where tag is not null
"""
"""Every tag that a sound carries; each is one step along an index."""

_SAY_ANEW = """
    insert into labels select content_id, tag_set, ?2, verdict, made_at from labels where tag = ?1
    on conflict(content_id, tag_set, tag)
    do update set verdict = excluded.verdict, made_at = excluded.made_at
    where excluded.made_at >= made_at
"""
_TAG_ANEW = """
    insert into work(file_id, step, due) select id, 'retag', 0 from files
    where state = 'heard' and content_id is not null and (
        id in (select file_id from tags where tag = ?1)
        or content_id in (select content_id from labels where tag = ?1)
    )
    on conflict(file_id, step) do update set due = 0, attempts = 0
"""


def compose(connection: sqlite3.Connection) -> None:
    """Have people's words, where tags lie, and what models said name tags by whole letters.

    The sounds concerned are queued to be tagged anew, so that words, files and index agree.
    """
    said = _decomposed(connection.execute("select distinct tag from labels"))
    carried = _decomposed(connection.execute(_NAMES))
    for tag in sorted(said | carried):
        connection.execute(_TAG_ANEW, [tag])
    for tag in sorted(said):
        connection.execute(_SAY_ANEW, [tag, whole(tag)])
        connection.execute("delete from labels where tag = ?", [tag])
    _compose_nesting(connection)
    _compose_merges(connection)
    _compose_verdicts(connection)
    for (wanted,) in connection.execute("select wanted from giving").fetchall():
        connection.execute("update giving set wanted = ?", [_composed(wanted)])


def whole(tag: str) -> str:
    """The same tag in whole letters."""
    return unicodedata.normalize("NFC", tag)


def _decomposed(rows: Iterable[tuple[str]]) -> set[str]:
    return {tag for (tag,) in rows if tag != whole(tag)}


def _compose_nesting(connection: sqlite3.Connection) -> None:
    before = dict(connection.execute("select tag, above from nesting").fetchall())
    after = before
    for tag in sorted(_decomposed((name,) for pair in before.items() for name in pair)):
        after = renamed(after, tag, whole(tag))
    if after != before:
        connection.execute("delete from nesting")
        connection.executemany("insert into nesting values (?, ?)", sorted(after.items()))


def _compose_merges(connection: sqlite3.Connection) -> None:
    """A merging of the two spellings has nothing left to take back."""
    rows = connection.execute("select id, old_set, old, new_set, new, before, moves from merges")
    for number, old_set, old, new_set, new, before, moves in rows.fetchall():
        if (old_set, whole(old)) == (new_set, whole(new)):
            connection.execute("delete from merges where id = ?", [number])
            continue
        connection.execute(
            "update merges set old = ?, new = ?, before = ?, moves = ? where id = ?",
            [whole(old), whole(new), _composed(before), _composed(moves), number],
        )


def _compose_verdicts(connection: sqlite3.Connection) -> None:
    connection.create_function("composed", 1, _composed, deterministic=True)
    for digest, summary in connection.execute("select digest, summary from models").fetchall():
        if _composed(summary) != summary:
            connection.execute(
                "update verdicts set scores = composed(scores) where model = ?", [digest]
            )


def _composed(text: str) -> str:
    """The same JSON in whole letters, or as it was where they are that already."""
    try:
        data = json.loads(text)
    except ValueError:
        return text
    after = _whole(data)
    return text if after == data else json.dumps(after)


def _whole(data: Any) -> Any:
    if isinstance(data, str):
        return whole(data)
    if isinstance(data, list):
        return [_whole(each) for each in data]
    if not isinstance(data, dict):
        return data
    names = {whole(name) for name in data}
    return {
        whole(name) if len(names) == len(data) else name: _whole(each)
        for name, each in data.items()
    }
