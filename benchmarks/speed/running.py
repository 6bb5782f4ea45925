"""A real daemon in a home of its own, and what it did when."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import soundfile

from earmark_daemon.api import Client
from earmark_daemon.cli.running import Start, start_daemon, stop_daemon
from earmark_daemon.places import Places, places
from earmark_daemon.settings import Folder
from earmark_daemon.settings_file import add_folder, change_value

ROOT = Path(__file__).resolve().parents[2]
SOUNDS = ROOT.parent / "shared" / "sounds"
DEMO_PACK = ROOT / "daemon" / "earmark_daemon" / "demo_pack"
LONGEST_SECONDS = 1.4
_SUFFIXES = {".wav", ".flac", ".aif", ".aiff", ".mp3", ".ogg", ".opus"}


@contextmanager
def own_home() -> Iterator[Path]:
    """A folder that goes when all is done, and below which Earmark keeps what it keeps."""
    home = Path(tempfile.mkdtemp(prefix="earmark-bench-"))
    os.environ["EARMARK_HOME"] = str(home / "home")
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def started() -> Iterator[Client]:
    """A daemon in the home that is set."""
    where = places()
    if start_daemon(where) is not Start.OK:
        raise SystemExit(where.log.read_text())
    try:
        yield Client(where.socket, where.key)
    finally:
        stop_daemon(where)


@contextmanager
def running_daemon(*, write_tags: bool = True) -> Iterator[tuple[Client, Path, Places]]:
    """A started daemon, the folder it watches, and where it keeps what."""
    with own_home() as home:
        where = places()
        folder = Path(os.path.realpath(home)) / "Samples"
        folder.mkdir()
        add_folder(where.settings, Folder(str(folder), write_tags))
        change_value(where.settings, "watching", "quiet_seconds", 1.0)
        with started() as client:
            yield client, folder, where


def one_shots(count: int, seed: int = 1) -> list[Path]:
    """Real one-shots where they lie beside the checkout, else those of the demo pack.

    None is longer than `LONGEST_SECONDS`, which makes them 0.7 s long on average.
    """
    source = SOUNDS if SOUNDS.is_dir() else DEMO_PACK
    found = sorted(path for path in source.rglob("*") if path.suffix.lower() in _SUFFIXES)
    random.Random(seed).shuffle(found)
    short = (path for path in found if soundfile.info(path).duration <= LONGEST_SECONDS)
    return list(islice(short, count))


def copy_many(sources: list[Path], count: int, folder: Path) -> dict[str, float]:
    """Make ``count`` files in ``folder``; for each path when it was closed."""
    closed = {}
    for number in range(count):
        source = sources[number % len(sources)]
        target = folder / f"{number // 500:03d}" / f"{number:06d}{source.suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        closed[str(target)] = time.time()
    return closed


def times_of(
    client: Client, paths: set[str], kinds: tuple[str, ...]
) -> dict[str, dict[str, float]]:
    """When each path was told of, for each kind of event; returns once all were."""
    seen: dict[str, dict[str, float]] = {kind: {} for kind in kinds}
    number = 0
    final = kinds[-1]
    while len(seen[final]) < len(paths):
        answer = client.call("changes", since=number, seconds=30.0)
        number = answer["number"]
        for event in answer["events"]:
            kind = "written" if event["kind"] == "not-written" else event["kind"]
            kind = "tagged" if kind == "failed" else kind
            if kind in seen and event.get("path") in paths:
                seen[kind].setdefault(event["path"], event["at"])
                if event["kind"] == "failed":
                    seen[final].setdefault(event["path"], event["at"])
    return seen
