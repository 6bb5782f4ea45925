"""The watched folders: those that the settings name, no more and no less."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

from earmark_daemon.errors import Problem
from earmark_daemon.service.news import IndexKnown, IndexSink
from earmark_daemon.settings import Folder, Settings, Watching
from earmark_daemon.watching.coordinator import Coordinator
from earmark_daemon.watching.ignore import Rules
from earmark_daemon.watching.pace import Pace
from earmark_daemon.watching.ports import Outside


class WatchedFolders:
    """Has the watching room watch what the settings say."""

    def __init__(
        self,
        known: IndexKnown,
        sink: IndexSink,
        quiet_seconds: float,
        follow_names: Callable[[Settings, Settings], None],
    ) -> None:
        """Prepare.

        Args:
            known: what the index knows.
            sink: where news goes.
            quiet_seconds: how long a file must not have changed before it is taken.
            follow_names: see `Deciding.follow_names`.
        """
        self._sink = sink
        self._follow_names = follow_names
        self._named = Settings()
        self._followed: dict[str, tuple[Folder, Watching] | None] = {}
        self._coordinator = Coordinator(Outside(known, sink, Pace(quiet=quiet_seconds)))

    def start(self, settings: Settings) -> None:
        """Start watching; what was watched by an earlier life and is no more is forgotten."""
        self._coordinator.start()
        watched = self._sink.watched()
        self._named = replace(settings, folders=tuple(map(Folder, watched)))
        self._followed = dict.fromkeys(watched)
        self.follow(settings)

    def stop(self) -> None:
        """Watch no more."""
        self._coordinator.stop()

    @property
    def alive(self) -> bool:
        """Whether it still watches; it ends by itself only if there is a bug in it."""
        return self._coordinator.alive

    def absences(self) -> dict[str, Problem]:
        """Why folders are held to be away though something is there, by their paths."""
        return self._coordinator.absences()

    def follow(self, new: Settings) -> None:
        """Have names count from these folders on, before the index knows of them, and watch them.

        Raises:
            EarmarkError: the index cannot be written. What is left to do is done by the next call,
                or the next start, which compares with the index.
        """
        self._follow_names(self._named, new)
        self._named = new
        for path in self._followed.keys() - {folder.path for folder in new.folders}:
            self._forget(path)
        for folder in new.folders:
            if self._followed.get(folder.path) != (folder, new.watching):
                self._watch(folder, new.watching)

    def rescan(self, path: str | None) -> None:
        """Compare a folder, or every one, with the disk now."""
        for folder in list(self._followed):
            if path in (None, folder):
                self._coordinator.rescan(folder)

    def _watch(self, folder: Folder, watching: Watching) -> None:
        identity = self._sink.watch(folder)
        rules = Rules((*watching.exclude, *folder.exclude))
        self._coordinator.add(folder.path, rules, identity)
        self._followed[folder.path] = (folder, watching)

    def _forget(self, path: str) -> None:
        """Watch a folder no more; one that lies in it or around it takes over what they share."""
        self._coordinator.remove(path)
        self._sink.unwatch(path)
        del self._followed[path]
        for other in self._followed:
            if _is_below(path, other) or _is_below(other, path):
                self._coordinator.rescan(other)


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip(os.sep) + os.sep)
