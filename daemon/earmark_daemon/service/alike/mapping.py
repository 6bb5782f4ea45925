"""The map of the library: which sounds lie where, computed in a worker and kept while it holds."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from earmark_daemon.hearing.sound_map import places_of
from earmark_daemon.processes import Workers, explained
from earmark_daemon.service.models.lineup import Member
from earmark_daemon.service.wire import hit_data
from earmark_db.index import Index
from earmark_db.records import FileState

MOST_ON_MAP = 3_000
"""More dots than this hide one another, and take more than some seconds to lay out."""

_WORTH_ANOTHER = 0.01
"""A part of the library; with so much more or less of it the map is laid out anew."""

Placed = list[tuple[int, float, float]]


class SoundMap:
    """Lays out a sample of the library by the embeddings of the built-in model."""

    def __init__(self, index: Index, reader: Index, path: Path, workers: Workers, base: Member):
        """Prepare.

        Args:
            index: knows how much was heard.
            reader: finds files.
            path: where the index lies.
            workers: who lays out.
            base: the built-in model.
        """
        self._index = index
        self._reader = reader
        self._path = path
        self._workers = workers
        self._base = base
        self._one_at_a_time = threading.Lock()
        self._kept: tuple[int, int, Placed] | None = None

    def sounds(self, limit: int) -> dict[str, Any]:
        """At most ``limit`` sounds with their places; see `SoundRequests.map`.

        Raises:
            EarmarkError: laying them out failed.
        """
        heard = self._index.lookup.counts()[FileState.HEARD.value]
        with self._one_at_a_time:
            if not self._holds(limit, heard):
                self._kept = (limit, heard, self._laid_out(limit))
            placed = self._kept[2] if self._kept else []
        hits = self._reader.search.of_contents(content for content, _, _ in placed)
        sounds = [
            {**hit_data(hits[content]), "x": x, "y": y}
            for content, x, y in placed
            if content in hits
        ]
        return {"sounds": sounds, "total": heard}

    def _holds(self, limit: int, heard: int) -> bool:
        """Whether the map that is kept will do: one that moves with every new sound is no map."""
        if self._kept is None:
            return False
        kept_limit, kept_heard, _ = self._kept
        return kept_limit == limit and abs(heard - kept_heard) <= _WORTH_ANOTHER * kept_heard

    def _laid_out(self, limit: int) -> Placed:
        digest = self._base.info.digest
        call = self._workers.submit(places_of, str(self._path), digest, limit)
        with explained("map-failed", "The map could not be made"):
            return call.result()
