"""The watched folders: those that the settings name, no more and no less."""

from __future__ import annotations

from earmark_daemon.service.news import IndexKnown, IndexSink
from earmark_daemon.settings import Settings
from earmark_daemon.watching.coordinator import Coordinator
from earmark_daemon.watching.ignore import Rules
from earmark_daemon.watching.pace import Pace


class WatchedFolders:
    """Has the watching room watch what the settings say."""

    def __init__(self, known: IndexKnown, sink: IndexSink, quiet_seconds: float) -> None:
        """Prepare.

        Args:
            known: what the index knows.
            sink: where news goes.
            quiet_seconds: how long a file must not have changed before it is taken.
        """
        self._sink = sink
        self._settings = Settings()
        self._coordinator = Coordinator(known, sink, pace=Pace(quiet=quiet_seconds))

    def start(self, settings: Settings) -> None:
        """Start watching."""
        self._coordinator.start()
        self.follow(settings)

    def stop(self) -> None:
        """Watch no more."""
        self._coordinator.stop()

    @property
    def alive(self) -> bool:
        """Whether it still watches; it ends by itself only if there is a bug in it."""
        return self._coordinator.alive

    def follow(self, new: Settings) -> None:
        """Watch what the settings say now."""
        old, self._settings = self._settings, new
        before = {folder.path: folder for folder in old.folders}
        after = {folder.path: folder for folder in new.folders}
        common = new.watching.exclude
        for path in before.keys() - after.keys():
            self._coordinator.remove(path)
            self._sink.unwatch(path)
        for path, folder in after.items():
            if before.get(path) == folder and old.watching == new.watching:
                continue
            identity = self._sink.watch(folder)
            self._coordinator.add(path, Rules((*common, *folder.exclude)), identity)

    def rescan(self, path: str | None) -> None:
        """Compare a folder, or every one, with the disk now."""
        for folder in self._settings.folders:
            if path in (None, folder.path):
                self._coordinator.rescan(folder.path)
