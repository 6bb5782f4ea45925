"""What was heard, by content: scores, embeddings and spectrograms that outlive any one model."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from earmark_db import runs
from earmark_db.paths import RIGHT_IN, from_blob, right_in
from earmark_db.records import Verdict
from earmark_db.store import Store


@dataclass(frozen=True)
class Neighbour:
    """One of the files of a folder.

    Attributes:
        path: where it lies.
        content: digest of its audio.
        scores: what a model said of it.
        metadata: what its maker wrote into it.
        said: the tag that a person gave it, if they did.
    """

    path: str
    content: str
    scores: Mapping[str, float]
    metadata: Mapping[str, Any]
    said: str | None


@dataclass(frozen=True)
class Embedded:
    """A file of a folder: its number, its path, digest of its audio, embedding as float16."""

    file_id: int
    path: str
    content: str
    embedding: bytes


class Verdicts:
    """Analysis results that copies share and that a new model can start from."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def scores(self, content: str, model: str) -> dict[str, float] | None:
        """Label to score, as the model with digest ``model`` gave it."""
        with self._store.reading() as connection:
            row = connection.execute(
                "select scores from verdicts join contents on contents.id = content_id"
                " where digest = ? and model = ?",
                [content, model],
            ).fetchone()
        return dict(json.loads(row[0])) if row else None

    def of(self, content: str) -> dict[str, dict[str, float]]:
        """Digest of each model that has heard the content, and its scores by label."""
        with self._store.reading() as connection:
            rows = connection.execute(
                "select model, scores from verdicts join contents on contents.id = content_id"
                " where digest = ?",
                [content],
            ).fetchall()
        return {model: dict(json.loads(scores)) for model, scores in rows}

    def in_folder(self, folder: str, model: str, tag_set: str, limit: int) -> list[Neighbour]:
        """What is known of the files right in ``folder`` that a model has heard.

        Of many, those with the lowest digests, which is as fair a sample as any.

        Args:
            folder: a path.
            model: its digest.
            tag_set: the set in which a person's word is looked for.
            limit: how many at most.
        """
        with self._store.reading() as connection:
            rows = connection.execute(
                "select files.path, contents.digest, verdicts.scores, files.metadata,"
                " (select tag from labels where content_id = contents.id and tag_set = ?6"
                " and verdict order by tag limit 1) from files"
                " join contents on contents.id = files.content_id"
                " join verdicts on verdicts.content_id = contents.id and model = ?5"
                f" where {RIGHT_IN} and +state = 'heard' order by contents.digest limit ?7",
                [*right_in(folder), model, tag_set, limit],
            ).fetchall()
        return [
            Neighbour(from_blob(path), digest, json.loads(scores), json.loads(metadata), said)
            for path, digest, scores, metadata, said in rows
        ]

    def embedded_in(self, folder: str, model: str, limit: int) -> list[Embedded]:
        """The files right in ``folder`` of which a model's embedding is kept; silent ones are not.

        Of many, those with the lowest digests, as `in_folder`.
        """
        with self._store.reading() as connection:
            rows = connection.execute(
                "select files.id, files.path, contents.digest, embedding from files"
                " join contents on contents.id = files.content_id"
                " join verdicts on verdicts.content_id = contents.id and model = ?5"
                f" where {RIGHT_IN} and +state = 'heard' and length(embedding) > 0"
                " order by contents.digest limit ?6",
                [*right_in(folder), model, limit],
            ).fetchall()
        return [Embedded(own, from_blob(path), *heard) for own, path, *heard in rows]

    def put(self, content: str, verdicts: Iterable[Verdict]) -> None:
        """Keep what further models say of a content that was heard before."""
        with self._store.transaction() as connection:
            row = connection.execute(
                "select id from contents where digest = ?", [content]
            ).fetchone()
            if row is not None:
                put(self._store, row[0], verdicts)

    def embedding(self, content: str, model: str) -> bytes | None:
        """The embedding as float16 bytes, empty for silence; None where there is none."""
        with self._store.reading() as connection:
            row = connection.execute(
                "select embedding from verdicts join contents on contents.id = content_id"
                " where digest = ? and model = ?",
                [content, model],
            ).fetchone()
        return bytes(row[0]) if row else None

    def embeddings_after(self, row: int, model: str) -> Iterator[tuple[int, int, bytes]]:
        """Row, content's id and embedding of each verdict of a model past ``row``, in that order.

        Silent sounds are left out. The connection must do nothing else meanwhile.
        """
        with self._store.reading() as connection:
            yield from connection.execute(
                "select rowid, content_id, embedding from verdicts"
                " where rowid > ? and model = ? and embedding != x'' order by rowid",
                [row, model],
            )

    def is_at(self, row: int, content_id: int, model: str) -> bool:
        """Whether a verdict of a model on a content stands in ``row``."""
        with self._store.reading() as connection:
            found = connection.execute(
                "select 1 from verdicts where rowid = ? and content_id = ? and model = ?",
                [row, content_id, model],
            ).fetchone()
        return found is not None

    def spectrogram(self, content: str, frontend: str) -> bytes | None:
        """The compressed windows of the audio with digest ``content``."""
        with self._store.reading() as connection:
            row = connection.execute(
                "select windows from spectrograms join contents on contents.id = content_id"
                " where digest = ? and frontend = ?",
                [content, frontend],
            ).fetchone()
        return bytes(row[0]) if row else None

    def drop(self, model: str) -> None:
        """Forget all that a model said."""
        with self._store.transaction() as connection:
            connection.execute("delete from verdicts where model = ?", [model])


def put(store: Store, content_id: int, verdicts: Iterable[Verdict]) -> None:
    """Keep verdicts and the spectrograms that they were made from."""
    with store.transaction() as connection:
        runs.note(connection, store.run)
        for verdict in verdicts:
            if verdict.spectrogram:
                connection.execute(
                    "insert or ignore into spectrograms values (?, ?, ?)",
                    [content_id, verdict.frontend, verdict.spectrogram],
                )
            scores = json.dumps(as_kept(verdict.scores))
            connection.execute(
                "insert or replace into verdicts values (?, ?, ?, ?)",
                [content_id, verdict.model, scores, verdict.embedding],
            )


def as_kept(scores: Mapping[str, float]) -> dict[str, float]:
    """Scores as the index gives them back: it keeps four digits."""
    return {label: round(score, 4) for label, score in scores.items()}
