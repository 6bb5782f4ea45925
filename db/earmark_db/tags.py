"""Reading the tags of a file."""

from __future__ import annotations

import sqlite3

from earmark_db.records import Tag


def tags_of(connection: sqlite3.Connection, file_id: int) -> tuple[Tag, ...]:
    """The tags of the file with this id, the surest first; of equals, narrower before broader."""
    rows = connection.execute(
        "select tag, tag_set, score, source from tags where file_id = ?"
        " order by score desc, source = 'narrower', tag",
        [file_id],
    )
    return tuple(Tag(*row) for row in rows)
