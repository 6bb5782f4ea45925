"""Judges hints and differences one by one and decides what is news; used by one thread alone.

Everything is checked against disk and index at the last moment, so a hint or a sweep that is out
of date does no harm.
"""

from __future__ import annotations

import os

from earmark_daemon.watching.facts import Found, Moved, Stamp, Trouble
from earmark_daemon.watching.hints import Hint, Kind
from earmark_daemon.watching.limbo import Limbo
from earmark_daemon.watching.look import Sight, is_there, look
from earmark_daemon.watching.outbox import Outbox
from earmark_daemon.watching.ports import Outside
from earmark_daemon.watching.reconcile import Change, Gone, same_file
from earmark_daemon.watching.settle import Absent, Crowded, Ready, Refused, Settled, Settler
from earmark_daemon.watching.territory import Territory


class Desk:
    """What waits, what vanished, what is to be told.

    Args:
        outside: what is asked and told, the pace and the clock.
        territory: the watched folders.
    """

    def __init__(self, outside: Outside, territory: Territory) -> None:
        self._known = outside.known
        self._sink = outside.sink
        self._pace = outside.pace
        self._clock = outside.clock
        self._territory = territory
        self._outbox = Outbox(outside.known, outside.sink, outside.pace.batch)
        self._settler = Settler(look, outside.pace)
        self._limbo = Limbo(outside.pace.limbo, outside.pace.limbo_longest)
        self._next_flush = 0.0

    def heed(self, hint: Hint) -> None:
        """Act on an event about a file, or on a folder that vanished."""
        now = self._clock.monotonic()
        if hint.kind is Kind.MOVED:
            self._follow(hint.path, hint.new_path, now)
        elif hint.kind is Kind.VANISHED:
            self._vanish(hint.path, now)
        elif hint.kind is Kind.FOLDER_VANISHED:
            self._vanish_folder(hint.path, now)
        elif hint.kind is not Kind.LOOK:
            self._settler.note(hint.path, now, closed=hint.kind is Kind.CLOSED)
        elif hint.path not in self._settler:
            self._settler.note(hint.path, now, closed=True)

    def weigh(self, change: Change) -> None:
        """Act on a difference that a sweep found."""
        now = self._clock.monotonic()
        if isinstance(change, Found):
            self._weigh_found(change, now)
        elif isinstance(change, Gone):
            self._vanish(change.path, now)
        elif isinstance(change, Moved):
            if not self._move(change):
                self._vanish(change.old, now)
                self._weigh_found(change.found, now)
        elif isinstance(change, Trouble):
            self._sink.trouble(change.path, change.problem)

    def work(self) -> None:
        """Do what is due and tell all news.

        Raises:
            EarmarkError: index or sink refused; some news may not have been told.
        """
        now = self._clock.monotonic()
        for settled in self._settler.due(now):
            self._act(settled)
        for path in self._limbo.due(now, sought=self._territory.is_searched()):
            self._bury(path, now)
        if now >= self._next_flush:
            self.flush()

    def flush(self) -> None:
        """Tell all news that is ready.

        Raises:
            EarmarkError: the sink refused.
        """
        if self._outbox.has_news:
            self._next_flush = self._clock.monotonic() + self._pace.batch_gap
            self._outbox.flush()

    def next_due(self) -> float | None:
        """When `work` has something to do next, monotonic seconds; None if nothing waits."""
        telling = self._next_flush if self._outbox.has_news else None
        burial = self._limbo.next_due(sought=self._territory.is_searched())
        dues = (self._settler.next_due(), burial, telling)
        return min((due for due in dues if due is not None), default=None)

    def _act(self, settled: Settled) -> None:
        if isinstance(settled, Ready):
            self._take(settled.found)
        elif isinstance(settled, Absent):
            self._vanish(settled.path, self._clock.monotonic())
        elif isinstance(settled, Refused) and self._territory.wants(settled.path):
            self._sink.trouble(settled.path, settled.problem)
        elif isinstance(settled, Crowded):
            self._territory.rescan(settled.folder, self._clock.monotonic())

    def _weigh_found(self, found: Found, now: float) -> None:
        """Take a file at once if its own times show that it has been quiet for long."""
        age = self._clock.wall() - found.changed_ns / 1e9
        if age < self._pace.quiet:
            if found.path not in self._settler:
                self._settler.note(found.path, now, stamp=found.stamp)
            return
        seen = look(found.path)
        if seen.problem is not None:
            self._sink.trouble(found.path, seen.problem)
        elif seen.sight is Sight.READY and seen.found is not None:
            self._settler.forget(found.path)
            self._take(seen.found)
        else:
            self._settler.note(found.path, now, stamp=found.stamp)

    def _take(self, found: Found) -> None:
        """Tell of a complete file, unless it is as the index knows it."""
        if not self._territory.wants(found.path):
            return
        self._limbo.release(found.path)
        before = self._outbox.stamp(found.path)
        if before is not None and self._is_same(found, before):
            return
        old = self._limbo.claim(found.stamp) if before is None else None
        if old is not None:
            certain = os.path.basename(old) == os.path.basename(found.path)
            if self._move(Moved(old, found, certain)):
                return
        self._outbox.arrived(found)

    def _is_same(self, found: Found, before: Stamp) -> bool:
        stable = self._territory.keeps_inodes(found.path)
        return same_file(before, found.stamp, stable_inodes=stable)

    def _follow(self, old: str, new: str, now: float) -> None:
        """A rename that the system told of: a known file keeps what is known of it.

        The old name may be one that the file lost long ago, for what a folder that went to another
        watched one holds is told of by its name before, too. Then the file waits as long as any
        that comes from there: until the name that it had last is told to be gone.
        """
        waited = old in self._settler
        self._settler.forget(old)
        seen = look(new)
        if (
            seen.sight is Sight.READY
            and seen.found is not None
            and self._move(Moved(old, seen.found, certain=True))
        ):
            return
        known = self._outbox.stamp(old)
        had_that_name = waited or (seen.found is not None and seen.found.stamp == known)
        self._vanish(old, now)
        self._settler.note(new, now, closed=had_that_name)

    def _move(self, moved: Moved) -> bool:
        """Tell of a move if it still holds: the old path is known and empty, the new unknown."""
        stamp = self._outbox.stamp(moved.old)
        holds = (
            stamp == moved.found.stamp
            and self._territory.wants(moved.found.path)
            and not is_there(moved.old)
            and self._outbox.stamp(moved.found.path) is None
        )
        if holds:
            self._limbo.release(moved.old)
            self._settler.forget(moved.found.path)
            self._outbox.moved(moved)
        return holds

    def _vanish(self, path: str, now: float) -> None:
        self._settler.forget(path)
        stamp = self._outbox.stamp(path)
        if stamp is not None:
            self._limbo.admit(path, stamp, now)

    def _vanish_folder(self, folder: str, now: float) -> None:
        if is_there(folder):
            self._territory.rescan(folder, now)
            return
        self._outbox.flush()
        known: list[tuple[str, Stamp]] = list(self._known.stamps(folder))
        for path, stamp in known:
            self._settler.forget(path)
            self._limbo.admit(path, stamp, now)

    def _bury(self, path: str, now: float) -> None:
        """A vanished file did not turn up: it is gone, unless it is there after all."""
        if self._territory.wants(path) and os.path.isfile(path) and is_there(path):
            self._settler.note(path, now, closed=True)
            return
        stamp = self._outbox.stamp(path)
        if stamp is not None and self._territory.believes_absence(path, stamp, now):
            self._outbox.gone(path)
