"""What can be asked of the daemon: each public method here is a method of the local API."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from earmark_daemon import __version__, autostart
from earmark_daemon.choosing import unwatch, watch
from earmark_daemon.errors import EarmarkError, Problem, fail
from earmark_daemon.hearing.sound import why_unreadable
from earmark_daemon.service.alike.mapping import MOST_ON_MAP
from earmark_daemon.service.labels.reviewing import queue
from earmark_daemon.service.requests.endpoint import EndpointRequests
from earmark_daemon.service.requests.learning import LearningRequests
from earmark_daemon.service.requests.models import ModelRequests
from earmark_daemon.service.wire import file_data, hit_data, result_data
from earmark_daemon.settings_file import change_value
from earmark_daemon.watching.look import look
from earmark_db.errors import IndexFault
from earmark_db.records import Arrival, FileState

if TYPE_CHECKING:
    from earmark_daemon.service.daemon import Daemon

LONGEST_WAIT_SECONDS = 60.0


class Requests(ModelRequests, LearningRequests, EndpointRequests):
    """Answers requests; arguments and results are plain JSON data."""

    def __init__(self, daemon: Daemon) -> None:
        super().__init__(daemon)
        self._index = daemon.index
        self._methods: dict[str, Callable[..., Any]] = {
            name: getattr(self, name)
            for name in dir(type(self))
            if not name.startswith("_") and name != "call"
        }

    def call(self, method: str, arguments: Mapping[str, Any]) -> Any:
        """Answer one request.

        Raises:
            EarmarkError: what is wrong, in words.
            TypeError: the arguments are not those of the method.
        """
        if method not in self._methods:
            raise fail("bad-request", f"There is no request called {method!r}.")
        try:
            return self._methods[method](**arguments)
        except IndexFault as fault:
            raise EarmarkError(Problem(fault.code, fault.message, fault.advice)) from fault

    def status(self) -> dict[str, Any]:
        """What the daemon is doing."""
        return {
            "version": __version__,
            "pid": os.getpid(),
            "state": self._daemon.state.value,
            "trouble": str(self._daemon.trouble) if self._daemon.trouble else None,
            "model": self._daemon.model.name,
            "files": self._index.lookup.counts(),
            "retagging": self._daemon.models.progress(),
            "waiting": self._index.queue.waiting(),
            "folders": self.folders(),
            "event": self._daemon.feed.since(0)[0],
        }

    def folders(self) -> list[dict[str, Any]]:
        """The watched folders."""
        online = {root.path: root.online for root in self._index.roots.all()}
        return [
            {
                "path": folder.path,
                "write_tags": folder.write_tags,
                "exclude": list(folder.exclude),
                "online": online.get(folder.path, True),
            }
            for folder in self._daemon.settings.folders
        ]

    def settings(self) -> dict[str, Any]:
        """What the user chose, by section."""
        return asdict(self._daemon.settings)

    def set(self, section: str, name: str, value: bool | float | str) -> None:
        """Change one setting, such as ``("writing", "genre", False)``."""
        change_value(self._daemon.places.settings, section, name, value)
        self._daemon.reload()

    def watch(self, path: str, *, write_tags: bool = True, exclude: Sequence[str] = ()) -> str:
        """Listen to a folder from now on; returns its real path."""
        path = watch(self._daemon.places.settings, path, write_tags=write_tags, exclude=exclude)
        self._daemon.reload()
        return path

    def unwatch(self, path: str) -> None:
        """Listen to a folder no more."""
        unwatch(self._daemon.places.settings, path)
        self._daemon.reload()

    def starts_at_login(self) -> bool:
        """Whether Earmark starts when this user logs in."""
        return autostart.is_enabled(autostart.this_login())

    def start_at_login(self, wanted: bool) -> None:
        """Start when this user logs in, or do so no more."""
        change = autostart.enable if wanted else autostart.disable
        change(autostart.this_login())

    def pause(self) -> None:
        """Take no new work."""
        self._daemon.pause(True)

    def resume(self) -> None:
        """Go on."""
        self._daemon.pause(False)

    def reload(self) -> None:
        """The settings file has changed."""
        self._daemon.reload()

    def stop(self) -> None:
        """End the daemon once this is answered."""
        self._daemon.ask_to_stop()

    def rescan(self, path: str | None = None) -> None:
        """Compare a watched folder, or all, with the disk now."""
        self._daemon.rescan(path)

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
        record = self._index.lookup.by_path(path)
        if record is None:
            raise fail(
                "unknown-file",
                "This file is not in the index.",
                "Tag it with: earmark tag FILE, or watch its folder: earmark watch add FOLDER",
                path,
            )
        return file_data(record)

    def tag(self, paths: Sequence[str], *, blind: bool = False) -> dict[str, Any]:
        """Take files in now, ahead of everything else.

        Returns:
            ``"taken"``, the paths to ask `results` for, and ``"refused"``, path to reason.
        """
        arrivals, refused = [], {}
        for path in paths:
            found = look(path).found
            if found is None:
                refused[path] = str(why_unreadable(path))
                continue
            arrivals.append(Arrival(path, found.stamp, None, first=True, blind=blind))
        self._index.files.arrived(arrivals)
        self._daemon.wake()
        return {"taken": [arrival.path for arrival in arrivals], "refused": refused}

    def results(self, paths: Sequence[str]) -> list[dict[str, Any] | None]:
        """For each path how its tagging ended; None while it is unknown or under way."""
        return [self._result(path) for path in paths]

    def label(
        self,
        paths: Sequence[str],
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        forget: Sequence[str] = (),
    ) -> list[dict[str, Any]]:
        """A person's word about sounds: what they are, are not, or what shall be unsaid.

        Returns:
            What is known of each now.
        """
        for path in paths:
            self._daemon.labelling.label(path, add, remove, forget)
        self._daemon.wake()
        return [self.show(path) for path in paths]

    def gather(self, paths: Sequence[str]) -> dict[str, Any]:
        """Sounds to label, among files and below folders; what is new is heard next.

        Returns:
            ``"paths"``, and ``"refused"``, path to reason.
        """
        return self._daemon.bringing.gather(paths)

    def suggestions(self, paths: Sequence[str]) -> list[dict[str, Any] | None]:
        """Tags to offer for each sound, in the form of `review`; None where it is not heard yet."""
        return self._daemon.bringing.suggestions(paths)

    def groups(self, paths: Sequence[str]) -> list[list[str]]:
        """Groups of alike sounds among these, the largest first; most sounds are in none."""
        return self._daemon.grouping.groups(paths)

    def tags(self) -> list[dict[str, Any]]:
        """Every tag in use, and those that the model knows, with the number of their sounds."""
        counts = {(s, tag): n for s, tag, n in self._daemon.reader.search.tag_counts()}
        for model in self._daemon.models.lineup.answering:
            for label in model.labels:
                counts.setdefault((model.tag_set, label), 0)
        return [{"set": s, "tag": tag, "count": n} for (s, tag), n in counts.items()]

    def undo(
        self,
        path: str | None = None,
        since: float | None = None,
        *,
        everything: bool = False,
        last: bool = False,
    ) -> list[dict[str, Any]]:
        """Take back what was written into files.

        Args:
            path: a file, or a folder with all below it.
            since: only writes after this time, in seconds since the epoch.
            everything: all that was ever written.
            last: the newest batch.

        Returns:
            For each file ``{"path", "outcome", "reason"}``.
        """
        journal = self._index.journal
        if last:
            batch = journal.last_batch()
            return self._daemon.undoing.undo(journal.done(batch=batch) if batch else [])
        if not (path or since or everything):
            raise fail("bad-request", "Say what to take back.", "A file, a folder, or a time.")
        entries = journal.done(path=path, since=since)
        if path and not entries:
            entries = journal.done(folder=path, since=since)
        return self._daemon.undoing.undo(entries)

    def review(self, limit: int = 50, without: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Sounds to ask a person about, but not those whose audio is ``without``'s."""
        lineup = self._daemon.models.lineup
        review = self._daemon.reader.review
        return queue(review, lineup.answering[0], limit, frozenset(without), lineup.off)

    def review_count(self) -> int:
        """How many sounds have no tag, or one that their name disagrees with."""
        return self._daemon.reader.review.count()

    def problems(self) -> list[dict[str, Any]]:
        """Files that have no tags, or do not carry them, with the reason."""
        return [file_data(record) for record in self._index.lookup.failures()]

    def retry(self) -> int:
        """Take every failed file in again; returns how many."""
        failed = [r for r in self._index.lookup.failures() if r.state is FileState.FAILED]
        return len(self.tag([record.path for record in failed])["taken"])

    def changes(self, since: int, seconds: float = 30.0) -> dict[str, Any]:
        """Events after number ``since``; waits for the first one (a long poll)."""
        number, events = self._daemon.feed.since(since, min(seconds, LONGEST_WAIT_SECONDS))
        return {
            "number": number,
            "events": [{**e.data, "kind": e.kind, "number": e.number, "at": e.at} for e in events],
        }

    def _result(self, path: str) -> dict[str, Any] | None:
        record = self._index.lookup.by_path(path)
        if record is None:
            return None
        if record.state is FileState.GONE:
            reason = str(why_unreadable(path))
            return {"path": path, "tags": [], "written": False, "reason": reason, "ok": False}
        failed_for_now = record.state is FileState.FAILED or record.write_reason is not None
        if record.state is FileState.WAITING:
            return None
        if self._index.queue.holds(record.id) and not failed_for_now:
            return None
        return result_data(record)
