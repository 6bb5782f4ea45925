"""Seconds until the nearest sounds, or the map, are found in a made-up library of any size.

python -m benchmarks.speed.similar 300000
"""

from __future__ import annotations

import statistics
import sys
import time

import psutil

from benchmarks.speed.footprint import resident
from benchmarks.speed.library import fill, heard_sounds, untagged
from benchmarks.speed.running import one_shots, own_home, started
from earmark_daemon.api import Client
from earmark_daemon.places import places

_ROUNDS = 15


def seconds_for(client: Client, path: str) -> float:
    """How long one request takes."""
    began = time.perf_counter()
    hits = client.call("similar", path=path, limit=20)["hits"]
    assert len(hits) == 20
    return time.perf_counter() - began


def print_figures(client: Client, count: int) -> None:
    """Ask for sounds that are known and unknown, and for the map."""
    known = [f"/library/Deep Pack {n // 200}/sound {n}.wav" for n in range(0, count, count // 20)]
    strangers = [str(path) for path in one_shots(_ROUNDS, seed=5)]
    print(f"{count:,} sounds; the first time, the copy is made: ", end="", flush=True)
    print(f"{seconds_for(client, known[0]):.2f} s")
    process = psutil.Process(client.call("status")["pid"])
    for what, paths in (("known", known[1 : 1 + _ROUNDS]), ("unknown", strangers)):
        taken = sorted(seconds_for(client, path) for path in paths)
        print(f"{what:<8} median {statistics.median(taken):.3f} s, slowest {taken[-1]:.3f} s")
    for when in ("laid out", "asked for again"):
        began = time.perf_counter()
        dots = len(client.call("map")["sounds"])
        print(f"map of {dots:,} sounds {when}: {time.perf_counter() - began:.2f} s")
    print(f"daemon and workers {resident(process) / 1e6:.0f} MB", end=", ")
    print(f"the daemon alone {process.memory_info().rss / 1e6:.0f} MB")
    (copy,) = places().data.glob("embeddings-*.rows")
    print(f"copy beside the index {copy.stat().st_size / 1e6:.0f} MB")


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    with own_home():
        fill(places().index, heard_sounds(400), count, untagged)
        with started() as client:
            print_figures(client, count)


if __name__ == "__main__":
    main()
