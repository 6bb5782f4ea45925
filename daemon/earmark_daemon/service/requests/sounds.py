"""Requests for sounds: found, shown, counted by tag."""

from __future__ import annotations

from typing import Any

from earmark_daemon.errors import fail
from earmark_daemon.service.alike.mapping import MOST_ON_MAP
from earmark_daemon.service.requests.base import AboutDaemon
from earmark_daemon.service.wire import file_data, hit_data
from earmark_db.index import Index


class SoundRequests(AboutDaemon):
    """What can be asked about the sounds of the library."""

    def search(
        self, query: str, limit: int = 50, offset: int = 0, *, count: bool = True
    ) -> dict[str, Any]:
        """Sounds that match, and, where they are to be counted, how many there are in all."""
        hits = self._daemon.reader.search.find(query, limit, offset)
        total = self._daemon.reader.search.count(query) if count else None
        return {"hits": [hit_data(hit) for hit in hits], "total": total}

    def similar(self, path: str, limit: int = 20) -> dict[str, Any]:
        """Sounds that sound most like a file, which need not be in the index; the nearest first."""
        return {"hits": self._daemon.similar.find(path, limit)}

    def map(self, limit: int = MOST_ON_MAP) -> dict[str, Any]:
        """Sounds in two dimensions, alike ones side by side.

        Returns:
            ``"sounds"``: what `search` gives of each, with ``"x"`` and ``"y"`` from 0 to 1; and
            ``"total"``, how many were heard, of which these are a sample.
        """
        return self._daemon.map.sounds(limit)

    def show(self, path: str) -> dict[str, Any]:
        """All that is known of one file."""
        return shown(self._daemon.index, path)

    def tags(self) -> list[dict[str, Any]]:
        """Every tag in use, and those that the model knows, with the number of their sounds."""
        counts = {(s, tag): n for s, tag, n in self._daemon.reader.search.tag_counts()}
        for model in self._daemon.models.lineup.answering:
            for label in model.labels:
                counts.setdefault((model.tag_set, label), 0)
        return [{"set": s, "tag": tag, "count": n} for (s, tag), n in counts.items()]

    def problems(self) -> list[dict[str, Any]]:
        """Files that have no tags, or do not carry them, with the reason."""
        return [file_data(record) for record in self._daemon.index.lookup.failures()]


def shown(index: Index, path: str) -> dict[str, Any]:
    """All that is known of one file.

    Raises:
        EarmarkError: it is not in the index.
    """
    record = index.lookup.by_path(path)
    if record is None:
        raise fail(
            "unknown-file",
            "This file is not in the index.",
            "Tag it with: earmark tag FILE, or watch its folder: earmark watch add FOLDER",
            path,
        )
    return file_data(record)
