"""From a file being closed to searchable, and to tags in the file: 1, 100 and 10,000 files."""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

from benchmarks.speed.running import copy_many, one_shots, running_daemon, times_of


def percentile(values: list[float], share: float) -> float:
    """The value that ``share`` of all do not exceed."""
    return sorted(values)[min(len(values) - 1, round(share * (len(values) - 1)))]


def measure(count: int, sources: list[Path]) -> None:
    """Print one row of the table."""
    with running_daemon() as (client, folder, _):
        closed = copy_many(sources, count, folder)
        seen = times_of(client, set(closed), ("tagged", "written"))
    for kind, word in (("tagged", "searchable"), ("written", "in the file")):
        waits = [at - closed[path] for path, at in seen[kind].items()]
        print(
            f"{count:>7,} files  {word:<12} median {statistics.median(waits):7.2f} s"
            f"   95th percentile {percentile(waits, 0.95):7.2f} s   last {max(waits):7.2f} s"
        )


def main() -> None:
    """Measure for the numbers of files given, or the usual ones."""
    counts = [int(word) for word in sys.argv[1:]] or [1, 100, 10_000]
    sources = one_shots(500)
    for count in counts:
        measure(count, sources)


if __name__ == "__main__":
    main()
