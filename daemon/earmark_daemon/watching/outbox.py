"""Gathers news into batches for the sink, and keeps what is known and what is told in step."""

from __future__ import annotations

from earmark_daemon.watching.facts import Found, Moved, Stamp
from earmark_daemon.watching.ports import Known, Sink


class Outbox:
    """Batches of news. A path is never in two batches: news about it again flushes the first.

    Args:
        known: what the index knows.
        sink: where the batches go.
        batch: most entries of one kind in a call.
    """

    def __init__(self, known: Known, sink: Sink, batch: int) -> None:
        self._known = known
        self._sink = sink
        self._batch = batch
        self._arrived: list[Found] = []
        self._moved: list[Moved] = []
        self._gone: list[str] = []
        self._touched: set[str] = set()

    def stamp(self, path: str) -> Stamp | None:
        """What the index knows of a path once all that was said here is told."""
        if path in self._touched:
            self.flush()
        return self._known.stamp(path)

    @property
    def has_news(self) -> bool:
        """Whether something is yet to be told."""
        return bool(self._touched)

    def arrived(self, found: Found) -> None:
        """Tell of a new or changed file."""
        self._touch(found.path)
        self._arrived.append(found)
        self._flush_full(len(self._arrived))

    def moved(self, moved: Moved) -> None:
        """Tell of a known file's new path."""
        self._touch(moved.old, moved.found.path)
        self._moved.append(moved)
        self._flush_full(len(self._moved))

    def gone(self, path: str) -> None:
        """Tell of a known file that is no longer there."""
        self._touch(path)
        self._gone.append(path)
        self._flush_full(len(self._gone))

    def flush(self) -> None:
        """Tell all that has been gathered.

        Raises:
            EarmarkError: the sink refused; what was not told yet is dropped.
        """
        moved, gone, arrived = self._moved, self._gone, self._arrived
        self._moved, self._gone, self._arrived, self._touched = [], [], [], set()
        if moved:
            self._sink.moved(moved)
        if gone:
            self._sink.gone(gone)
        if arrived:
            self._sink.arrived(arrived)

    def _touch(self, *paths: str) -> None:
        if not self._touched.isdisjoint(paths):
            self.flush()
        self._touched.update(paths)

    def _flush_full(self, length: int) -> None:
        if length >= self._batch:
            self.flush()
