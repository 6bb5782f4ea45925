"""The full-text side of each file: its tags, name, folder and what vendors wrote into it."""

from __future__ import annotations

import json
import os
import unicodedata

from earmark_db.paths import from_blob, search_words
from earmark_db.queries import folder_words
from earmark_db.store import Store


class Words:
    """The full-text table, kept in step with the files."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def refresh(self, file_id: int) -> None:
        """Make a file's words what its row and its tags say now."""
        with self._store.transaction() as connection:
            row = connection.execute(
                "select files.path, metadata, state, roots.path from files"
                " left join roots on roots.id = root_id where files.id = ?",
                [file_id],
            ).fetchone()
            self.remove(file_id)
            if row is None or row[2] == "gone":
                return
            folder, name = os.path.split(from_blob(row[0]))
            tags = connection.execute("select tag from tags where file_id = ?", [file_id])
            connection.execute(
                "insert into words(rowid, tags, name, folder, metadata) values (?, ?, ?, ?, ?)",
                [
                    file_id,
                    " ".join(tag for (tag,) in tags),
                    search_words(os.path.splitext(name)[0]),
                    folder_words(folder, None if row[3] is None else from_blob(row[3])),
                    unicodedata.normalize("NFC", " ".join(_texts(json.loads(row[1])))),
                ],
            )

    def remove(self, file_id: int) -> None:
        """The file is found no more."""
        with self._store.transaction() as connection:
            connection.execute("delete from words where rowid = ?", [file_id])


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return []
