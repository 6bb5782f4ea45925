"""The watched folders and what is next to do for each of them; nothing here looks at a disk."""

from __future__ import annotations

from dataclasses import dataclass, field

from earmark_daemon.errors import Problem
from earmark_daemon.watching.facts import Identity
from earmark_daemon.watching.ignore import Rules
from earmark_daemon.watching.pace import Pace
from earmark_daemon.watching.sweep import Sweep

NEVER = float("inf")


@dataclass(slots=True, eq=False)
class Root:
    """One watched folder and its agenda; times are monotonic seconds.

    Attributes:
        path: absolute path, without a slash at the end.
        rules: what is left alone in it.
        identity: which folder it was when last seen; None if never.
        next_full: when it is compared as a whole next.
        absence: why it is held to be offline though something is there.
        seen: what stood in its place at the last pulse.
        problem: why its events cannot be relied on.
        doubts: folders in it that are to be compared, and when.
        rewatch_at: when its events have to be set up afresh.
        after_burst: when it is compared because very many events came.
        sweep: the comparison that is under way.
    """

    path: str
    rules: Rules
    identity: Identity | None
    next_full: float
    online: bool | None = None
    absence: Problem | None = None
    seen: Identity | None = None
    network: bool = False
    keeps_inodes: bool = True
    rewatch_at: float = 0.0
    problem: Problem | None = None
    doubts: dict[str, float] = field(default_factory=dict)
    after_burst: float = NEVER
    burst: int = 0
    burst_first: float = 0.0
    burst_last: float = 0.0
    sweep: Sweep | None = None

    @property
    def polled(self) -> bool:
        """Whether events cannot be relied on at all."""
        return self.network or self.problem is not None

    def doubt(self, folder: str, due: float, most: int) -> None:
        """A folder in it is to be compared; many such folders make it the whole root."""
        if folder == self.path or len(self.doubts) >= most:
            self.next_full = min(self.next_full, due)
            self.doubts.clear()
        else:
            self.doubts[folder] = due

    def count_hint(self, now: float, pace: Pace) -> None:
        """Count an event; where very many come some may have been lost, so compare after it."""
        if now - self.burst_last > pace.doubt_quiet:
            self.burst, self.burst_first = 0, now
        self.burst_last = now
        self.burst += 1
        if self.burst >= pace.burst:
            self.after_burst = max(
                now, min(now + pace.doubt_quiet, self.burst_first + 10 * pace.doubt_quiet)
            )

    def next_due(self) -> float:
        """When its next comparison is to start."""
        return min(self.next_full, self.after_burst, *self.doubts.values())

    def is_searched(self) -> bool:
        """Whether it is being compared, or a hint calls for that; network folders may hang."""
        called = bool(self.doubts) or self.after_burst != NEVER
        return not self.network and (self.sweep is not None or called)

    def take_due(self, now: float) -> str | None:
        """The folder to compare now, if there is one; a whole comparison settles all doubts."""
        if min(self.next_full, self.after_burst) <= now:
            self.doubts.clear()
            self.next_full = self.after_burst = NEVER
            self.burst, self.burst_first = 0, now
            return self.path
        for folder, due in self.doubts.items():
            if due <= now:
                del self.doubts[folder]
                return folder
        return None
