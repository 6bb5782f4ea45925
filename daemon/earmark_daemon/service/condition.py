"""How the daemon is: at work or at rest, paused, in trouble, or about to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import StrEnum

from earmark_daemon import index_faults
from earmark_daemon.errors import Problem
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.stages.stage import BUG
from earmark_daemon.service.stages.stages import Stages
from earmark_daemon.service.stages.undoing import Undoing
from earmark_db.errors import IndexFault
from earmark_db.index import Index


class State(StrEnum):
    """What the daemon is doing, at a glance."""

    IDLE = "idle"
    WORKING = "working"
    PAUSED = "paused"
    TROUBLE = "trouble"


class Condition:
    """Knows how the daemon is, and tells of changes.

    Attributes:
        watching: whether it watches folders and stays, rather than do only what a command asks for.
    """

    def __init__(
        self,
        index: Index,
        feed: Feed,
        stages: Stages,
        undoing: Undoing,
        updated: Callable[[], Problem | None],
        *,
        watching: bool,
    ) -> None:
        """Prepare.

        Args:
            index: it is trouble where that is not in its place.
            feed: who is told.
            stages: what works, and can be paused.
            undoing: what works beside them.
            updated: what to say once another version was installed, for then none of them works.
            watching: see above.
        """
        self.watching = watching
        self._index = index
        self._feed = feed
        self._stages = stages
        self._undoing = undoing
        self._updated = updated
        self._trouble: Problem | None = None
        self._told: Problem | None = None
        self._paused = False
        self._stop = threading.Event()

    @property
    def stopping(self) -> bool:
        """Whether the daemon is to be closed soon."""
        return self._stop.is_set()

    @property
    def trouble(self) -> Problem | None:
        """What keeps the daemon from its work, if anything does."""
        try:
            self._index.check_place()
        except IndexFault as fault:
            return index_faults.problem_of(fault)
        return self._trouble or self._updated()

    @property
    def state(self) -> State:
        """What the daemon is doing."""
        if self.trouble:
            return State.TROUBLE
        if self._paused:
            return State.PAUSED
        return State.WORKING if self._undoing.busy or self._stages.busy else State.IDLE

    def ask_to_stop(self) -> None:
        """Have whoever runs the daemon close it soon."""
        self._stop.set()
        self._feed.tell("stopping")

    def pause(self, paused: bool) -> None:
        """Take no new work, or go on."""
        self._paused = paused
        self._stages.pause(paused)
        self.tell()

    def set_trouble(self, problem: Problem | None) -> None:
        """Something keeps the daemon from its work, or nothing does any more; a bug ends it."""
        self._trouble = problem
        if problem and problem.code == BUG:
            self._stop.set()
        self._tell_trouble()

    def look(self) -> None:
        """Tell once when the index goes, or Earmark is updated, and when that is over."""
        if self.trouble != self._told:
            self._tell_trouble()

    def tell(self) -> None:
        """Tell what the daemon is doing."""
        self._feed.tell("state", state=self.state.value)

    def _tell_trouble(self) -> None:
        problem = self._told = self.trouble
        self._feed.tell("state", state=self.state.value, reason=str(problem) if problem else None)
