"""What was heard, by content: scores, embeddings and spectrograms that outlive any one model."""

from __future__ import annotations

import json

from earmark_db.store import Store


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

    def spectrogram(self, content: str, frontend: str) -> bytes | None:
        """The compressed windows of the audio with digest ``content``."""
        with self._store.reading() as connection:
            row = connection.execute(
                "select windows from spectrograms join contents on contents.id = content_id"
                " where digest = ? and frontend = ?",
                [content, frontend],
            ).fetchone()
        return bytes(row[0]) if row else None
