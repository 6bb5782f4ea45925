"""Reading the tags of files: which a file has, and of how many files each is."""

from __future__ import annotations

import sqlite3

from earmark_db.records import Tag
from earmark_db.store import Store


class Tags:
    """Tells which tags there are, of how many sounds, and how surely."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def counts(self) -> list[tuple[str, str, int]]:
        """Each tag set and tag with the number of its sounds, the most frequent first."""
        with self._store.reading() as connection:
            return connection.execute(_TAG_COUNTS).fetchall()

    def sureness(self, tag: str) -> tuple[int, list[int]]:
        """How sure sounds are of a tag.

        Returns:
            How many a person gave it, and the number of the others by full percent, 0 to 100.
        """
        said, percents = 0, [0] * 101
        with self._store.reading() as connection:
            for person, percent, count in connection.execute(_SURENESS, [tag]):
                if person:
                    said += count
                else:
                    percents[percent] += count
        return said, percents

    def names(self) -> list[str]:
        """Every tag that a sound carries, by the alphabet; each is one step along an index."""
        with self._store.reading() as connection:
            return [tag for (tag,) in connection.execute(_TAG_NAMES)]


def tags_of(connection: sqlite3.Connection, file_id: int) -> tuple[Tag, ...]:
    """The tags of the file with this id, the surest first; of equals, narrower before broader."""
    rows = connection.execute(
        "select tag, tag_set, score, source from tags where file_id = ?"
        " order by score desc, source = 'narrower', tag",
        [file_id],
    )
    return tuple(Tag(*row) for row in rows)


_TAG_NAMES = """
    with recursive named(tag) as (
        select min(tag) from tags
        union all
        select (select min(tag) from tags where tag > named.tag) from named where tag is not null
    )
    select tag from named where tag is not null
"""

# All less those that are not there: counting along an index beats looking at each file.
_COUNT_TAGS = "select tag, tag_set, count(*) as number from tags {} group by tag, tag_set"
_ELSEWHERE = "where file_id in (select id from files where state != 'heard')"
_TAG_COUNTS = f"""
    select tag_set, tag, every.number - coalesce(absent.number, 0) as there
    from ({_COUNT_TAGS.format("")}) as every
    left join ({_COUNT_TAGS.format(_ELSEWHERE)}) as absent using (tag, tag_set)
    where there > 0 order by there desc, tag_set, tag
"""
# Scores are kept with four digits; 0.29 is a little below 0.29 in binary, and is 29 percent.
_SURENESS = """
    select source = 'person', min(100, cast(score * 100 + 1e-6 as integer)) as percent, count(*)
    from tags where tag = ? and file_id in (select id from files where state = 'heard')
    group by 1, 2
"""
