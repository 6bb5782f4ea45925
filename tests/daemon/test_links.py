"""Files that are named through links are the watched ones, and finding that out costs little."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from earmark_daemon.links import WatchedPaths
from earmark_daemon.settings import Folder


class Looks:
    """Counts how often something is asked of the disk."""

    def __init__(self) -> None:
        self.count = 0


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    counted = Looks()

    def look(path: str, ask=os.lstat, **how) -> os.stat_result:
        counted.count += 1
        return ask(path, **how)

    monkeypatch.setattr(os, "lstat", look)
    return counted


def test_a_path_through_a_link_is_the_watched_one(tmp_path: Path) -> None:
    disk, elsewhere = tmp_path / "disk" / "Samples", tmp_path / "elsewhere"
    for folder in (disk / "Kicks", elsewhere):
        folder.mkdir(parents=True)
    for link, target in (
        (tmp_path / "Samples", disk),
        (tmp_path / "Kicks", disk / "Kicks"),
        (disk / "more", elsewhere),
        (elsewhere / "own.wav", disk / "a.wav"),
    ):
        link.symlink_to(target)
    watched_paths = WatchedPaths([Folder(str(disk))])
    for named, watched in (
        (tmp_path / "Samples", disk),
        (tmp_path / "Samples" / "a.wav", disk / "a.wav"),
        (tmp_path / "Kicks" / "b.wav", disk / "Kicks" / "b.wav"),
        (tmp_path / "Samples" / "gone" / "c.wav", disk / "gone" / "c.wav"),
        (tmp_path / "Samples" / "more" / "d.wav", disk / "more" / "d.wav"),
        (disk / "more" / "d.wav", disk / "more" / "d.wav"),
        (elsewhere / "d.wav", elsewhere / "d.wav"),
        (elsewhere / "own.wav", elsewhere / "own.wav"),
        (tmp_path / "gone" / ".." / "Samples" / "a.wav", disk / "a.wav"),
        (Path("Samples/a.wav"), Path("Samples/a.wav")),
        (tmp_path / "Samples" / "\0" / "a.wav", tmp_path / "Samples" / "\0" / "a.wav"),
    ):
        assert watched_paths.path_of(str(named)) == str(watched)
    by_link = WatchedPaths([Folder(str(tmp_path / "Samples"))])
    assert by_link.path_of(str(disk / "a.wav")) == str(tmp_path / "Samples" / "a.wav")


def test_a_path_of_many_folders_that_are_not_there_is_looked_up_folder_by_folder(
    tmp_path: Path, looks: Looks
) -> None:
    watched = WatchedPaths([Folder(str(tmp_path / "Samples"))])
    path = "/none" + "/x" * 1_000
    assert watched.path_of(path) == path
    assert looks.count < 2_000


def test_a_path_that_no_system_knows_goes_back_unseen(tmp_path: Path, looks: Looks) -> None:
    watched = WatchedPaths([Folder(str(tmp_path / "Samples"))])
    path = "/" + "x/" * 50_000
    assert watched.path_of(path) == path
    assert looks.count == 0


def test_the_folder_of_many_files_is_looked_up_once(tmp_path: Path, looks: Looks) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    watched = WatchedPaths([Folder(str(tmp_path / "Samples"))])

    def looked_for(number: int) -> int:
        before = looks.count
        path = str(folder / f"{number}.wav")
        assert watched.path_of(path) == path
        return looks.count - before

    assert looked_for(0) > 0
    assert sum(map(looked_for, range(1, 50))) == 0
