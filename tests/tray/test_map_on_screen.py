"""The map of sounds under a real mouse: sounds are dragged out of it, and it is pulled along."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.living import LivingDaemon
from tests.tray.screen import Screen, screen
from tests.tray.sounds import noise
from tests.waiting import until

pytestmark = pytest.mark.desktop
MAP = [sys.executable, "-m", "tests.tray.map_on_screen"]
TARGET = [sys.executable, "-m", "tests.tray.drop_target"]
TREMOR = 3
INSIDE = (1350, 350)
"""A place on the drop target."""


def hold(shown: Screen, begin: tuple[int, int], end: tuple[int, int]) -> None:
    """Press, and move as a hand does."""
    shown.xdotool("mousemove", *map(str, begin), "sleep", "0.1", "mousedown", "1")
    for step in range(1, 11):
        place = [str(a + (b - a) * step // 10) for a, b in zip(begin, end, strict=True)]
        shown.xdotool("mousemove", "--sync", *place, "sleep", "0.02")


def pull(shown: Screen, begin: tuple[int, int], end: tuple[int, int]) -> None:
    """Press, move as a hand does, let go."""
    hold(shown, begin, end)
    shown.xdotool("sleep", "0.2", "mouseup", "1")


class Notes:
    """Lines of JSON that a program on the screen adds to a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch()

    @property
    def all(self) -> list[Any]:
        return [json.loads(line) for line in self.path.read_text().splitlines()]

    @property
    def dropped(self) -> list[Any]:
        return [note for note in self.all if "files" in note]


def drop(shown: Screen, begin: tuple[int, int], target: Notes) -> None:
    """Let go over the target, once it has said to whoever drags that it takes what comes.

    Before it has said so, nothing is told of where else the mouse is: so it says it twice.
    """
    before = len(target.all)
    hold(shown, begin, INSIDE)
    x, y = map(str, INSIDE)

    def answered() -> bool:
        shown.xdotool("mousemove_relative", "--sync", "1", "0")
        shown.xdotool("mousemove", "--sync", x, y)
        return len(target.all) >= before + 2

    until(answered, "the target takes it")
    shown.xdotool("mouseup", "1")


class Map:
    """The map on the screen."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes

    def at(self, path: Path) -> tuple[int, int]:
        x, y = self.notes.all[-1][str(path)]
        return round(x), round(y)

    def moved(self) -> Callable[[], bool]:
        """Whether it has moved since now."""
        before = len(self.notes.all)
        return lambda: len(self.notes.all) > before


@pytest.fixture
def sounds(daemon: LivingDaemon) -> list[Path]:
    paths = [daemon.folder / f"{number}.wav" for number in range(3)]
    for number, path in enumerate(paths):
        noise(path, number)
    daemon.wait_for(paths)
    return paths


def test_a_sound_is_dragged_out_and_empty_ground_pulls_the_map(
    sounds: list[Path], tmp_path: Path
) -> None:
    places, dropped = Map(Notes(tmp_path / "places")), Notes(tmp_path / "dropped")
    with (
        screen(tmp_path) as shown,
        shown.run([*MAP, str(places.notes.path)]),
        shown.run([*TARGET, str(dropped.path)]),
    ):
        until(lambda: shown.windows("Drop here"), "the drop target is open")
        until(lambda: places.notes.all, "the map is laid out")
        for number, path in enumerate(sounds):
            drop(shown, places.at(path), dropped)
            until(lambda n=number: len(dropped.dropped) > n, "the sound is dropped")  # type: ignore[misc]
        given = [{"files": [str(path)], "action": "CopyAction"} for path in sounds]
        assert dropped.dropped == given
        assert len(places.notes.all) == 1, "the map lies still meanwhile"

        (x, y), (right, down) = places.at(sounds[0]), places.at(sounds[1])
        empty = ((x + right) // 2, (y + down) // 2)
        shown.xdotool("mousemove", "--sync", *map(str, empty))
        for _ in range(6):
            moved = places.moved()
            shown.xdotool("click", "4")
            until(moved, "the map comes nearer")
        before, moved = places.at(sounds[0]), places.moved()
        pull(shown, empty, (empty[0] - 60, empty[1]))
        until(moved, "the map is pulled")
        assert before[0] - 60 - TREMOR <= places.at(sounds[0])[0] < before[0] - TREMOR
        assert len(dropped.dropped) == len(sounds)
    assert all(path.exists() for path in sounds)
