"""Into which files tags are to be written, and what a change of mind about that takes and gives."""

from __future__ import annotations

from collections.abc import Callable

from earmark_daemon.settings import Settings
from earmark_db.index import Index
from earmark_db.records import Step


class WritingWishes:
    """Has the queue hold the writes that the settings ask for, and no other."""

    def __init__(self, index: Index, settings: Callable[[], Settings]) -> None:
        """Prepare.

        Args:
            index: where writes wait.
            settings: what people chose, as it is now.
        """
        self._index = index
        self._settings = settings
        self._followed = settings()

    def wants(self, path: str) -> bool:
        """Whether tags are to be written into the file at a path."""
        return self._settings().writes_into(path)

    def start(self) -> None:
        """Follow what was chosen while nobody ran."""
        settings = self._followed = self._settings()
        with self._index.transaction():
            self._index.queue.keep(Step.WRITE, self.wants)
            if settings.writing.enabled:
                lacking = self._index.lookup.lacking(settings.writing.sure_from)
                self._add([(i, path) for i, path in lacking if settings.folder_of(path)])
            self._follow_sureness(settings)

    def follow(self) -> None:
        """Follow what was chosen since: drop writes, or queue those that were not wanted before.

        What lies in a folder that is watched no more is left as it is.
        """
        before, after = self._followed, self._settings()
        if _choice(before) != _choice(after):
            with self._index.transaction():
                self._index.queue.keep(Step.WRITE, self.wants)
                if after.writing.enabled:
                    self._add(self._unwanted_before(before, after))
        if before.writing != after.writing:
            with self._index.transaction():
                self._follow_sureness(after)
        self._followed = after

    def _follow_sureness(self, settings: Settings) -> None:
        """Queue the files of which a tag is to be written now and was not before, or reversely.

        While nothing is to be written, what stands in the files stays as it was chosen before.
        """
        if not settings.writing.enabled:
            return
        before, now = self._index.files.written_from(), settings.writing.sure_from
        if before == now:
            return
        if before is not None:
            between = self._index.lookup.sure_between(min(before, now), max(before, now))
            self._add(between)
        self._index.files.set_written_from(now)

    def _unwanted_before(self, before: Settings, after: Settings) -> list[tuple[int, str]]:
        return [
            (file_id, path)
            for file_id, path in self._index.lookup.to_write()
            if not before.writes_into(path)
            and (before.folder_of(path) is None or after.folder_of(path) is not None)
        ]

    def _add(self, files: list[tuple[int, str]]) -> None:
        wanted = [file_id for file_id, path in files if self.wants(path)]
        self._index.queue.add(Step.WRITE, wanted)


def _choice(settings: Settings) -> object:
    """All that `Settings.writes_into` depends on."""
    return settings.writing.enabled, {(each.path, each.write_tags) for each in settings.folders}
