"""Requests for sounds: found, shown, counted by tag."""

from __future__ import annotations

from typing import Any

from earmark_daemon.service.alike.copies import copies
from earmark_daemon.service.alike.mapping import MOST_ON_MAP
from earmark_daemon.service.known import known
from earmark_daemon.service.nothing_found import why_nothing
from earmark_daemon.service.requests.base import AboutDaemon
from earmark_daemon.service.wire import file_data, hit_data
from earmark_daemon.tagging.broader import in_order

MOST_COPIED = 5000
MOST_PROBLEMS = 1000


class SoundRequests(AboutDaemon):
    """What can be asked about the sounds of the library."""

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
            than were counted; and ``"why"``, a sentence about a query that finds nothing, or None.
        """
        search = self._daemon.reader.search
        total = search.count(query, None if most is None else most + 1) if count else None
        more = total is not None and most is not None and total > most
        hits = search.find(query, limit, offset, matches=None if more else total)
        total = most if more else total
        why = why_nothing(self._daemon.reader, query) if total == 0 else None
        return {"hits": [hit_data(hit) for hit in hits], "total": total, "more": more, "why": why}

    def similar(self, path: str, limit: int = 20) -> dict[str, Any]:
        """Sounds that sound most like a file, which need not be in the index; the nearest first."""
        return {"hits": self._daemon.similar.find(path, limit)}

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
        sounds, total = copies(self._daemon.reader, path, limit, max(0, offset))
        return {"sounds": sounds, "total": total}

    def map(self, limit: int = MOST_ON_MAP) -> dict[str, Any]:
        """Sounds in two dimensions, alike ones side by side.

        Returns:
            ``"sounds"``: what `search` gives of each, with ``"x"`` and ``"y"`` from 0 to 1; and
            ``"total"``, how many were heard, of which these are a sample.
        """
        return self._daemon.map.sounds(limit)

    def show(self, path: str) -> dict[str, Any]:
        """All that is known of one file."""
        return file_data(known(self._daemon.index, path))

    def tags(self) -> list[dict[str, Any]]:
        """Every tag in use, those that the model knows, and what people put them under.

        Returns:
            For each ``"set"``, ``"tag"``, ``"count"`` of its sounds, ``"above"``, the broader tag
            that it lies under or None, ``"depth"``, how many there are above it, and
            ``"sure_from"``, how sure a person wants it, or None; the most frequent first, each
            followed by those below.
        """
        lineup = self._daemon.models.lineup
        counts = {(s, tag): n for s, tag, n in self._daemon.reader.tags.counts()}
        for model in lineup.answering:
            for label in model.labels:
                counts.setdefault((model.tag_set, label), 0)
        for tag in lineup.above.values():
            counts.setdefault((lineup.set_of(tag), tag), 0)
        return [
            {
                "set": key[0],
                "tag": key[1],
                "count": counts[key],
                "above": lineup.above.get(key[1]),
                "depth": depth,
                "sure_from": lineup.sure_from.get(key[1]),
            }
            for depth, key in in_order(counts, lineup.above)
        ]

    def problems(self, limit: int = MOST_PROBLEMS, after: str | None = None) -> dict[str, Any]:
        """Files that have no tags, or do not carry them, with the reason.

        Args:
            limit: how many at most, up to `MOST_PROBLEMS`.
            after: only those whose paths come after this one, such as the last of those before.

        Returns:
            ``"files"``, what `show` gives of each, in the order of their paths; and ``"total"``,
            how many there are in all, or None where it goes on ``after`` one.
        """
        lookup = self._daemon.index.lookup
        records = lookup.failures(max(0, min(limit, MOST_PROBLEMS)), after or "")
        total = lookup.failure_count() if after is None else None
        return {"files": [file_data(each) for each in records], "total": total}
