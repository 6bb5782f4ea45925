"""How long a scan of a big tree takes, and how soon files that land are told.

Usage: python benchmarks/watch_scan.py [--files 200000] [--burst 20000] [--single 50]
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from earmark_daemon.errors import Problem
from earmark_daemon.watching.coordinator import Coordinator
from earmark_daemon.watching.facts import Found, Identity, Moved, Stamp
from earmark_daemon.watching.ignore import Rules
from earmark_daemon.watching.ports import Outside
from earmark_daemon.watching.reconcile import reconcile
from earmark_daemon.watching.scan import scan

_REST_SECONDS = 10.0


class Memory:
    """An index that only remembers, and says when it has heard of enough files."""

    def __init__(self) -> None:
        self.files: dict[str, Stamp] = {}
        self.times: dict[str, float] = {}
        self.calls = 0
        self.changed = threading.Condition()

    def stamps(self, folder: str) -> list[tuple[str, Stamp]]:
        return [item for item in list(self.files.items()) if item[0].startswith(folder + os.sep)]

    def stamp(self, path: str) -> Stamp | None:
        return self.files.get(path)

    def arrived(self, batch: Sequence[Found]) -> None:
        with self.changed:
            self.calls += 1
            now = time.perf_counter()
            for found in batch:
                self.files[found.path] = found.stamp
                self.times.setdefault(found.path, now)
            self.changed.notify_all()

    def moved(self, batch: Sequence[Moved]) -> None:
        raise AssertionError(batch)

    def gone(self, batch: Sequence[str]) -> None:
        raise AssertionError(batch)

    def offline(self, root: str) -> None:
        raise AssertionError(root)

    def online(self, root: str, identity: Identity) -> None:
        pass

    def trouble(self, path: str, problem: Problem) -> None:
        print(f"trouble with {path!a}: {problem}")

    def scanning(self, root: str, count: int) -> None:
        pass

    def scanned(self, root: str, count: int) -> None:
        with self.changed:
            self.changed.notify_all()

    def wait(self, count: int) -> None:
        with self.changed:
            if not self.changed.wait_for(lambda: len(self.files) >= count, 300):
                print(f"only {len(self.files)} of {count} files were told")


def fill(root: Path, files: int, per_folder: int = 1000) -> float:
    """Make many small files; returns the seconds it took."""
    start = time.perf_counter()
    for number in range(files):
        folder = root / f"pack {number // per_folder}"
        if number % per_folder == 0:
            folder.mkdir(parents=True)
        (folder / f"{number}.wav").write_bytes(b"RIFF")
    return time.perf_counter() - start


def measure_scan(root: Path, files: int) -> None:
    fill(root, files)
    for attempt in range(3):
        start = time.perf_counter()
        count = sum(1 for _ in scan(str(root), Rules()))
        print(f"scan {attempt + 1}: {count} files in {time.perf_counter() - start:.2f} s")
    known = [(found.path, found.stamp) for found in scan(str(root), Rules())]  # type: ignore[union-attr]
    start = time.perf_counter()
    beneath = frozenset([os.stat(root).st_dev])
    compared = reconcile(scan(str(root), Rules()), known, beneath=lambda folder: beneath)
    changes = sum(1 for _ in compared)
    print(f"scan and compare: {changes} changes in {time.perf_counter() - start:.2f} s")


@contextmanager
def watching(root: Path) -> Iterator[Memory]:
    """What a coordinator that watches this folder tells."""
    memory = Memory()
    coordinator = Coordinator(Outside(memory, memory))
    coordinator.start()
    coordinator.add(str(root))
    yield memory
    coordinator.stop()


def measure_first(root: Path, files: int) -> None:
    """The first comparison of a big tree with an empty index."""
    start = time.perf_counter()
    with watching(root) as memory:
        memory.wait(files)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"first comparison: {files} files told in {time.perf_counter() - start:.2f} s, "
            f"in {memory.calls} calls, peak {peak:.0f} MB with all stamps held here"
        )


def measure_burst(root: Path, files: int) -> None:
    root.mkdir()
    with watching(root) as memory:
        writing = fill(root, files)
        start = time.perf_counter()
        memory.wait(files)
        waited = time.perf_counter() - start
        print(
            f"burst: {files} files written in {writing:.2f} s, all told {waited:.2f} s after the "
            f"last one, in {memory.calls} calls"
        )


def measure_single(root: Path, files: int) -> None:
    root.mkdir()
    with watching(root) as memory:
        memory.wait(0)
        closed = {}
        for number in range(files):
            path = root / f"{number}.wav"
            path.write_bytes(b"RIFF")
            closed[str(path)] = time.perf_counter()
            memory.wait(number + 1)
        delays = sorted(memory.times[path] - moment for path, moment in closed.items())
        cpu = time.process_time()
        time.sleep(_REST_SECONDS)
        rest = (time.process_time() - cpu) / _REST_SECONDS
        print(
            f"one file at a time, closed to told: median {statistics.median(delays) * 1000:.0f} ms,"
            f" 95th percentile {delays[int(len(delays) * 0.95)] * 1000:.0f} ms; "
            f"at rest {rest * 100:.2f} % of one core"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200_000)
    parser.add_argument("--burst", type=int, default=20_000)
    parser.add_argument("--single", type=int, default=50)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure_single(Path(folder) / "single", arguments.single)
        measure_burst(Path(folder) / "burst", arguments.burst)
        measure_scan(Path(folder) / "scan", arguments.files)
        measure_first(Path(folder) / "scan", arguments.files)


if __name__ == "__main__":
    main()
