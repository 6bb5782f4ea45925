"""`kill -9` at random, again and again: nothing missed, nothing done twice that matters."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections import Counter
from pathlib import Path

import pytest
from tests.daemon.audio_files import thump, write
from tests.e2e.living import LivingDaemon
from tests.waiting import until


def make_files(folder: Path, count: int) -> set[str]:
    """Small files, of a few hundred different sounds, as fast as the disk takes them."""
    seeds = [
        Path(write(folder.parent / "seeds" / f"{n}.wav", thump(0.02 + n / 10_000), 22_050))
        for n in range(200)
    ]
    paths = set()
    for number in range(count):
        target = folder / f"{number // 1000:03d}" / f"{number:05d}.wav"
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(seeds[number % len(seeds)], target)
        paths.add(str(target))
    return paths


def check(living: LivingDaemon, paths: set[str]) -> None:
    """Every file is tagged and written, and none has been written twice."""
    with sqlite3.connect(living.places.index) as connection:
        states = dict(connection.execute("select path, state from files"))
        journal = connection.execute("select path, state, digest_after from journal").fetchall()
    connection.close()
    assert {path.decode() for path in states} == paths
    assert set(states.values()) == {"heard"}
    done = Counter(path for path, state, _ in journal if state == "done")
    assert set(done.values()) <= {1}
    assert {state for _, state, _ in journal} <= {"done", "void"}
    written = living.client.call("status")["files"]["written"]
    assert written == len(done)
    stray = list(living.folder.rglob(".*"))
    assert stray == []


def storm(living: LivingDaemon, count: int, kills: int) -> None:
    chance = random.Random(1)
    living.start()
    paths = make_files(living.folder, count)
    for _ in range(kills):
        goal = living.status()["files"]["heard"] + chance.randrange(1, max(2, count // kills // 2))

        def reached(goal: int = goal) -> bool:
            status = living.status()
            return status["files"]["heard"] >= goal or is_idle(status, count)

        until(reached, "some progress", seconds=600)
        living.kill()
        living.start()
    until(lambda: is_idle(living.status(), count), "all is done", seconds=3000)
    check(living, paths)
    assert living.stop() == 0


def is_idle(status: dict[str, object], count: int) -> bool:
    files, waiting = status["files"], status["waiting"]
    assert isinstance(files, dict)
    assert isinstance(waiting, dict)
    return files["heard"] == count and not any(waiting.values())


LONG = [pytest.mark.soak, pytest.mark.timeout(4000)]


@pytest.mark.parametrize(
    ("count", "kills"),
    [
        pytest.param(600, 8, id="killed-again-and-again"),
        pytest.param(20_000, 50, id="20000-files-and-50-kills", marks=LONG),
        pytest.param(20_000, 0, id="20000-files-at-once", marks=LONG),
    ],
)
def test_nothing_is_missed_and_nothing_done_twice(tmp_path: Path, count: int, kills: int) -> None:
    living = LivingDaemon(tmp_path / "Samples")
    try:
        storm(living, count, kills)
    finally:
        living.end()
