"""Files that move: what is known of them goes with them."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.daemon.watching.recorder import QUICK, Recorder, sound, watching

from earmark_daemon.watching.hints import Hint, Kind
from earmark_daemon.watching.pace import Pace
from earmark_daemon.watching.watcher import Watcher


def test_a_rename_keeps_what_is_known(tmp_path: Path) -> None:
    path = sound(tmp_path / "kick.wav")
    recorder = Recorder()
    with watching(recorder, tmp_path):
        recorder.wait_for_disk(tmp_path)
        path.rename(tmp_path / "boom.wav")
        recorder.wait_for_disk(tmp_path)
    assert [(m.found.path, m.certain) for m in recorder.moves] == [
        (str(tmp_path / "boom.wav"), True)
    ]
    assert recorder.losses == []


def test_a_folder_renamed_twice_keeps_what_is_known_of_its_files(tmp_path: Path) -> None:
    for number in range(50):
        sound(tmp_path / f"pack/sub{number % 3}/{number}.wav", str(number).encode())
    recorder = Recorder()
    with watching(recorder, tmp_path):
        recorder.wait_for_disk(tmp_path)
        (tmp_path / "pack").rename(tmp_path / "packet")
        (tmp_path / "packet").rename(tmp_path / "parcel")
        recorder.wait_for_disk(tmp_path)
    assert len(recorder.arrivals) == 50
    assert len(recorder.moves) >= 50
    assert recorder.losses == []


def test_a_folder_renamed_keeps_what_is_known_however_late_it_is_compared(tmp_path: Path) -> None:
    def deaf(tell: Callable[[Hint], None]) -> Watcher:
        return Watcher(lambda hint: None if hint.kind is Kind.MOVED else tell(hint))

    for number in range(50):
        sound(tmp_path / f"pack/{number}.wav", str(number).encode())
    recorder, pace = Recorder(), replace(QUICK, limbo=0.05, doubt_quiet=0.5)
    with watching(recorder, tmp_path, pace=pace, make_watcher=deaf):
        recorder.wait_for_disk(tmp_path)
        (tmp_path / "pack").rename(tmp_path / "packet")
        recorder.wait_for_disk(tmp_path)
    assert len(recorder.moves) == 50
    assert recorder.losses == []


def test_two_files_that_swap_names_are_both_looked_at_again(tmp_path: Path) -> None:
    first, second = sound(tmp_path / "a.wav", b"1111"), sound(tmp_path / "b.wav", b"2222")
    os.utime(first, ns=(10**18, 10**18))
    os.utime(second, ns=(10**18, 10**18))
    recorder = Recorder()
    with watching(recorder, tmp_path):
        recorder.wait_for_disk(tmp_path)
        first.rename(tmp_path / "c")
        second.rename(first)
        (tmp_path / "c").rename(second)
        recorder.wait_for_disk(tmp_path)


def test_moves_into_and_out_of_a_root(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    for number in range(20):
        sound(outside / f"pack/deep/{number}.wav", str(number).encode())
    recorder = Recorder()
    with watching(recorder, root):
        (outside / "pack").rename(root / "pack")
        recorder.wait_for_disk(root)
        assert len(recorder.files) == 20
        (root / "pack").rename(outside / "pack")
        recorder.wait(lambda: not recorder.files)
    assert len(recorder.losses) == 20


def test_a_move_from_one_root_to_another_is_a_move(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    path = sound(one / "kick.wav")
    two.mkdir()
    recorder = Recorder()
    with watching(recorder, one, two, pace=Pace(pulse=0.1)):
        recorder.wait_for_disk(one, two)
        path.rename(two / "kick.wav")
        recorder.wait(lambda: recorder.moves)
    assert recorder.losses == []


@pytest.mark.parametrize("name_taken", [False, True])
def test_a_file_of_a_folder_that_came_from_another_root_may_go_back(
    tmp_path: Path, name_taken: bool
) -> None:
    """The system tells of it by the name before, too, and sooner than by the one that it had."""
    one, two = tmp_path / "one", tmp_path / "two"
    sound(one / "pack/kick.wav")
    two.mkdir()
    recorder, pace = Recorder(), Pace(pulse=0.1, doubt_quiet=3600.0)
    with watching(recorder, one, two, pace=pace):
        recorder.wait_for_disk(one, two)
        (one / "pack").rename(two / "pack")
        recorder.wait_for_disk(one, two)
        if name_taken:
            sound(one / "pack/kick.wav", b"another")
            recorder.wait_for_disk(one, two)
        (two / "pack/kick.wav").rename(one / "kick.wav")
        recorder.wait(lambda: str(one / "kick.wav") in recorder.files)
    assert [(move.old, move.found.path) for move in recorder.moves] == [
        (str(one / "pack/kick.wav"), str(two / "pack/kick.wav")),
        (str(two / "pack/kick.wav"), str(one / "kick.wav")),
    ]


def test_a_new_file_that_is_renamed_need_not_be_quiet_for_longer(tmp_path: Path) -> None:
    """As programs do that write under another name first."""
    recorder = Recorder()
    with watching(recorder, tmp_path, pace=replace(QUICK, quiet=3600.0)):
        sound(tmp_path / "part.wav").rename(tmp_path / "kick.wav")
        recorder.wait_for_disk(tmp_path)


@pytest.fixture
def case_blind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that answers to names in any case and keeps them, as APFS and NTFS do.

    No such disk can be had on every machine that runs the tests, so this stands for it.
    """
    root = tmp_path / "Samples"
    root.mkdir()

    def resolve(path: Any) -> Any:
        """The path with its names as they are listed."""
        if not isinstance(path, (str, Path)) or not str(path).startswith(f"{root}{os.sep}"):
            return path
        here = str(root)
        for name in os.path.relpath(path, root).split(os.sep):
            names = listdir(here) if os.path.isdir(here) else []
            same = (each for each in names if each.casefold() == name.casefold())
            here = os.path.join(here, name if name in names else next(same, name))
        return here

    def blind(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda path=".", *rest, **named: function(resolve(path), *rest, **named)

    listdir = os.listdir
    for name in ("stat", "lstat", "open", "listdir"):
        monkeypatch.setattr(os, name, blind(getattr(os, name)))
    return root


def test_a_name_that_changes_in_its_capitals_alone_is_a_rename(case_blind: Path) -> None:
    path = sound(case_blind / "kick.wav")
    sound(case_blind / "Pack/deep/snare.wav", b"snare")
    recorder = Recorder()
    with watching(recorder, case_blind) as coordinator:
        recorder.wait_for_disk(case_blind)
        path.rename(case_blind / "Kick.wav")
        assert path.exists()
        recorder.wait(lambda: str(case_blind / "Kick.wav") in recorder.files)
        (case_blind / "Pack").rename(case_blind / "PACK")
        recorder.wait(lambda: str(case_blind / "PACK/deep/snare.wav") in recorder.files)
        scans = len(recorder.scans)
        coordinator.rescan(str(case_blind))
        recorder.wait(lambda: len(recorder.scans) > scans)
        recorder.wait_for_disk(case_blind)
    assert recorder.losses == []
    assert len(recorder.moves) == 2


def test_a_name_that_changed_in_its_capitals_while_nobody_ran(case_blind: Path) -> None:
    path = sound(case_blind / "Pack/kick.wav")
    recorder = Recorder()
    with watching(recorder, case_blind):
        recorder.wait_for_disk(case_blind)
    path.rename(path.with_name("KICK.wav"))
    path.parent.rename(case_blind / "pack")
    with watching(recorder, case_blind):
        recorder.wait_for_disk(case_blind)
    assert recorder.losses == []
    assert len(recorder.moves) == 1


def test_a_move_out_of_a_root_in_a_root_is_a_move(tmp_path: Path) -> None:
    inner = tmp_path / "incoming"
    path = sound(inner / "kick.wav")
    recorder = Recorder()
    with watching(recorder, tmp_path, inner):
        recorder.wait_for_disk(tmp_path)
        path.rename(tmp_path / "kick.wav")
        recorder.wait(lambda: recorder.moves)
        recorder.wait_for_disk(tmp_path)
    assert recorder.losses == []
