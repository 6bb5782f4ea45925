"""What to ask a person about: sounds that are doubtful, barely sure or, to check, quite sure."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from earmark_db.paths import from_blob
from earmark_db.records import Tag
from earmark_db.store import Store
from earmark_db.tags import tags_of

_OPEN = "files.state = 'heard' and files.content_id not in (select content_id from labels)"
_DOUBTFUL = "{}.reason_code in ('unknown', 'disagreement')"
_CANDIDATE = """
    select files.id, files.path, contents.digest, contents.duration, contents.loudness,
        files.reason, files.metadata,
        (select scores from verdicts where content_id = contents.id and model = ?)
"""
_CONTENT = "join contents on contents.id = files.content_id"
_NOT_THESE = "contents.digest not in (select value from json_each(?))"
# Of copies the newest is enough.
_NEWEST = f"""
    {_CANDIDATE} from files {_CONTENT}
    where {_OPEN} and {_DOUBTFUL.format("files")} and {_NOT_THESE} and not exists (
        select 1 from files as newer where newer.content_id = files.content_id
        and newer.id > files.id and newer.state = 'heard' and {_DOUBTFUL.format("newer")}
    )
    order by files.id desc limit ?
"""
# Cross joins keep to the order of scores, so that no more is read than is asked for.
_BY_SCORE = f"""
    {_CANDIDATE} from tags cross join files on files.id = file_id cross {_CONTENT}
    where tags.source != 'person' and coalesce(files.reason_code, 'unsure') = 'unsure'
    and {_OPEN} and {_NOT_THESE}
    order by score {{0}}, file_id {{0}} limit ?
"""
_COUNT = f"""
    select count(distinct content_id) from files indexed by doubtful_by_content
    where {_OPEN} and {_DOUBTFUL.format("files")}
"""


@dataclass(frozen=True)
class Candidate:
    """A sound that nobody has said anything of yet.

    Attributes:
        path: one of its copies.
        content: digest of its audio.
        duration: seconds.
        loudness: of its loudest moment, LUFS; None where it has none.
        note: why it is doubtful, in words; None where it is not.
        tags: what it was given; empty where no tag was sure enough.
        metadata: what its maker wrote into it.
        scores: label to score, from the model that was asked for.
    """

    path: str
    content: str
    duration: float
    loudness: float | None
    note: str | None
    tags: tuple[Tag, ...]
    metadata: Mapping[str, Any]
    scores: dict[str, float]


class Review:
    """Picks sounds for review; copies count as one."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def count(self) -> int:
        """How many sounds are doubtful."""
        with self._store.reading() as connection:
            return int(connection.execute(_COUNT).fetchone()[0])

    def doubtful(self, model: str, limit: int, without: Collection[str] = ()) -> list[Candidate]:
        """Sounds that have no tag, or whose name and sound disagree, the newest first.

        Args:
            model: digest of the model whose scores are wanted.
            limit: at most so many.
            without: audio digests to leave out.
        """
        return self._candidates(_NEWEST, model, limit, without)

    def least_sure(self, model: str, limit: int, without: Collection[str] = ()) -> list[Candidate]:
        """Sounds whose tag only just was given; arguments as for `doubtful`."""
        return self._candidates(_BY_SCORE.format("asc"), model, limit, without)

    def surest(self, model: str, limit: int, without: Collection[str] = ()) -> list[Candidate]:
        """Sounds whose tag is as good as certain; arguments as for `doubtful`."""
        return self._candidates(_BY_SCORE.format("desc"), model, limit, without)

    def _candidates(
        self, statement: str, model: str, limit: int, without: Collection[str]
    ) -> list[Candidate]:
        values = [model, json.dumps(list(without)), limit]
        with self._store.reading() as connection:
            rows = connection.execute(statement, values).fetchall()
            tags = [tags_of(connection, row[0]) for row in rows]
        return [
            Candidate(
                path=from_blob(row[1]),
                content=row[2],
                duration=row[3],
                loudness=row[4],
                note=row[5],
                tags=given,
                metadata=json.loads(row[6]),
                scores=json.loads(row[7] or "{}"),
            )
            for row, given in zip(rows, tags, strict=True)
        ]
