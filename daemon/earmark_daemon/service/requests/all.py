"""All that can be asked of the daemon: each public method is a method of the local API."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from earmark_daemon import __version__, index_faults
from earmark_daemon.errors import fail
from earmark_daemon.links import WatchedPaths
from earmark_daemon.service.requests.arguments import check
from earmark_daemon.service.requests.endpoint import EndpointRequests
from earmark_daemon.service.requests.labels import LabelRequests
from earmark_daemon.service.requests.models import ModelRequests
from earmark_daemon.service.requests.settings import SettingsRequests
from earmark_daemon.service.requests.sounds import SoundRequests
from earmark_daemon.service.requests.tagging import TaggingRequests
from earmark_daemon.service.requests.training import TrainingRequests
from earmark_daemon.service.requests.undoing import UndoRequests

if TYPE_CHECKING:
    from earmark_daemon.service.daemon import Daemon

LONGEST_WAIT_SECONDS = 60.0


class Requests(
    SettingsRequests,
    SoundRequests,
    TaggingRequests,
    UndoRequests,
    LabelRequests,
    TrainingRequests,
    EndpointRequests,
    ModelRequests,
):
    """Answers requests; arguments and results are plain JSON data."""

    def __init__(self, daemon: Daemon) -> None:
        super().__init__(daemon)
        self._methods: dict[str, Callable[..., Any]] = {
            name: getattr(self, name)
            for name in dir(type(self))
            if not name.startswith("_") and name != "call"
        }

    def call(self, method: str, arguments: Mapping[str, Any]) -> Any:
        """Answer one request; a path that leads to a watched folder by a link is taken for its own.

        Raises:
            EarmarkError: what is wrong, in words.
        """
        if method not in self._methods:
            raise fail("bad-request", f"There is no request called {method!r}.")
        check(self._methods[method], arguments)
        with index_faults.told():
            return self._methods[method](**self._as_watched(arguments))

    def status(self) -> dict[str, Any]:
        """What the daemon is doing; ``"watching"`` is False of one that ends with its command."""
        return {
            "version": __version__,
            "pid": os.getpid(),
            "state": self._daemon.condition.state.value,
            "watching": self._daemon.condition.watching,
            "trouble": str(self._daemon.condition.trouble)
            if self._daemon.condition.trouble
            else None,
            "model": self._daemon.model.name,
            "files": self._daemon.index.lookup.counts(),
            "retagging": self._daemon.models.progress(),
            "waiting": self._daemon.index.queue.waiting(),
            "folders": self.folders(),
            "event": self._daemon.feed.since(0)[0],
        }

    def pause(self) -> None:
        """Take no new work."""
        self._daemon.condition.pause(True)

    def resume(self) -> None:
        """Go on."""
        self._daemon.condition.pause(False)

    def stop(self) -> None:
        """End the daemon once this is answered."""
        self._daemon.condition.ask_to_stop()

    def changes(self, since: int, seconds: float = 30.0) -> dict[str, Any]:
        """Events after number ``since``; waits for the first one (a long poll)."""
        number, events = self._daemon.feed.since(since, min(seconds, LONGEST_WAIT_SECONDS))
        return {
            "number": number,
            "events": [{**e.data, "kind": e.kind, "number": e.number, "at": e.at} for e in events],
        }

    def _as_watched(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        known = dict(arguments)
        watched = WatchedPaths(self._daemon.choices.now.folders)
        if isinstance(path := known.get("path"), str):
            known["path"] = watched.path_of(path)
        if isinstance(paths := known.get("paths"), list):
            known["paths"] = [watched.path_of(path) for path in paths]
        return known
