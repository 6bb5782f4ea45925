"""How the index grows with sounds that come, are written and go, before and after it forgets.

python -m benchmarks.speed.growth 1000 3

So many one-shots, each with a little noise of its own, are put into the folder of a real daemon,
and deleted once they carry their tags; so often. Then, while the daemon pauses, the index forgets
as it would 90 days later, and as many come once more.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import soundfile

from benchmarks.speed.running import one_shots, running_daemon, times_of
from earmark_daemon.api import Client
from earmark_daemon.service.forgetting import AT_ONCE
from earmark_db.forgetting import KEPT_SECONDS
from earmark_db.index import Index

_PARTS = {
    "spectrograms": ("spectrograms",),
    "verdicts and embeddings": ("verdicts",),
    "journal": ("journal",),
    "names and facts": ("files", "contents"),
    "tags": ("tags",),
}


def bounce(count: int, folder: Path, noise: np.random.Generator) -> set[str]:
    """One-shots that are like no other by their bytes; returns their paths."""
    paths, sources = set(), one_shots(200)
    for number in range(count):
        audio, rate = soundfile.read(sources[number % len(sources)])
        path = folder / f"bounce {noise.integers(1 << 40):x}.wav"
        soundfile.write(path, np.clip(audio + noise.normal(0.0, 1e-4, audio.shape), -1, 1), rate)
        paths.add(str(path))
    return paths


def come_and_go(client: Client, count: int, folder: Path, noise: np.random.Generator) -> None:
    """Sounds come, are written, and are deleted."""
    paths = bounce(count, folder, noise)
    times_of(client, paths, ("written",))
    for path in paths:
        Path(path).unlink()
    until(lambda: not client.call("status")["files"]["heard"])


def until(holds: Callable[[], bool]) -> None:
    """Wait for it."""
    while not holds():
        time.sleep(0.1)


def forget(path: Path) -> None:
    """Have the index forget as it would 90 days from now; print the longest transaction."""
    longest = 0.0
    with closing(Index.for_writing(path)) as index:
        for now in (time.time(), time.time() + KEPT_SECONDS + 1):
            after: int | None = 0
            while after is not None:
                began = time.perf_counter()
                after = index.forgetting.some(after, AT_ONCE, now)
                longest = max(longest, time.perf_counter() - began)
    print(f"longest transaction {1000 * longest:.0f} ms")


def print_sizes(path: Path, words: str, sounds: int) -> None:
    """Bytes of the index, of them free, and of its parts for each sound."""
    with closing(sqlite3.connect(path)) as index:
        size, free, page = (
            index.execute(f"pragma {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        by_table = dict(
            index.execute(
                "select tbl_name, sum(pgsize) from dbstat join sqlite_master using (name)"
                " group by tbl_name"
            )
        )
    print(f"{words}: {size * page / 1e6:.1f} MB, of which {free * page / 1e6:.1f} MB are free")
    for part, tables in _PARTS.items():
        print(
            f"  {part:<24} {sum(by_table[table] for table in tables) / sounds:6.0f} bytes a sound"
        )


def main() -> None:
    """Print the figures."""
    count, rounds = int(sys.argv[1]), int(sys.argv[2])
    noise = np.random.default_rng(1)
    with running_daemon() as (client, folder, where):
        for number in range(1, rounds + 1):
            come_and_go(client, count, folder, noise)
            print_sizes(where.index, f"after {number * count} sounds", number * count)
        client.call("pause")
        forget(where.index)
        print_sizes(where.index, "once forgotten", rounds * count)
        client.call("resume")
        come_and_go(client, count, folder, noise)
        print_sizes(where.index, f"after {count} more", (rounds + 1) * count)


if __name__ == "__main__":
    main()
