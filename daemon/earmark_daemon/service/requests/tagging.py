"""Requests to tag files, and how that ended."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from earmark_daemon.hearing.readable import why_unreadable
from earmark_daemon.service.stages.other_names import taken_back_elsewhere
from earmark_daemon.service.wire import reason_text, result_data
from earmark_daemon.watching.look import look
from earmark_db.index import Index
from earmark_db.records import Arrival, FileState, Step


class TaggingRequests:
    """What can be asked to be done to files."""

    def __init__(self, index: Index, wake: Callable[[], None]) -> None:
        """Prepare; ``wake`` is called where there is something to hear."""
        self._index = index
        self._wake = wake

    def tag(self, paths: Sequence[str], *, blind: bool = False) -> dict[str, Any]:
        """Take files in now, ahead of everything else.

        Returns:
            ``"taken"``, the paths to ask `results` for, and ``"refused"``, path to reason.
        """
        others = [each.id for path in paths for each in taken_back_elsewhere(self._index, path)]
        with self._index.transaction():
            for file_id in others:
                self._index.files.set_written(file_id, None)
        return self._take_in(paths, blind=blind)

    def results(self, paths: Sequence[str]) -> list[dict[str, Any] | None]:
        """For each path how its tagging ended; None while it is unknown or under way."""
        return [self._result(path) for path in paths]

    def retry(self) -> int:
        """Take every failed file in again, and write what was refused; returns how many."""
        index, failures = self._index, self._index.lookup.failures()
        failed = [record.path for record in failures if record.state is FileState.FAILED]
        refused = [
            record.id
            for record in failures
            if record.write_reason and index.files.may_be_written(record.id)
        ]
        index.queue.add(Step.WRITE, refused)
        return len(self._take_in(failed)["taken"]) + len(refused)

    def _take_in(self, paths: Sequence[str], *, blind: bool = False) -> dict[str, Any]:
        arrivals, refused = [], {}
        for path in paths:
            found = look(path).found
            if found is None:
                refused[path] = str(why_unreadable(path))
                continue
            arrivals.append(Arrival(path, found.stamp, None, first=True, blind=blind))
        self._index.files.arrived(arrivals)
        self._wake()
        return {"taken": [arrival.path for arrival in arrivals], "refused": refused}

    def _result(self, path: str) -> dict[str, Any] | None:
        known = self._index.lookup.by_path(path)
        waits = known is not None and self._index.queue.holds(known.id)
        record = self._index.lookup.by_path(path)  # anew: what waited may have ended
        if record is None:
            return None
        if record.state is FileState.GONE:
            gone = {"ok": False, "state": record.state.value, "tags": [], "written": False}
            no_sound = record.reason is not None and os.path.lexists(path)
            reason = reason_text(record.reason) if no_sound else str(why_unreadable(path))
            return {**gone, "path": path, "reason": reason}
        failed_for_now = record.state is FileState.FAILED or record.write_reason is not None
        if record.state is FileState.WAITING:
            return None
        if waits and not failed_for_now:
            return None
        return result_data(record)
