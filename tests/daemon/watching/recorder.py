"""An index held in memory: answers what is known, takes what is told, and can be waited for."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.watching.clock import Clock, SystemClock
from earmark_daemon.watching.coordinator import Coordinator
from earmark_daemon.watching.facts import Found, Identity, Moved, Stamp
from earmark_daemon.watching.pace import Pace
from earmark_daemon.watching.ports import Outside

DEADLINE = 60.0
QUICK = Pace(
    quiet=0.1,
    quiet_after_close=0.02,
    reconcile_every=3600.0,
    poll_every=0.1,
    retry_after=0.05,
    doubt_quiet=0.2,
    pulse=0.1,
    limbo=0.8,
)


class Recorder:
    """Stands in for the index: the `Known` and the `Sink` of a coordinator."""

    def __init__(self) -> None:
        self.files: dict[str, Stamp] = {}
        self.identities: dict[str, Identity] = {}
        self.arrivals: list[str] = []
        self.moves: list[Moved] = []
        self.losses: list[str] = []
        self.troubles: dict[str, Problem] = {}
        self.scans: list[tuple[str, int]] = []
        self.calls = 0
        self.refused = 0
        self.refusal: EarmarkError | None = None
        self._changed = threading.Condition()

    def stamps(self, folder: str) -> Iterator[tuple[str, Stamp]]:
        with self._changed:
            items = list(self.files.items())
        prefix = folder.rstrip(os.sep) + os.sep
        return iter([(path, stamp) for path, stamp in items if path.startswith(prefix)])

    def stamp(self, path: str) -> Stamp | None:
        return self.files.get(path)

    def arrived(self, batch: Sequence[Found]) -> None:
        with self._told():
            for found in batch:
                self.files[found.path] = found.stamp
                self.arrivals.append(found.path)

    def moved(self, batch: Sequence[Moved]) -> None:
        with self._told():
            for moved in batch:
                assert moved.found.path not in self.files
                del self.files[moved.old]
                self.files[moved.found.path] = moved.found.stamp
                self.moves.append(moved)

    def gone(self, batch: Sequence[str]) -> None:
        with self._told():
            for path in batch:
                del self.files[path]
                self.losses.append(path)

    def offline(self, root: str) -> None:
        with self._told():
            self.identities.pop(root, None)

    def online(self, root: str, identity: Identity) -> None:
        with self._told():
            self.identities[root] = identity

    def trouble(self, path: str, problem: Problem) -> None:
        with self._told():
            self.troubles[path] = problem

    def scanning(self, root: str, count: int) -> None:
        with self._told():
            pass

    def scanned(self, root: str, count: int) -> None:
        with self._told():
            self.scans.append((root, count))

    @contextmanager
    def _told(self) -> Iterator[None]:
        with self._changed:
            if self.refusal is not None:
                self.refused += 1
                self._changed.notify_all()
                raise self.refusal
            self.calls += 1
            yield
            self._changed.notify_all()

    def wait(self, condition: Callable[[], object]) -> None:
        """Wait until the condition holds; it is tried after each call."""
        with self._changed:
            held = self._changed.wait_for(condition, DEADLINE)
        assert held, f"waited in vain; known: {sorted(self.files)[:20]}, {self.troubles}"

    def wait_for_disk(self, *roots: Path) -> None:
        """Wait until exactly the sounds on the disk are known, each with its present stamp."""
        deadline = time.monotonic() + DEADLINE
        while time.monotonic() < deadline:
            with self._changed:
                if self.files == on_disk(*roots):
                    return
                self._changed.wait(0.05)
        assert self.files == on_disk(*roots)


def on_disk(*roots: Path) -> dict[str, Stamp]:
    """Every ``.wav`` file below some folders, found by other means than those under test."""
    stamps = {}
    for root in roots:
        for folder, _, names in os.walk(root):
            for path in (os.path.join(folder, name) for name in names if name.endswith(".wav")):
                status = os.stat(path)
                stamp = (status.st_size, status.st_mtime_ns, status.st_ino, status.st_dev)
                stamps[path] = Stamp(*stamp)
    return stamps


@contextmanager
def watching(
    recorder: Recorder,
    *roots: Path,
    pace: Pace = QUICK,
    clock: Clock | None = None,
    **parts: Any,
) -> Iterator[Coordinator]:
    """A running coordinator whose roots have been compared once."""
    outside = Outside(recorder, recorder, pace, clock or SystemClock())
    coordinator = Coordinator(outside, **parts)
    coordinator.start()
    try:
        for root in roots:
            coordinator.add(str(root), identity=recorder.identities.get(str(root)))
        before = len(recorder.scans)
        recorder.wait(lambda: len(recorder.scans) >= before + len(roots))
        yield coordinator
    finally:
        coordinator.stop()


def sound(path: Path, content: bytes = b"RIFF") -> Path:
    """Write a file, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
