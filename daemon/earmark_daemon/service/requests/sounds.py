"""Requests for sounds: found, shown, laid out on a map."""

from __future__ import annotations

from typing import Any

from earmark_daemon.service.alike.copies import copies
from earmark_daemon.service.alike.mapping import MOST_ON_MAP, SoundMap
from earmark_daemon.service.alike.similar import Similar
from earmark_daemon.service.known import known
from earmark_daemon.service.nothing_found import misread, why_nothing
from earmark_daemon.service.wire import file_data, hit_data
from earmark_db.index import Index

MOST_COPIED = 5000
MOST_PROBLEMS = 1000


class SoundRequests:
    """What can be asked about the sounds of the library."""

    def __init__(self, index: Index, reader: Index, similar: Similar, sound_map: SoundMap) -> None:
        self._index = index
        self._reader = reader
        self._similar = similar
        self._map = sound_map

    def search(
        self,
        query: str,
        limit: int = 50,
        offset: int = 0,
        *,
        count: bool = True,
        most: int | None = None,
    ) -> dict[str, Any]:
        """Sounds that match.

        Args:
            query: as a person types it.
            limit: at most so many.
            offset: so many of the best are left out.
            count: whether those that match are counted.
            most: counting ends there, for it takes long where many match.

        Returns:
            ``"hits"``; ``"total"``, how many match in all, or None; ``"more"``, whether more match
            than were counted; ``"why"``, a sentence about a query that finds nothing, or None; and
            ``"understood"``, whether each of its words can be part of a search.
        """
        search = self._reader.search
        total = search.count(query, None if most is None else most + 1) if count else None
        more = total is not None and most is not None and total > most
        hits = search.find(query, limit, offset, matches=None if more else total)
        total = most if more else total
        why = why_nothing(self._reader, query) if total == 0 else None
        return {
            "hits": [hit_data(hit) for hit in hits],
            "total": total,
            "more": more,
            "why": why,
            "understood": why is None or misread(self._reader, query) is None,
        }

    def similar(self, path: str, limit: int = 20) -> dict[str, Any]:
        """Sounds that sound most like a file, which need not be in the index; the nearest first."""
        return {"hits": self._similar.find(path, limit)}

    def copies(
        self, path: str | None = None, limit: int = MOST_COPIED, offset: int = 0
    ) -> dict[str, Any]:
        """Sounds that lie in several files: the same audio, whatever their names and tags.

        Args:
            path: only this sound, which need not be in the index, or those of which a file lies in
                this folder or deeper.
            limit: how many sounds at most, up to `MOST_COPIED`.
            offset: so many of the first are left out.

        Returns:
            ``"sounds"``, for each the paths of its files, what takes most room first; and
            ``"total"``, how many there are in all.
        """
        limit = max(0, min(limit, MOST_COPIED))
        sounds, total = copies(self._reader, path, limit, max(0, offset))
        return {"sounds": sounds, "total": total}

    def map(self, limit: int = MOST_ON_MAP) -> dict[str, Any]:
        """Sounds in two dimensions, alike ones side by side.

        Returns:
            ``"sounds"``: what `search` gives of each, with ``"x"`` and ``"y"`` from 0 to 1; and
            ``"total"``, how many were heard, of which these are a sample.
        """
        return self._map.sounds(limit)

    def show(self, path: str) -> dict[str, Any]:
        """All that is known of one file."""
        return file_data(known(self._index, path))

    def problems(self, limit: int = MOST_PROBLEMS, after: str | None = None) -> dict[str, Any]:
        """Files that have no tags, or do not carry them, with the reason.

        Args:
            limit: how many at most, up to `MOST_PROBLEMS`.
            after: only those whose paths come after this one, such as the last of those before.

        Returns:
            ``"files"``, what `show` gives of each, in the order of their paths; and ``"total"``,
            how many there are in all, or None where it goes on ``after`` one.
        """
        lookup = self._index.lookup
        records = lookup.failures(max(0, min(limit, MOST_PROBLEMS)), after or "")
        total = lookup.failure_count() if after is None else None
        return {"files": [file_data(each) for each in records], "total": total}
