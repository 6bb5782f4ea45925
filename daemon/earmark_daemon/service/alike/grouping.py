"""Groups of alike sounds, to be confirmed at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from earmark_daemon.hearing.groups import alike
from earmark_daemon.processes import Workers, explained
from earmark_daemon.service.models.lineup import LineUp
from earmark_db.index import Index

MOST_SOUNDS = 2000
"""So many are compared with one another at once; of more, the first."""


class Grouping:
    """Finds them by the embeddings of the built-in model."""

    def __init__(self, index: Index, lineup: Callable[[], LineUp], workers: Workers) -> None:
        """Prepare.

        Args:
            index: knows what was heard.
            lineup: whose first model's embeddings count.
            workers: who compares.
        """
        self._index = index
        self._lineup = lineup
        self._workers = workers

    def groups(self, paths: Sequence[str]) -> list[list[str]]:
        """Groups among these sounds, the largest first; copies count as one, most stand alone.

        Raises:
            EarmarkError: comparing them failed.
        """
        kept = self._embeddings(paths[:MOST_SOUNDS])
        call = self._workers.submit(alike, [embedding for _, embedding in kept])
        with explained("groups-failed", "Comparing the sounds failed"):
            found = call.result()
        return [[kept[place][0] for place in group] for group in found]

    def _embeddings(self, paths: Sequence[str]) -> list[tuple[str, bytes]]:
        backbone = self._lineup().base.info.digest
        kept: dict[str, tuple[str, bytes]] = {}
        for path in paths:
            record = self._index.lookup.by_path(path)
            if record is None or record.content is None or record.content in kept:
                continue
            embedding = self._index.verdicts.embedding(record.content, backbone)
            if embedding:
                kept[record.content] = (path, embedding)
        return list(kept.values())
