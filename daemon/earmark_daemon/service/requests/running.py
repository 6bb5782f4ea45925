"""Requests about the daemon itself: what it is doing, and what it shall do."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from earmark_daemon import __version__
from earmark_daemon.service.condition import Condition
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.models.models import Models
from earmark_db.index import Index
from earmark_db.records import Step

LONGEST_WAIT_SECONDS = 60.0


class RunningRequests:
    """What the daemon is doing, and what it shall do."""

    def __init__(
        self,
        condition: Condition,
        index: Index,
        models: Models,
        feed: Feed,
        folders: Callable[[], list[dict[str, Any]]],
    ) -> None:
        self._condition = condition
        self._index = index
        self._models = models
        self._feed = feed
        self._folders = folders

    def status(self) -> dict[str, Any]:
        """What the daemon is doing; ``"watching"`` is False of one that ends with its command.

        Of the files that wait to be written, ``"put_off"`` could not be the last time.
        """
        trouble = self._condition.trouble
        return {
            "version": __version__,
            "pid": os.getpid(),
            "state": self._condition.state.value,
            "watching": self._condition.watching,
            "trouble": str(trouble) if trouble else None,
            "model": self._models.lineup.base.info.name,
            "files": self._index.lookup.counts(),
            "retagging": self._models.progress(),
            "waiting": self._index.queue.waiting(),
            "put_off": self._index.queue.put_off(Step.WRITE),
            "folders": self._folders(),
            "event": self._feed.since(0)[0],
        }

    def pause(self) -> None:
        """Take no new work."""
        self._condition.pause(True)

    def resume(self) -> None:
        """Go on."""
        self._condition.pause(False)

    def stop(self) -> None:
        """End the daemon once this is answered."""
        self._condition.ask_to_stop()

    def changes(self, since: int, seconds: float = 30.0) -> dict[str, Any]:
        """Events after number ``since``; waits for the first one (a long poll)."""
        number, events = self._feed.since(since, min(seconds, LONGEST_WAIT_SECONDS))
        return {
            "number": number,
            "events": [{**e.data, "kind": e.kind, "number": e.number, "at": e.at} for e in events],
        }
