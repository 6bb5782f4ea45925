"""Windows and search as one types, over a made-up library of any size.

python -m benchmarks.speed.windows 300000
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.speed.library import fill, heard_sounds, tagged_below
from benchmarks.speed.running import one_shots, own_home, started
from earmark_daemon.api import Client
from earmark_daemon.places import places
from earmark_db.index import Index

_QUERIES = (
    "kick",
    "snare 12",
    "deep ba",
    "vocal",
    "tag:fx",
    "tag:=fx",
    "is:untagged",
    "is:unsure",
    "kick or snare",
    "kick or length:<1",
    "deep pack 12",
    "kick length:<1",
    "kind:loop",
)
_SHOWN, _COUNTED = 100, 10_000
_WINDOWS = ("search", "review", "label", "train", "settings", "welcome")
_REVIEWED = 300


def _beginnings() -> list[str]:
    return [words[:length] for words in _QUERIES for length in range(1, len(words) + 1)]


def typing_seconds(client: Client, *, count_all: bool) -> list[tuple[float, str]]:
    """For each beginning of each query how long the daemon takes to answer, as windows ask it."""
    taken = []
    for query in _beginnings():
        most = None if count_all else _COUNTED
        began = time.perf_counter()
        client.call("search", query=query, limit=_SHOWN, most=most)
        taken.append((time.perf_counter() - began, query))
    return taken


def processor_seconds(path: Path) -> list[tuple[float, str]]:
    """The same for the index alone, in processor time: however much else the machine does."""
    index = Index.for_reading(path)
    taken = []
    for query in _beginnings():
        began = time.process_time()
        counted = index.search.count(query, _COUNTED + 1)
        matches = None if counted > _COUNTED else counted
        index.search.find(query, _SHOWN, matches=matches)
        taken.append((time.process_time() - began, query))
    index.close()
    return taken


def in_window(*what: str) -> dict[str, Any]:
    """What `benchmarks.speed.in_window` measured in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.speed.in_window", *what]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def opening_seconds(window: str) -> float:
    """Median wall time from starting the process to the painted window."""
    taken = [float(in_window("open", window, str(time.time()))["seconds"]) for _ in range(5)]
    return statistics.median(taken)


def put_real_sounds(client: Client) -> None:
    """Real files where review will ask for them, so that it has something to play and to draw."""
    asked = [item["path"] for item in client.call("review", limit=_REVIEWED)]
    sounds = one_shots(len(asked), seed=3)
    for path, sound in zip(asked, sounds, strict=True):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(sound, path)


def _span(seconds: list[float]) -> str:
    median, slowest = statistics.median(seconds) * 1000, max(seconds) * 1000
    return f"median {median:.0f} ms, slowest {slowest:.0f} ms"


def print_figures(client: Client) -> None:
    """Print all figures over the library of the running daemon."""
    for what, taken in (
        ("first sounds", typing_seconds(client, count_all=False)),
        ("the number of all", typing_seconds(client, count_all=True)),
        ("processor time in the index", processor_seconds(places().index)),
    ):
        seconds = _span([second for second, _ in taken])
        print(f"search as one types, {what}: {seconds}, for {max(taken)[1]!r}")
    for window in _WINDOWS:
        print(f"{window} window open after {opening_seconds(window):.2f} s")
    found = in_window("search")
    print(
        f"search window of {found['rows']:,} rows, one scrolled picture: {_span(found['frames'])}"
    )
    print(f"  one letter until its sounds are shown: {_span(found['letters'])}")
    print(f"  after that {found['resident'] / 1e6:.0f} MB resident")
    put_real_sounds(client)
    asked = in_window("review")
    print(f"review window of {client.call('review_count'):,} doubtful sounds", end="")
    print(f", the first one {asked['first'] * 1000:.0f} ms after the window began")
    print(f"  from key to the next sound shown: {_span(asked['steps'])}")
    print(f"  {asked['before'] / 1e6:.0f} MB resident at first", end="")
    print(f", {asked['resident'] / 1e6:.0f} MB after {len(asked['steps'])} answers")


def main() -> None:
    """Make the library, and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with own_home() as home:
        fill(places().index, heard_sounds(400), count, tagged_below(home / "library"))
        with started() as client:
            print(f"{count:,} sounds")
            print_figures(client)


if __name__ == "__main__":
    main()
