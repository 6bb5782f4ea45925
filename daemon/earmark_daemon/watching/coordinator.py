"""Keeps watch over any number of folders: the thread that owns hints, settling and the agenda.

Events make things quick, comparisons make them true. Nothing is remembered over a stop: the
comparison at the next start finds out what happened meanwhile. The thread sleeps until an event
comes or something on the agenda is due.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import partial

from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.watching.clock import SleepDetector
from earmark_daemon.watching.comparisons import Comparisons
from earmark_daemon.watching.desk import Desk
from earmark_daemon.watching.facts import Identity
from earmark_daemon.watching.hints import Hint, Kind
from earmark_daemon.watching.ignore import Rules
from earmark_daemon.watching.inbox import Inbox
from earmark_daemon.watching.look import identify
from earmark_daemon.watching.mounts import Mount, below, mount_of, mounts
from earmark_daemon.watching.ports import Outside
from earmark_daemon.watching.roots import Root
from earmark_daemon.watching.territory import Territory
from earmark_daemon.watching.watcher import Watcher

_JOIN_SECONDS = 5.0


class Coordinator:
    """Watches folders and tells a sink what arrives, moves and goes.

    Args:
        outside: what is asked and told, the pace and the clock.
        mount_table: lists the mounted file systems.
        make_watcher: makes the watcher from the function that takes its hints.
    """

    def __init__(
        self,
        outside: Outside,
        *,
        mount_table: Callable[[], tuple[Mount, ...]] = mounts,
        make_watcher: Callable[[Callable[[Hint], None]], Watcher] = Watcher,
    ) -> None:
        self._pace = outside.pace
        self._clock = outside.clock
        self._mount_table = mount_table
        self._mounted: tuple[Mount, ...] = ()
        self._territory = Territory(self._pace)
        self._inbox = Inbox()
        self._watcher = make_watcher(lambda hint: self._inbox.post(partial(self._heed, hint)))
        self._sleep = SleepDetector(self._clock)
        self._next_pulse = 0.0
        self._desk = Desk(outside, self._territory)
        self._comparisons = Comparisons(
            outside,
            self._territory,
            self._desk,
            self._watcher.watch,
            self._inbox.deliver,
        )
        self._thread = threading.Thread(target=self._run, name="earmark-watching", daemon=True)

    def start(self) -> None:
        """Start watching."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching and join every thread; what was not told is found at the next start."""
        self._inbox.close()
        if self._thread.is_alive():
            self._thread.join()
        sweeps = [root.sweep for root in self._territory.roots() if root.sweep is not None]
        for sweep in sweeps:
            sweep.cancelled.set()
        self._watcher.stop()
        for sweep in sweeps:
            sweep.join(_JOIN_SECONDS)  # a network folder that hangs is left behind

    @property
    def alive(self) -> bool:
        """Whether the thread runs; it ends by itself only if there is a bug in it."""
        return self._thread.is_alive()

    def add(self, root: str, rules: Rules | None = None, identity: Identity | None = None) -> None:
        """Watch a folder, or change its rules; it is compared with the index at once.

        Args:
            root: absolute path.
            rules: what is left alone in it.
            identity: what `Sink.online` told of it last; None if it never did.
        """
        path = os.path.normpath(root)
        self._inbox.post(partial(self._add, path, rules or Rules(), identity))

    def remove(self, root: str) -> None:
        """Watch a folder no more. When this returns, no more is told about it."""
        done = threading.Event()
        self._inbox.post(partial(self._remove, os.path.normpath(root), done))
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            while not done.wait(1.0) and self._thread.is_alive():
                pass

    def rescan(self, path: str) -> None:
        """Compare a watched folder, or a folder in one, with the index now."""
        self._inbox.post(partial(self._rescan, os.path.normpath(path)))

    def absences(self) -> dict[str, Problem]:
        """Why folders are held to be away though something is there, by their paths."""
        absences = {root.path: root.absence for root in self._territory.roots()}
        return {path: absence for path, absence in absences.items() if absence is not None}

    # What follows runs in the coordinator's own thread alone.

    def _run(self) -> None:
        self._mounted = self._mount_table()
        while not self._inbox.closed:
            for task in self._inbox.take(self._patience()):
                self._guarded(task)
            if self._inbox.overflowed():
                self._rescan(None)
            if self._clock.monotonic() >= self._next_pulse:
                self._pulse()
            self._guarded(self._desk.work)
            self._comparisons.begin()
        self._guarded(self._desk.flush)

    def _guarded(self, task: Callable[[], None]) -> None:
        """Do something that tells the sink; if it refuses, look at everything again later."""
        try:
            task()
        except EarmarkError:
            again = self._clock.monotonic() + self._pace.retry_after
            for root in self._territory.roots():
                root.next_full = min(root.next_full, again)

    def _patience(self) -> float:
        """Seconds until something is due."""
        dues = [self._next_pulse, self._desk.next_due(), self._comparisons.next_due()]
        soonest = min(due for due in dues if due is not None)
        return max(0.0, soonest - self._clock.monotonic())

    def _add(self, path: str, rules: Rules, identity: Identity | None) -> None:
        before = self._drop(path)
        if identity is None and before is not None:
            identity = before.identity
        mount = mount_of(path, self._mounted)
        root = Root(path, rules, identity, next_full=self._clock.monotonic())
        root.network, root.keeps_inodes = not mount.sends_events, mount.keeps_inodes
        root.seen = None if root.network else _identify(path)
        self._territory.put(root)

    def _remove(self, path: str, done: threading.Event) -> None:
        self._drop(path)
        done.set()

    def _drop(self, path: str) -> Root | None:
        self._guarded(self._desk.flush)
        root = self._territory.pop(path)
        if root is not None:
            self._watcher.unwatch(path)
            if root.sweep is not None:
                root.sweep.cancelled.set()
        return root

    def _heed(self, hint: Hint) -> None:
        if not hint.root:
            self._rescan(None)
            return
        root = self._territory.get(hint.root)
        ends = (hint.path, hint.new_path) if hint.kind is Kind.MOVED else (hint.path,)
        if root is None or root not in map(self._territory.owner, ends):
            return
        now = self._clock.monotonic()
        root.count_hint(now, self._pace)
        if hint.kind is Kind.DOUBT:
            root.rewatch_at = root.next_full = now
        elif hint.kind is Kind.FOLDER:
            root.doubt(hint.path, now + self._pace.doubt_quiet, self._pace.doubts)
        else:
            self._desk.heed(hint)

    def _rescan(self, folder: str | None) -> None:
        self._territory.rescan(folder, self._clock.monotonic())

    def _pulse(self) -> None:
        """See whether a root or a mount in it came or went, or the machine slept."""
        now = self._clock.monotonic()
        self._next_pulse = now + self._pace.pulse
        slept = self._sleep.slept()
        before, self._mounted = self._mounted, self._mount_table()
        for root in self._territory.roots():
            remounted = before != self._mounted and (
                below(root.path, before) != below(root.path, self._mounted)
            )
            if self._has_changed(root) or remounted:
                self._look_afresh(root, now)
            elif slept:
                root.next_full = now

    def _look_afresh(self, root: Root, now: float) -> None:
        mount = mount_of(root.path, self._mounted)
        root.network, root.keeps_inodes = not mount.sends_events, mount.keeps_inodes
        root.rewatch_at = root.next_full = now

    def _has_changed(self, root: Root) -> bool:
        """Whether a local root came or went, or its events stopped."""
        if root.network:
            return False
        before, root.seen = root.seen, _identify(root.path)
        if root.seen != before:
            return True
        watched = bool(root.online) and not root.polled and root.sweep is None
        return watched and not self._watcher.is_alive(root.path)


def _identify(folder: str) -> Identity | None:
    try:
        return identify(folder)
    except OSError:
        return None
