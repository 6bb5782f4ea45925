"""Turns the system's file events into hints; the only place that knows watchdog.

Events may be lost, doubled or late, and watchdog keeps quiet about most of that. So everything
here errs on the side of telling too much, and what cannot be watched is said to be so.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileAttribEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch
from watchdog.utils import BaseThread

from earmark_daemon.errors import Problem
from earmark_daemon.watching.hints import Hint, Kind
from earmark_daemon.watching.ignore import Rules, is_sound
from earmark_daemon.watching.problems import WATCH_LIMIT, watching_problem

Tell = Callable[[Hint], None]

_FILE_EVENTS: dict[type[FileSystemEvent], Kind] = {
    FileCreatedEvent: Kind.TOUCHED,
    FileModifiedEvent: Kind.TOUCHED,
    FileClosedEvent: Kind.CLOSED,
    FileAttribEvent: Kind.LOOK,
    FileDeletedEvent: Kind.VANISHED,
}
_FOLDER_EVENTS: dict[type[FileSystemEvent], Kind] = {
    DirCreatedEvent: Kind.FOLDER,
    DirDeletedEvent: Kind.FOLDER_VANISHED,
}
_WANTED = [*_FILE_EVENTS, *_FOLDER_EVENTS, FileMovedEvent, DirMovedEvent]


class Watcher:
    """Watches any number of folders with the system's own events.

    Args:
        tell: called with each hint, from watchdog's threads; must return quickly.
        make_observer: makes the watchdog observer.
    """

    def __init__(self, tell: Tell, make_observer: Callable[[], BaseObserver] = Observer) -> None:
        self._tell = tell
        self._make_observer = make_observer
        self._observer: BaseObserver | None = None
        self._threads: list[threading.Thread] = []
        self._watches: dict[str, tuple[ObservedWatch, _Handler]] = {}
        self._lock = threading.Lock()
        self._listener = _OverflowListener(tell)
        _WATCHDOG_LOG.addHandler(self._listener)
        _ignore_returns()

    def watch(self, root: str, rules: Rules) -> Problem | None:
        """Watch a folder, or watch it afresh.

        Returns:
            None if every folder in it is watched, else why that could not be; events that do
            come are told all the same.
        """
        with self._lock:
            self._unwatch(root)
            try:
                observer = self._running_observer()
                real = os.path.realpath(root)
                handler = _Handler(root, real, rules, self._tell)
                watch = observer.schedule(handler, real, recursive=True, event_filter=_WANTED)
                self._watches[root] = (watch, handler)
                return WATCH_LIMIT if _limit_reached(observer) else None
            except OSError as error:
                return watching_problem(error)

    def unwatch(self, root: str) -> None:
        """Stop watching a folder; no harm if it is not watched."""
        with self._lock:
            self._unwatch(root)

    def is_alive(self, root: str) -> bool:
        """Whether events of a folder come in; a folder that was deleted sends none any more.

        Nor does any if one of watchdog's threads died of an error. Does not wait: while some
        folder is being set up the answer is yes.
        """
        if not self._lock.acquire(blocking=False):
            return True
        try:
            if self._observer is None or not self._works():
                return False
            watch = self._watches[root][0] if root in self._watches else None
            emitters = list(self._observer.emitters)
            return any(emitter.watch == watch and emitter.is_alive() for emitter in emitters)
        finally:
            self._lock.release()

    def stop(self) -> None:
        """Stop watching and join every thread."""
        _WATCHDOG_LOG.removeHandler(self._listener)
        with self._lock:
            self._discard()

    def _running_observer(self) -> BaseObserver:
        if self._observer is not None and not self._works():
            self._discard()
        if self._observer is None:
            others = _watchdog_threads()
            observer = self._make_observer()
            observer.start()
            self._observer = observer
            self._threads = [observer, *(_watchdog_threads() - others)]
        return self._observer

    def _works(self) -> bool:
        return all(thread.is_alive() for thread in self._threads)

    def _discard(self) -> None:
        """Stop watching every folder; none of them is alive then."""
        self._watches.clear()
        observer, self._observer = self._observer, None
        if observer is not None:
            for emitter in list(observer.emitters):
                with suppress(KeyError):
                    observer.unschedule(emitter.watch)
            observer.stop()
            observer.join()

    def _unwatch(self, root: str) -> None:
        watch, handler = self._watches.pop(root, (None, None))
        if watch is None or handler is None or self._observer is None:
            return
        if any(other == watch for other, _ in self._watches.values()):
            self._observer.remove_handler_for_watch(handler, watch)
        else:
            try:
                self._observer.unschedule(watch)
            except KeyError:  # watchdog lost count of a folder that was renamed while it was set up
                self._discard()


class _Handler(FileSystemEventHandler):
    """Turns the events of one root into hints and drops those about names left alone.

    Args:
        root: the watched folder under the name that its user gave.
        real: the same without links, as events name it.
        rules: what is left alone.
        tell: takes the hints.
    """

    def __init__(self, root: str, real: str, rules: Rules, tell: Tell) -> None:
        self._root = root
        self._depth = len(real.rstrip(os.sep).split(os.sep))
        self._prefix = len(root.rstrip(os.sep)) + 1
        self._rules = rules
        self._tell = tell

    def dispatch(self, event: FileSystemEvent) -> None:
        path, kind = self._named(event.src_path), type(event)
        if kind is FileMovedEvent:
            self._file_moved(path, self._named(event.dest_path))
        elif kind is DirMovedEvent:
            self._folder(Kind.FOLDER_VANISHED, path)
            self._folder(Kind.FOLDER, self._named(event.dest_path))
        elif kind in _FOLDER_EVENTS:
            self._folder(_FOLDER_EVENTS[kind], path)
        elif self._takes(path):
            self._tell(Hint(_FILE_EVENTS[kind], self._root, path))
        elif kind is FileDeletedEvent and sys.platform == "win32":
            self._folder(Kind.FOLDER_VANISHED, path)  # Windows does not tell what it was

    def _named(self, path: bytes | str) -> str:
        """An event's path below the root's own name, whose letters macOS may spell otherwise."""
        below = os.fsdecode(path).split(os.sep)[self._depth :]
        return os.sep.join([self._root.rstrip(os.sep), *below]) or self._root

    def _file_moved(self, old: str, new: str) -> None:
        took, takes = self._takes(old), self._takes(new)
        if took and takes:
            self._tell(Hint(Kind.MOVED, self._root, old, new))
        elif took:
            self._tell(Hint(Kind.VANISHED, self._root, old))
        elif takes:
            self._tell(Hint(Kind.CLOSED, self._root, new))

    def _folder(self, kind: Kind, path: str) -> None:
        if path == self._root:
            self._tell(Hint(Kind.DOUBT, self._root, path))
        elif self._rules.reaches(path[self._prefix :]):
            self._tell(Hint(kind, self._root, path))

    def _takes(self, path: str) -> bool:
        return is_sound(os.path.basename(path)) and self._rules.takes(path[self._prefix :])


class _OverflowListener(logging.Handler):
    """watchdog says only in its log that the system dropped events."""

    def __init__(self, tell: Tell) -> None:
        super().__init__(logging.WARNING)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        self._tell(Hint(Kind.DOUBT, "", ""))


_WATCHDOG_LOG = logging.getLogger("watchdog.observers.inotify_c")


def _ignore_returns() -> None:
    """Have watchdog say nothing of a folder that left, kept its watch, and came back.

    Each such warning names every watched folder, so that no two are alike: Python would print all
    of them, and keep them for as long as it runs. What came back is watched as it should be.
    """
    warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"watchdog\.observers\.")


def _watchdog_threads() -> set[BaseThread]:
    return {thread for thread in threading.enumerate() if isinstance(thread, BaseThread)}


def _limit_reached(observer: BaseObserver) -> bool:
    """Try whether one more folder could be watched: watchdog hides that subfolders could not.

    Where no folder can be made to try it with, as on a full disk, no limit is known to be reached.
    """
    if sys.platform != "linux":
        return False
    with suppress(OSError), tempfile.TemporaryDirectory(prefix="earmark-") as folder:
        try:
            observer.unschedule(observer.schedule(FileSystemEventHandler(), folder))
        except OSError:
            return True
    return False
