"""Comparisons with the disk: begun when they are due, told as they come in, and planned anew.

Each runs in a thread of its own (`sweep.py`); all else here runs in the coordinator's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from earmark_daemon.errors import Problem
from earmark_daemon.watching.desk import Desk
from earmark_daemon.watching.ignore import Rules
from earmark_daemon.watching.ports import Outside
from earmark_daemon.watching.roots import NEVER, Root
from earmark_daemon.watching.sweep import Outcome, Report, Sweep, Task
from earmark_daemon.watching.territory import Territory


class Comparisons:
    """Compares folders with the index, and tells what that says of them.

    Args:
        outside: what is asked and told, the pace and the clock.
        territory: the watched folders.
        desk: weighs the changes that are found.
        watch: has a folder's events come in, before it is compared; gives what is wrong.
        deliver: has the coordinator's thread call a function.
    """

    def __init__(
        self,
        outside: Outside,
        territory: Territory,
        desk: Desk,
        watch: Callable[[str, Rules], Problem | None],
        deliver: Callable[[Callable[[], None]], None],
    ) -> None:
        self._known = outside.known
        self._sink = outside.sink
        self._pace = outside.pace
        self._clock = outside.clock
        self._territory = territory
        self._desk = desk
        self._watch = watch
        self._hand_over = deliver

    def next_due(self) -> float | None:
        """When the next one that may begin is due; None where there is none."""
        dues = (root.next_due() for root in self._territory.roots() if self._may_sweep(root))
        return min(dues, default=None)

    def begin(self) -> None:
        """Begin what is due and may begin."""
        now = self._clock.monotonic()
        for root in self._territory.roots():
            folder = root.take_due(now) if self._may_sweep(root) else None
            if folder is not None:
                root.sweep = Sweep(self._task(root, folder, now), self._known, self._deliver)
                root.sweep.start()

    def _task(self, root: Root, folder: str, now: float) -> Task:
        def prepare() -> Problem | None:
            return self._watch(root.path, root.rules) if rewatch else root.problem

        rewatch = folder == root.path and root.rewatch_at <= now and not root.network
        if rewatch:
            root.rewatch_at = NEVER
        return Task(
            root.path,
            folder,
            root.rules,
            root.identity,
            self._territory.apart(root),
            root.keeps_inodes,
            self._pace.batch,
            prepare,
        )

    def _deliver(self, sweep: Sweep, report: Report) -> None:
        self._hand_over(partial(self._unpack, sweep, report))

    def _unpack(self, sweep: Sweep, report: Report) -> None:
        root = self._territory.get(sweep.task.root)
        if root is None or root.sweep is not sweep:
            return
        if report.outcome is not None:
            root.sweep = None
            self._plan(root, report.outcome, whole=sweep.task.whole)
        self._note_presence(root, report)
        for change in report.changes:
            self._desk.weigh(change)
        self._desk.flush()
        if sweep.task.whole and report.outcome is Outcome.DONE:
            self._sink.scanned(root.path, report.count)
        elif sweep.task.whole and report.outcome is None:
            self._sink.scanning(root.path, report.count)

    def _plan(self, root: Root, outcome: Outcome, *, whole: bool) -> None:
        """Put the next comparison on the agenda."""
        now = self._clock.monotonic()
        if outcome is Outcome.FAILED:
            root.next_full = min(root.next_full, now + self._pace.retry_after)
        elif whole:
            wait = self._pace.poll_every if root.polled else self._pace.reconcile_every
            root.next_full = min(root.next_full, now + wait)
        if outcome is not Outcome.DONE and root.rewatch_at == NEVER:
            root.rewatch_at = now

    def _note_presence(self, root: Root, report: Report) -> None:
        """Tell when a root comes or goes, or its events cannot be relied on any more."""
        identity = report.presence.identity
        if identity is None:
            if report.outcome is Outcome.OFFLINE:
                self._note_absence(root, report.presence.problem)
            return
        if not root.online or root.identity != identity:
            self._sink.online(root.path, identity)
            root.online, root.identity, root.absence = True, identity, None
        if report.problem != root.problem:
            self._note_problem(root, report.problem)

    def _note_absence(self, root: Root, problem: Problem | None) -> None:
        if root.online is not False:
            self._sink.offline(root.path)
            root.online = False
        if problem is not None and problem != root.absence:
            self._sink.trouble(root.path, problem)
        root.absence = problem

    def _note_problem(self, root: Root, problem: Problem | None) -> None:
        root.problem = problem
        if problem is None:
            return
        now = self._clock.monotonic()
        root.rewatch_at = now + self._pace.reconcile_every
        root.next_full = min(root.next_full, now + self._pace.poll_every)
        self._sink.trouble(root.path, problem)

    def _may_sweep(self, root: Root) -> bool:
        """One local disk is compared at a time; network folders never wait for another."""
        if root.sweep is not None:
            return False
        others = self._territory.roots()
        return root.network or all(o.sweep is None or o.network for o in others)
