"""One comparison of a folder with the index, in a thread of its own.

A slow disk or a network folder that hangs holds up its own sweep and nothing else. A sweep
reports in parcels and decides whether the root is there at all: before it starts, and again
before it calls any file gone.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.watching.facts import Found, Identity, Moved, Stamp, Trouble
from earmark_daemon.watching.ignore import Rules
from earmark_daemon.watching.look import device_beneath, identify, is_bare
from earmark_daemon.watching.ports import Known
from earmark_daemon.watching.problems import OTHER_DISK
from earmark_daemon.watching.reconcile import Change, Gone, reconcile
from earmark_daemon.watching.scan import scan

_PROGRESS_EVERY = 2000


class Outcome(Enum):
    """How a sweep ended."""

    DONE = "all that was found has been reported"
    OFFLINE = "the root is not there"
    FAILED = "the index could not be asked, or the sweep was stopped"


@dataclass(frozen=True, slots=True)
class Presence:
    """What stands where a root should be.

    Attributes:
        identity: the folder there; None if the root is offline.
        problem: why it is held to be offline though something is there.
    """

    identity: Identity | None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A parcel of what a sweep found.

    Attributes:
        changes: differences of disk and index.
        count: sound files seen so far.
        presence: what stands in the root's place.
        outcome: how the sweep ended, None while it goes on.
        problem: why the root's events cannot be relied on.
    """

    changes: tuple[Change, ...]
    count: int
    presence: Presence
    outcome: Outcome | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """What a sweep is to compare.

    Attributes:
        root: the watched folder.
        folder: the folder in it to compare, or the root itself.
        rules: what is left alone.
        identity: which folder the root was when last seen; None if never.
        apart: folders in it that are watched on their own.
        stable_inodes: see `reconcile.same_file`.
        batch: most changes in one parcel.
        prepare: sets up the root's events first; tells why they cannot be relied on.
    """

    root: str
    folder: str
    rules: Rules
    identity: Identity | None
    apart: frozenset[str]
    stable_inodes: bool
    batch: int
    prepare: Callable[[], Problem | None]

    @property
    def whole(self) -> bool:
        """Whether the whole root is compared."""
        return self.folder == self.root


def presence(
    root: str, recorded: Identity | None, known: Callable[[], Iterable[tuple[str, Stamp]]]
) -> Presence:
    """Tell whether a root is there.

    It is offline if it cannot be reached; if it is empty though another folder was known in its
    place, because that is the bare mount point of a disk that is not there; and if another disk
    than before is there on which not one of the known files is found.

    Args:
        root: the watched folder.
        recorded: which folder it was when last seen; None if never.
        known: lists the files that the index knows in it; asked only in doubt.
    """
    try:
        now = identify(root)
        if now == recorded:
            return Presence(now)
        if recorded is None:
            return Presence(now if not is_bare(root) or _may_be_of(now, known()) else None)
        if is_bare(root):
            return Presence(None)
    except OSError:
        return Presence(None)
    if recorded.is_on_same_disk(now):
        return Presence(now)
    if _is_empty(known()) or any(os.path.lexists(path) for path, _ in known()):
        return Presence(now)
    return Presence(None, OTHER_DISK)


def _may_be_of(folder: Identity, known: Iterable[tuple[str, Stamp]]) -> bool:
    """Whether files that are known in a folder were on its disk, or there are none."""
    devices = {stamp.device for _, stamp in known}
    return not devices or folder.device in devices


def _is_empty(known: Iterable[tuple[str, Stamp]]) -> bool:
    return not any(True for _ in known)


class Sweep(threading.Thread):
    """Compares one folder with the index and reports the differences.

    Args:
        task: what to compare.
        known: what the index knows.
        deliver: takes each report; may block.
    """

    def __init__(self, task: Task, known: Known, deliver: Callable[[Sweep, Report], None]) -> None:
        super().__init__(name=f"earmark-sweep {task.folder!a}", daemon=True)
        self.task = task
        self.cancelled = threading.Event()
        self._known = known
        self._deliver = deliver
        self._count = 0
        self._presence = Presence(None)
        self._problem: Problem | None = None
        self._changes: list[Change] = []

    def run(self) -> None:
        """Compare, and report how it ended whatever happens."""
        outcome = Outcome.FAILED
        try:
            outcome = self._compare()
        except EarmarkError:
            outcome = Outcome.FAILED
        finally:
            self._report(outcome)

    def _compare(self) -> Outcome:
        task = self.task
        self._presence = presence(task.root, task.identity, self._known_here)
        if self._presence.identity is None:
            return Outcome.OFFLINE
        self._problem = task.prepare()
        self._report(None)
        changes = reconcile(
            self._counted(scan(task.root, task.rules, start=task.folder, apart=task.apart)),
            self._known_here(),
            beneath=self._beneath,
            stable_inodes=task.stable_inodes,
        )
        for change in changes:
            if self.cancelled.is_set():
                return Outcome.FAILED
            if isinstance(change, Gone | Moved) and not self._still_there():
                return Outcome.OFFLINE
            self._changes.append(change)
            if len(self._changes) >= task.batch:
                self._report(None)
        return Outcome.DONE if self._still_there() else Outcome.OFFLINE

    def _counted(self, scanned: Iterable[Found | Trouble]) -> Iterator[Found | Trouble]:
        for item in scanned:
            if self.cancelled.is_set():
                return
            yield item
            self._count += 1
            if self._count % _PROGRESS_EVERY == 0:
                self._report(None)

    def _known_here(self) -> Iterator[tuple[str, Stamp]]:
        elsewhere = tuple(folder + os.sep for folder in self.task.apart)
        for path, stamp in self._known.stamps(self.task.folder):
            if not path.startswith(elsewhere):
                yield path, stamp

    def _beneath(self, folder: str) -> frozenset[int]:
        """The numbers of the file system beneath a folder; of the root's own its old one too."""
        device, here, before = device_beneath(folder), self._presence.identity, self.task.identity
        numbers = {device} if device is not None else set()
        if here is not None and before is not None and device == here.device:
            numbers.add(before.device)
        return frozenset(numbers)

    def _still_there(self) -> bool:
        try:
            return identify(self.task.root) == self._presence.identity
        except OSError:
            return False

    def _report(self, outcome: Outcome | None) -> None:
        changes, self._changes = tuple(self._changes), []
        here = self._presence
        if outcome is Outcome.OFFLINE and here.identity is not None:
            here = Presence(None)
        self._deliver(self, Report(changes, self._count, here, outcome, self._problem))
