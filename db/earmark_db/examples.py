"""What a model of people's own tags learns from: their labels, and stored embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from earmark_db.paths import from_blob
from earmark_db.store import Store

_AT_ONCE = 500


@dataclass(frozen=True)
class Spoken:
    """One label with the path of a copy; None where no file has this audio any more."""

    content: str
    set: str
    tag: str
    says: bool
    path: str | None


@dataclass(frozen=True)
class Unlabelled:
    """A sound that nobody labelled: digest of its audio, path of a copy, embedding as float16."""

    content: str
    path: str
    embedding: bytes


class Examples:
    """Reads labels and embeddings; writes nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def spoken(self, tag_set: str | None = None) -> list[Spoken]:
        """All that people said, in a tag set or in any, in a fixed order."""
        with self._store.reading() as connection:
            rows = connection.execute(
                "select contents.digest, tag_set, tag, verdict, (select min(path) from files"
                " where files.content_id = contents.id and state != 'gone')"
                " from labels join contents on contents.id = labels.content_id"
                " where ?1 is null or tag_set = ?1 order by contents.digest, tag_set, tag",
                [tag_set],
            ).fetchall()
        return [
            Spoken(content, own_set, tag, bool(says), from_blob(path) if path else None)
            for content, own_set, tag, says, path in rows
        ]

    def embeddings(self, contents: Sequence[str], model: str) -> dict[str, bytes]:
        """By content the embedding as float16 bytes; silent and unheard ones are missing."""
        found: dict[str, bytes] = {}
        with self._store.reading() as connection:
            for start in range(0, len(contents), _AT_ONCE):
                some = contents[start : start + _AT_ONCE]
                marks = ",".join("?" * len(some))
                found.update(
                    connection.execute(
                        "select digest, embedding from verdicts"
                        " join contents on contents.id = content_id"
                        f" where model = ? and length(embedding) > 0 and digest in ({marks})",
                        [model, *some],
                    )
                )
        return found

    def unlabelled(self, tag_set: str, model: str, limit: int) -> list[Unlabelled]:
        """Sounds that are there and that nobody labelled in the set, a fair sample of the library.

        The digests are as good as random, so the first ones in their order are such a sample, and
        the same one each time.
        """
        with self._store.reading() as connection:
            rows = connection.execute(
                "select digest, path, embedding from (select digest, embedding, (select min(path)"
                " from files where files.content_id = contents.id and state != 'gone') as path"
                " from contents join verdicts on content_id = contents.id"
                " where model = ? and length(embedding) > 0"
                " and not exists (select 1 from labels"
                " where labels.content_id = contents.id and tag_set = ?))"
                " where path is not null order by digest limit ?",
                [model, tag_set, limit],
            ).fetchall()
        return [Unlabelled(content, from_blob(path), blob) for content, path, blob in rows]
