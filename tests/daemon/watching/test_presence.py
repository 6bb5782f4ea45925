"""Disks that come and go: a root that is not there is offline, never deleted."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.daemon.watching.recorder import QUICK, Recorder, on_disk, sound, watching

from earmark_daemon.errors import Problem
from earmark_daemon.watching.facts import Stamp
from earmark_daemon.watching.ignore import Rules
from earmark_daemon.watching.look import identify
from earmark_daemon.watching.mounts import Mount
from earmark_daemon.watching.problems import OTHER_DISK
from earmark_daemon.watching.sweep import Presence, presence
from earmark_daemon.watching.watcher import Watcher


def test_a_root_that_vanishes_is_offline_and_comes_back(tmp_path: Path) -> None:
    root = tmp_path / "root"
    sound(root / "pack/a.wav")
    recorder = Recorder()
    with watching(recorder, root):
        recorder.wait_for_disk(root)
        root.rename(tmp_path / "elsewhere")
        recorder.wait(lambda: str(root) not in recorder.identities)
        (tmp_path / "elsewhere").rename(root)
        recorder.wait(lambda: str(root) in recorder.identities)
        marker = sound(root / "pack/marker.wav")
        recorder.wait(lambda: str(marker) in recorder.files)
    assert recorder.losses == []
    assert len(recorder.arrivals) == 2


def test_the_bare_mount_point_of_a_missing_disk_is_offline(tmp_path: Path) -> None:
    root = tmp_path / "root"
    sound(root / "a.wav")
    recorder = Recorder()
    with watching(recorder, root):
        recorder.wait_for_disk(root)
        root.rename(tmp_path / "disk")
        root.mkdir()
        recorder.wait(lambda: str(root) not in recorder.identities)
        root.rmdir()
        (tmp_path / "disk").rename(root)
        recorder.wait(lambda: str(root) in recorder.identities)
        recorder.wait_for_disk(root)
    assert recorder.losses == []


def test_a_folder_made_anew_on_the_same_disk_is_the_root_as_it_is_now(tmp_path: Path) -> None:
    root = tmp_path / "root"
    known = sound(root / "a.wav")
    recorder = Recorder()
    with watching(recorder, root):
        recorder.wait_for_disk(root)
        root.rename(tmp_path / "before")
        sound(root / "other.wav", b"other")
        recorder.wait_for_disk(root)
    assert recorder.losses == [str(known)]


def test_a_file_deleted_just_before_its_disk_went_is_gone_when_it_is_back(tmp_path: Path) -> None:
    root = tmp_path / "root"
    other = tmp_path / "other"
    other.mkdir()
    path = sound(root / "a.wav")
    sound(root / "b.wav")
    recorder = Recorder()
    with watching(recorder, root, other, pace=replace(QUICK, limbo=0.1, quiet_after_close=0.5)):
        recorder.wait_for_disk(root)
        path.unlink()
        root.rename(tmp_path / "elsewhere")
        recorder.wait(lambda: str(root) not in recorder.identities)
        marker = sound(other / "marker.wav")
        recorder.wait(lambda: str(marker) in recorder.files)
        assert recorder.losses == []
        (tmp_path / "elsewhere").rename(root)
        recorder.wait(lambda: recorder.losses == [str(path)])


def test_a_root_that_its_user_emptied_is_online(tmp_path: Path) -> None:
    root = tmp_path / "root"
    path = sound(root / "a.wav")
    recorder = Recorder()
    with watching(recorder, root):
        recorder.wait_for_disk(root)
        path.unlink()
        recorder.wait(lambda: recorder.losses == [str(path)])
        assert str(root) in recorder.identities


def test_presence_goes_by_identity_emptiness_and_known_files(tmp_path: Path) -> None:
    root = tmp_path / "root"
    assert presence(str(root), None, list) == Presence(None)
    root.mkdir()
    here = identify(str(root))
    stamp = Stamp(size=4, mtime_ns=0, inode=1, device=here.device)
    path, missing = (str(root / "a.wav"), stamp), (str(root / "missing.wav"), stamp)
    elsewhere = (missing[0], stamp._replace(device=here.device + 1))
    anew = replace(here, inode=here.inode + 1)
    other = replace(anew, device=here.device + 1, disk=here.disk + 1)
    assert presence(str(root), None, list) == Presence(here)
    assert presence(str(root), here, lambda: [path]) == Presence(here)
    for recorded in (anew, other):
        assert presence(str(root), recorded, lambda: [path]) == Presence(None)
    assert presence(str(root), None, lambda: [missing]) == Presence(here)
    assert presence(str(root), None, lambda: [elsewhere]) == Presence(None)
    sound(root / ".Trash-0/a.wav")
    assert presence(str(root), other, lambda: [path]) == Presence(None)
    sound(root / "a.wav")
    assert presence(str(root), anew, lambda: [missing]) == Presence(here)
    assert presence(str(root), other, lambda: [missing, path]) == Presence(here)
    assert presence(str(root), other, list) == Presence(here)
    assert presence(str(root), other, lambda: [missing]) == Presence(None, OTHER_DISK)
    assert presence(str(root), None, lambda: [missing]) == Presence(here)
    assert presence(str(root), None, lambda: [elsewhere]) == Presence(here)
    assert presence(path[0], None, list) == Presence(None)


@pytest.mark.parametrize("holds_more", [True, False])
def test_a_folder_that_is_watched_for_the_first_time_is_there_whatever_was_tagged_in_it(
    tmp_path: Path, holds_more: bool
) -> None:
    gone = sound(tmp_path / "one.wav")
    recorder = Recorder()
    recorder.files = on_disk(tmp_path)
    gone.unlink()
    if holds_more:
        sound(tmp_path / "two.wav")
    with watching(recorder, tmp_path):
        sound(tmp_path / "pack/kick.wav")
        recorder.wait_for_disk(tmp_path)
    assert recorder.losses == [str(gone)]
    assert recorder.troubles == {}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on which a small disk can be mounted."""
    point = tmp_path / "disk"
    point.mkdir()
    if not mount(point):
        pytest.skip("mounting is not allowed here")
    yield point
    unmount(point)


def mount(point: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(point)]
    return (
        bool(shutil.which("mount"))
        and not subprocess.run(command, check=False, capture_output=True).returncode
    )


def unmount(point: Path) -> None:
    subprocess.run(["umount", "--lazy", str(point)], check=False, capture_output=True)


def test_an_unmounted_root_another_disk_and_the_same_again(disk: Path) -> None:
    known = sound(disk / "a.wav")
    aside = disk.parent / "aside"
    aside.mkdir()
    subprocess.run(["mount", "--bind", disk, aside], check=True)
    recorder = Recorder()
    try:
        with watching(recorder, disk):
            recorder.wait_for_disk(disk)
            unmount(disk)
            recorder.wait(lambda: str(disk) not in recorder.identities)
            assert mount(disk)
            sound(disk / "other.wav")
            recorder.wait(lambda: str(disk) in recorder.troubles)
            assert recorder.troubles[str(disk)].code == "other-disk"
            assert list(recorder.files) == [str(known)]
            unmount(disk)
            subprocess.run(["mount", "--bind", aside, disk], check=True)
            recorder.wait(lambda: str(disk) in recorder.identities)
            marker = sound(disk / "marker.wav")
            recorder.wait(lambda: str(marker) in recorder.files)
    finally:
        unmount(aside)
    assert recorder.losses == []
    assert set(recorder.files) == {str(known), str(marker)}


def test_a_disk_mounted_in_a_root(disk: Path) -> None:
    root = disk.parent
    sound(root / "a.wav")
    on_disk = sound(disk / "b.wav")
    recorder = Recorder()
    with watching(recorder, root):
        recorder.wait_for_disk(root)
        scans = len(recorder.scans)
        unmount(disk)
        recorder.wait(lambda: len(recorder.scans) > scans)
        gone = sound(root / "gone.wav")
        recorder.wait(lambda: str(gone) in recorder.files)
        gone.unlink()
        recorder.wait(lambda: recorder.losses)
    assert recorder.losses == [str(gone)]
    assert str(on_disk) in recorder.files


def test_a_disk_whose_mount_point_goes_with_it_keeps_its_files(disk: Path) -> None:
    root = disk.parent
    on_disk = sound(disk / "deep/b.wav")
    here = sound(root / "folder/a.wav")
    recorder = Recorder()
    with watching(recorder, root) as coordinator:
        recorder.wait_for_disk(root)
        unmount(disk)
        disk.rmdir()
        shutil.rmtree(here.parent)
        recorder.wait(lambda: recorder.losses)
        scans = len(recorder.scans)
        coordinator.rescan(str(root))
        recorder.wait(lambda: len(recorder.scans) > scans)
        disk.mkdir()
    assert recorder.losses == [str(here)]
    assert str(on_disk) in recorder.files


def test_a_disk_that_has_the_number_of_another_one_speaks_for_itself_alone(
    disk: Path, tmp_path: Path
) -> None:
    known = sound(disk / "a.wav")
    gone = sound(tmp_path / "gone.wav")
    number = os.stat(disk).st_dev
    recorder = Recorder()
    with watching(recorder, tmp_path) as coordinator:
        recorder.wait_for_disk(tmp_path)
        unmount(disk)
        second = tmp_path / "second"
        second.mkdir()
        try:
            assert mount(second)
            if os.stat(second).st_dev != number:
                pytest.skip("the system gave it another number")
            other = sound(second / "b.wav")
            recorder.wait(lambda: str(other) in recorder.files)
            scans = len(recorder.scans)
            coordinator.rescan(str(tmp_path))
            recorder.wait(lambda: len(recorder.scans) > scans)
            gone.unlink()
            recorder.wait(lambda: str(gone) in recorder.losses)
        finally:
            unmount(second)
    assert recorder.losses == [str(gone)]
    assert str(known) in recorder.files


def test_a_deleted_link_to_a_file_on_another_disk_is_gone(disk: Path, tmp_path: Path) -> None:
    there = sound(disk / "a.wav")
    root = tmp_path / "root"
    sound(root / "b.wav")
    link = root / "link.wav"
    link.symlink_to(there)
    recorder = Recorder()
    with watching(recorder, root):
        recorder.wait_for_disk(root)
        link.unlink()
        recorder.wait(lambda: recorder.losses)
    assert recorder.losses == [str(link)]


def test_a_network_folder_is_polled(tmp_path: Path) -> None:
    class Deaf(Watcher):
        def watch(self, root: str, rules: Rules) -> Problem | None:
            raise AssertionError("no events are asked for")

    recorder = Recorder()
    table = (Mount("/", "ext4"), Mount(os.path.realpath(tmp_path), "nfs4"))
    with watching(recorder, tmp_path, mount_table=lambda: table, make_watcher=Deaf):
        sound(tmp_path / "pack/a.wav")
        recorder.wait_for_disk(tmp_path)
        (tmp_path / "pack/a.wav").unlink()
        recorder.wait(lambda: not recorder.files)


def test_after_a_sleep_of_the_machine_everything_is_compared(tmp_path: Path) -> None:
    class Clock:
        """A clock whose wall can jump ahead."""

        jump = 0.0

        def monotonic(self) -> float:
            return time.monotonic()

        def wall(self) -> float:
            return time.time() + self.jump

    clock = Clock()
    recorder = Recorder()
    with watching(recorder, tmp_path, clock=clock):
        assert len(recorder.scans) == 1
        clock.jump = 3600.0
        recorder.wait(lambda: len(recorder.scans) == 2)
