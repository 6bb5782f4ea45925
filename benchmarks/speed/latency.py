"""From a file being closed, and from settled, to searchable and to tags in the file.

For 1, 100 and 10,000 files. A file counts as settled from the first news of arrivals after it was
closed: it may have settled later, never sooner, so the waits are upper bounds.
"""

from __future__ import annotations

import bisect
import statistics
import sys
from pathlib import Path

from benchmarks.speed.running import copy_many, one_shots, running_daemon, times_of


def percentile(values: list[float], share: float) -> float:
    """The value that ``share`` of all do not exceed."""
    return sorted(values)[min(len(values) - 1, round(share * (len(values) - 1)))]


def measure(count: int, sources: list[Path]) -> None:
    """Print the rows of the table for this number of files."""
    with running_daemon() as (client, folder, _):
        closed = copy_many(sources, count, folder)
        seen = times_of(client, set(closed), ("tagged", "written"))
        news = client.call("changes", since=0, seconds=0.0)["events"]
    arrivals = sorted(event["at"] for event in news if event["kind"] == "arrived")
    for kind, word in (("tagged", "searchable"), ("written", "in the file")):
        _print(count, word, "closed", [at - closed[path] for path, at in seen[kind].items()])
        settled = {path: bisect.bisect(arrivals, at) for path, at in closed.items()}
        if all(place < len(arrivals) for place in settled.values()):
            _print(count, word, "settled", [
                at - arrivals[settled[path]] for path, at in seen[kind].items()
            ])  # fmt: skip


def _print(count: int, word: str, since: str, waits: list[float]) -> None:
    print(
        f"{count:>7,} files  {since:>7} to {word:<12} median {statistics.median(waits):7.2f} s"
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
