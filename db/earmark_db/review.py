"""What to ask a person about: sounds that are doubtful, barely sure or, to check, quite sure."""

from __future__ import annotations

import json
from dataclasses import dataclass

from earmark_db.paths import from_blob
from earmark_db.records import Tag
from earmark_db.store import Store
from earmark_db.tags import tags_of

_OPEN = (
    "from files join contents on contents.id = files.content_id"
    " where files.state = 'heard' and files.content_id not in (select content_id from labels)"
)
_DOUBTFUL = "and files.reason_code in ('unknown', 'disagreement')"
_TAGGED = (
    "and files.reason_code is null and files.id in (select file_id from tags"
    " where source != 'person' order by score {direction}, file_id limit ?)"
)


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
        scores: label to score, from the model that was asked for.
    """

    path: str
    content: str
    duration: float
    loudness: float | None
    note: str | None
    tags: tuple[Tag, ...]
    scores: dict[str, float]


class Review:
    """Picks sounds for review; copies count as one."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def count(self) -> int:
        """How many sounds are doubtful."""
        with self._store.reading() as connection:
            row = connection.execute(
                f"select count(distinct files.content_id) {_OPEN} {_DOUBTFUL}"
            ).fetchone()
        return int(row[0])

    def doubtful(self, model: str, limit: int) -> list[Candidate]:
        """Sounds that have no tag, or whose name and sound disagree, the newest first."""
        which = f"{_DOUBTFUL} group by contents.id order by files.id desc limit ?"
        return self._candidates(model, which, limit)

    def least_sure(self, model: str, limit: int) -> list[Candidate]:
        """Sounds whose tag only just was given."""
        return self._candidates(model, _TAGGED.format(direction="asc"), limit)

    def surest(self, model: str, limit: int) -> list[Candidate]:
        """Sounds whose tag is as good as certain."""
        return self._candidates(model, _TAGGED.format(direction="desc"), limit)

    def _candidates(self, model: str, which: str, limit: int) -> list[Candidate]:
        statement = (
            "select files.id, files.path, contents.digest, contents.duration,"
            " contents.loudness, files.reason,"
            " (select scores from verdicts where content_id = contents.id and model = ?)"
            f" {_OPEN} {which}"
        )
        with self._store.reading() as connection:
            rows = connection.execute(statement, [model, limit]).fetchall()
            tags = [tags_of(connection, row[0]) for row in rows]
        return [
            Candidate(
                path=from_blob(row[1]),
                content=row[2],
                duration=row[3],
                loudness=row[4],
                note=row[5],
                tags=given,
                scores=json.loads(row[6] or "{}"),
            )
            for row, given in zip(rows, tags, strict=True)
        ]
