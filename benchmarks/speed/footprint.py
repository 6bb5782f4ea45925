"""Memory and processor time: at rest, at work, and of a search from a cold shell."""

from __future__ import annotations

import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from benchmarks.speed.running import copy_many, one_shots, running_daemon, times_of

_REST_SECONDS = 30.0
_SETTLE_SECONDS = 25.0
_LOOK_SECONDS = 0.2


def resident(process: psutil.Process) -> int:
    """Resident bytes of a process and its children."""
    total = 0
    for each in (process, *process.children(recursive=True)):
        try:
            total += each.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def processor_seconds(process: psutil.Process) -> float:
    """Processor time that a process has used."""
    times = process.cpu_times()
    return float(times.user + times.system)


@contextmanager
def highest(process: psutil.Process) -> Iterator[list[int]]:
    """The highest resident memory while something runs; read the list afterwards."""
    peak, done = [0], threading.Event()

    def look() -> None:
        while not done.wait(_LOOK_SECONDS):
            peak[0] = max(peak[0], resident(process))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


def search_seconds(query: str, rounds: int = 11) -> float:
    """Median wall time of `earmark search` as a new process."""
    walls = []
    for _ in range(rounds):
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "earmark_daemon.cli", "search", query],
            check=True,
            capture_output=True,
        )
        walls.append(time.perf_counter() - start)
    return statistics.median(walls)


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with running_daemon() as (client, folder, _):
        process = psutil.Process(client.call("status")["pid"])
        with highest(process) as peak:
            closed = copy_many(one_shots(500), count, folder)
            times_of(client, set(closed), ("tagged", "written"))
        print(f"at work on {count:,} files: at most {peak[0] / 1e6:.0f} MB resident")
        print(f"search from a cold shell: {search_seconds('kick') * 1000:.0f} ms")
        time.sleep(_SETTLE_SECONDS)
        before = processor_seconds(process)
        time.sleep(_REST_SECONDS)
        used = processor_seconds(process) - before
        print(f"at rest: {resident(process) / 1e6:.0f} MB resident")
        print(f"at rest: {used * 1000:.0f} ms of processor time in {_REST_SECONDS:.0f} s")


if __name__ == "__main__":
    main()
