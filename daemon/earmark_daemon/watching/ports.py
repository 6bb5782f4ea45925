"""What the watching room is given from outside.

`Known` is asked, `Sink` is told. Both may raise `EarmarkError` (the disk is full, the index is
locked): nothing is lost then, the coordinator looks at the folder again a little later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from earmark_daemon.errors import Problem
from earmark_daemon.watching.clock import Clock, SystemClock
from earmark_daemon.watching.facts import Found, Identity, Moved, Stamp
from earmark_daemon.watching.pace import Pace


class Known(Protocol):
    """What the index remembers. Asked from several threads at once."""

    def stamps(self, folder: str) -> Iterable[tuple[str, Stamp]]:
        """Every known file below `folder`, a root or any folder in one, in any order."""

    def stamp(self, path: str) -> Stamp | None:
        """The stamp under which one file was last taken in, None if it is not known."""


class Sink(Protocol):
    """Where news goes. Always called from the coordinator's own thread, in order.

    What was told must be answered by `Known` as soon as the call returns.
    """

    def arrived(self, batch: Sequence[Found]) -> None:
        """These files are new or have new content, are complete and open for reading."""

    def moved(self, batch: Sequence[Moved]) -> None:
        """These known files have a new path."""

    def gone(self, batch: Sequence[str]) -> None:
        """These known files are no longer on the disk, and their disk is there."""

    def offline(self, root: str) -> None:
        """A root cannot be reached (unmounted, unplugged, renamed); its files stay known."""

    def online(self, root: str, identity: Identity) -> None:
        """A root is there. Remember its identity and pass it to `Coordinator.add` next time."""

    def trouble(self, path: str, problem: Problem) -> None:
        """One file or folder could not be looked at, or a root cannot be watched fully."""

    def scanning(self, root: str, count: int) -> None:
        """A scan of `root` is under way and has seen `count` sound files so far."""

    def scanned(self, root: str, count: int) -> None:
        """A scan of the whole of `root` is over; what it found has been told or still settles."""


@dataclass(frozen=True)
class Outside:
    """All that the parts of the watching room share.

    Attributes:
        known: what the index knows.
        sink: where news goes, called from one thread.
        pace: waits and limits.
        clock: tells time.
    """

    known: Known
    sink: Sink
    pace: Pace = field(default_factory=Pace)
    clock: Clock = field(default_factory=SystemClock)
