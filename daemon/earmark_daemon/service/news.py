"""Between the watching room and the index: what is known, and what becomes of news."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from earmark_daemon import index_faults
from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.service.feed import Feed
from earmark_daemon.settings import Folder
from earmark_daemon.watching.facts import Found, Identity, Moved, Stamp
from earmark_db.index import Index
from earmark_db.records import Arrival


class IndexKnown:
    """What the index remembers; see `earmark_daemon.watching.ports.Known`."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def stamps(self, folder: str) -> Iterable[tuple[str, Stamp]]:
        """Every known file below ``folder``."""
        with index_faults.told():
            return self._index.lookup.stamps(folder)

    def stamp(self, path: str) -> Stamp | None:
        """The stamp under which one file was last taken in."""
        with index_faults.told():
            return self._index.lookup.stamp(path)


class IndexSink:
    """Takes news into the index; see `earmark_daemon.watching.ports.Sink`."""

    def __init__(
        self,
        index: Index,
        feed: Feed,
        wake: Callable[[], None],
        trouble: Callable[[Problem | None], None],
    ) -> None:
        """Prepare the sink.

        Args:
            index: where news goes.
            feed: who is told.
            wake: called when there is something to hear, or what waited may be tried again.
            trouble: told why the index cannot be written, and None once it can be again.
        """
        self._index = index
        self._feed = feed
        self._wake = wake
        self._trouble = trouble
        self._in_trouble = False
        self._roots: dict[str, int] = {}

    def watched(self) -> list[str]:
        """The folders that the index knows as watched."""
        with index_faults.told():
            return [root.path for root in self._index.roots.all()]

    def watch(self, folder: Folder) -> Identity | None:
        """Remember a folder; returns what it was on disk when it was last seen."""
        with self._writing():
            root = self._roots[folder.path] = self._index.roots.add(folder.path)
            self._index.files.watched(folder.path, root)
            return self._identity(folder.path)

    def unwatch(self, path: str) -> None:
        """Forget a folder; its files keep their labels."""
        with self._writing():
            self._roots.pop(path, None)
            self._index.roots.remove(path)

    def arrived(self, batch: Sequence[Found]) -> None:
        """Queue new and changed files."""
        with self._writing():
            self._index.files.arrived(
                Arrival(found.path, found.stamp, self._root_of(found.path)) for found in batch
            )
        self._feed.tell("arrived", count=len(batch))
        self._wake()

    def moved(self, batch: Sequence[Moved]) -> None:
        """Carry everything known of a file over to its new path."""
        with self._writing(), self._index.transaction():
            for move in batch:
                found = move.found
                root = self._root_of(found.path)
                self._index.files.moved(move.old, found.path, found.stamp, root)
                if not move.certain:
                    self._index.files.arrived([Arrival(found.path, found.stamp, root)])
        self._feed.tell("moved", count=len(batch))
        self._wake()

    def gone(self, batch: Sequence[str]) -> None:
        """These files are not there any more."""
        with self._writing():
            self._index.files.gone(batch)
        self._feed.tell("gone", count=len(batch))

    def offline(self, root: str) -> None:
        """The folder cannot be reached; its files stay known."""
        self._set_online(root, online=False)

    def online(self, root: str, identity: Identity) -> None:
        """The folder is there; the disk that it is on may have another number than before."""
        with self._writing(), self._index.transaction():
            before, root_id = self._identity(root), self._roots[root]
            if before is not None and before.device != identity.device:
                same = bool(before.disk) and before.disk == identity.disk
                numbers = (before.device, identity.device)
                self._index.files.renumber(root_id, *numbers, keeps_inodes=same)
            self._index.roots.set_identity(
                root_id, f"{identity.device}:{identity.inode}:{identity.disk}"
            )
        self._set_online(root, online=True)
        self._wake()

    def trouble(self, path: str, problem: Problem) -> None:
        """A file or folder could not be looked at."""
        self._feed.tell("trouble", path=path, reason=str(problem))

    def scanning(self, root: str, count: int) -> None:
        """A scan is under way."""
        self._feed.tell("scanning", path=root, count=count, over=False)

    def scanned(self, root: str, count: int) -> None:
        """A scan is over."""
        self._feed.tell("scanning", path=root, count=count, over=True)

    def _identity(self, root: str) -> Identity | None:
        """What a folder was on disk when it was last seen."""
        known = next(each for each in self._index.roots.all() if each.path == root)
        if known.identity is None:
            return None
        return Identity(*(int(number) for number in known.identity.split(":")))

    def _set_online(self, root: str, *, online: bool) -> None:
        with self._writing():
            self._index.roots.set_online(self._roots[root], online=online)
        self._feed.tell("folder", path=root, online=online)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Around everything that goes into the index; says so where that fails."""
        try:
            with index_faults.told():
                yield
        except EarmarkError as error:
            self._in_trouble = True
            self._trouble(error.problem)
            raise
        if self._in_trouble:
            self._in_trouble = False
            self._trouble(None)

    def _root_of(self, path: str) -> int | None:
        folder = os.path.dirname(path)
        while folder not in self._roots:
            folder, child = os.path.dirname(folder), folder
            if folder == child:
                return None
        return self._roots[folder]
