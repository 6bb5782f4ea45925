"""Waits until files have stopped changing; pure but for the look it is given, and bounded.

Every hint starts or renews a wait. When it is over the file is looked at: if it has been quiet
long enough and nobody writes to it, it is ready; if it still grows, the next look comes later and
later. A folder with more waiting files than the limit is no longer followed file by file: it is
handed back to be scanned once it is quiet, which costs the same for a thousand files or a million.
"""

from __future__ import annotations

import heapq
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from earmark_daemon.errors import Problem
from earmark_daemon.watching.facts import Found, Stamp
from earmark_daemon.watching.look import Look, Sight
from earmark_daemon.watching.pace import Pace
from earmark_daemon.watching.problems import IN_USE


@dataclass(frozen=True, slots=True)
class Ready:
    """A file that is complete."""

    found: Found


@dataclass(frozen=True, slots=True)
class Absent:
    """A path that was hinted at and where there is no file."""

    path: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that cannot be taken in for now; it is followed on only if it is merely in use."""

    path: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Crowded:
    """A folder with too many waiting files: scan it. None means scan everything."""

    folder: str | None


Settled = Ready | Absent | Refused | Crowded


@dataclass(slots=True)
class _Waiting:
    first: float
    since: float
    quiet: float
    stamp: Stamp | None = None
    closed: bool = False
    due: float = -1.0
    delays: int = 0
    complained: bool = False


class Settler:
    """Files and folders that wait for quiet.

    Args:
        look: looks at a path.
        pace: the waits and limits.
    """

    def __init__(self, look: Callable[[str], Look], pace: Pace) -> None:
        self._look = look
        self._pace = pace
        self._waiting: dict[str, _Waiting] = {}
        self._crowded: dict[str, _Waiting] = {}
        self._count: Counter[str] = Counter()
        self._heap: list[tuple[float, str]] = []
        self._overwhelmed = False

    def __contains__(self, path: str) -> bool:
        return path in self._waiting

    def note(
        self, path: str, now: float, *, closed: bool = False, stamp: Stamp | None = None
    ) -> None:
        """Something happened to a file.

        Args:
            path: the file.
            now: monotonic seconds.
            closed: a writer has closed it, or it came in by a rename: it needs less quiet.
            stamp: what a scan saw just now; such files are always followed one by one.
        """
        folder = os.path.dirname(path)
        if path not in self._waiting and not self._has_room(folder, now, counted=stamp is None):
            return
        waiting = self._waiting.get(path)
        if waiting is None:
            waiting = self._waiting[path] = _Waiting(now, now, 0.0)
            self._count[folder] += 1
        waiting.quiet = self._pace.quiet_after_close if closed else self._pace.quiet
        waiting.since, waiting.stamp, waiting.closed, waiting.delays = now, stamp, closed, 0
        wait = waiting.quiet if closed or stamp is not None else waiting.quiet / 2
        self._schedule(path, waiting, now + wait)

    def forget(self, path: str) -> None:
        """A file is no longer of interest."""
        if self._waiting.pop(path, None) is None:
            return
        folder = os.path.dirname(path)
        self._count[folder] -= 1
        if not self._count[folder]:
            del self._count[folder]

    def next_due(self) -> float | None:
        """When `due` has something to do next, in monotonic seconds; None if nothing waits."""
        if self._overwhelmed:
            return 0.0
        while self._heap and not self._is_current(*self._heap[0]):
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def due(self, now: float) -> list[Settled]:
        """Look at all whose wait is over, and return what is settled.

        Args:
            now: monotonic seconds.
        """
        settled: list[Settled] = []
        if self._overwhelmed:
            self._overwhelmed = False
            settled.append(Crowded(None))
        while (moment := self.next_due()) is not None and moment <= now:
            path = heapq.heappop(self._heap)[1]
            if path in self._crowded:
                del self._crowded[path]
                settled.append(Crowded(path))
            else:
                settled += self._examine(path, self._waiting[path], now)
        return settled

    def _examine(self, path: str, waiting: _Waiting, now: float) -> list[Settled]:
        seen = self._look(path)
        if seen.sight is Sight.ABSENT:
            self.forget(path)
            return [Absent(path)]
        if seen.found is None or seen.sight is Sight.REFUSED:
            self.forget(path)
            return [Refused(path, seen.problem)] if seen.problem else []
        quiet = self._is_quiet(waiting, seen.found.stamp, now)
        if quiet and seen.sight is Sight.READY:
            self.forget(path)
            return [Ready(seen.found)]
        waiting.delays += seen.sight is Sight.BUSY
        return self._wait_on(path, waiting, now)

    def _is_quiet(self, waiting: _Waiting, stamp: Stamp, now: float) -> bool:
        """Whether the file stayed as it is for long enough, as far as the looks at it tell."""
        if waiting.stamp is not None and waiting.stamp != stamp:
            waiting.since = now
            waiting.delays += 1
        first_look = waiting.stamp is None and not waiting.closed
        waiting.stamp = stamp
        return not first_look and now >= waiting.since + waiting.quiet

    def _wait_on(self, path: str, waiting: _Waiting, now: float) -> list[Settled]:
        pause = min(waiting.quiet / 2 * 2.0 ** min(waiting.delays, 16), self._pace.busy_longest)
        self._schedule(path, waiting, max(waiting.since + waiting.quiet, now + pause))
        if waiting.complained or now - waiting.first < self._pace.in_use_complaint:
            return []
        waiting.complained = True
        return [Refused(path, IN_USE)]

    def _has_room(self, folder: str, now: float, *, counted: bool) -> bool:
        """Whether one more file of a folder may wait; if not, its folder does."""
        if not counted:
            return True
        if folder in self._crowded:
            self._postpone(folder, now)
            return False
        if self._count[folder] < self._pace.pending_per_folder:
            return True
        if len(self._crowded) >= self._pace.pending_folders:
            self._crowded.clear()
            self._overwhelmed = True
            return False
        self._crowded[folder] = _Waiting(now, now, self._pace.quiet)
        self._postpone(folder, now)
        return False

    def _postpone(self, folder: str, now: float) -> None:
        """Scan a crowded folder when it is quiet, but do not wait for that for ever."""
        waiting = self._crowded[folder]
        latest = waiting.first + 4 * self._pace.quiet
        self._schedule(folder, waiting, min(now + waiting.quiet, latest))

    def _schedule(self, path: str, waiting: _Waiting, due: float) -> None:
        if due != waiting.due:
            waiting.due = due
            heapq.heappush(self._heap, (due, path))

    def _is_current(self, due: float, path: str) -> bool:
        waiting = self._waiting.get(path) or self._crowded.get(path)
        return waiting is not None and waiting.due == due
