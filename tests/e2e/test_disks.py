"""Disks that are full or read-only: said clearly, nothing lost, and it goes on when it can."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.daemon.audio_files import thump, write
from tests.daemon.learning.endpoint.paired import pairing_line
from tests.e2e.living import LivingDaemon, earmark
from tests.e2e.small_disk import fill, small_disk
from tests.e2e.test_endpoint import label, make_sounds
from tests.e2e.test_endpoint_kills import Job, make_model
from tests.trainer.service.conftest import certificate, scripted
from tests.trainer.service.processes import Trainer
from tests.waiting import until

from earmark_daemon.places import places
from earmark_daemon.settings import Folder
from earmark_daemon.settings_file import add_folder

__all__ = ["certificate", "scripted", "small_disk"]


def remount(folder: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)


def troubles(living: LivingDaemon) -> list[str]:
    """What the feed has said of trouble."""
    events = living.client.call("changes", since=0, seconds=0.0)["events"]
    return [event["reason"] for event in events if event["kind"] == "trouble"]


def test_a_full_disk_under_the_samples(small_disk: Path, tmp_path: Path) -> None:
    living = LivingDaemon(small_disk / "Samples")
    paths = [Path(write(living.folder / f"{n}.wav", thump(0.3 + n / 100))) for n in range(5)]
    before = {path: path.read_bytes() for path in paths}
    filler = fill(small_disk)
    living.start()
    try:
        results = living.wait_for(paths)
        assert all(result["tags"] or result["reason"] for result in results)
        refused = [result for result in results if result["tags"] and not result["written"]]
        assert refused
        assert all("full" in result["reason"] for result in refused)
        assert {path: path.read_bytes() for path in paths} == before
        filler.unlink()
        tagged = [result["path"] for result in results if result["tags"]]
        earmark("tag", *tagged)
        assert all(result["written"] for result in living.wait_for(tagged))
    finally:
        living.end()


def test_a_read_only_disk_is_indexed_and_not_written(small_disk: Path) -> None:
    living = LivingDaemon(small_disk / "Samples")
    path = Path(write(living.folder / "a.wav"))
    remount(small_disk, "ro")
    living.start()
    try:
        (result,) = living.wait_for([path])
        assert result["tags"]
        assert not result["written"]
        assert "can only be read" in result["reason"]
    finally:
        living.end()


def test_a_full_disk_under_the_index(
    small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARMARK_HOME", str(small_disk / "home"))
    living = LivingDaemon(tmp_path / "Samples")
    living.start()
    try:
        write(living.folder / "first.wav")
        living.wait_for([living.folder / "first.wav"])
        filler = fill(small_disk)
        paths = [write(living.folder / f"{n}.wav", thump(0.1 + n / 100)) for n in range(40)]
        until(lambda: living.status()["trouble"], "the trouble is said")
        assert "full" in living.status()["trouble"]
        filler.unlink()
        results = living.wait_for(paths)
        assert all(result["tags"] or result["reason"] for result in results)
        until(lambda: not living.status()["trouble"], "the trouble is over")
    finally:
        living.end()


def test_a_training_outlives_a_full_disk_under_the_index(
    small_disk: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    scripted: Callable[..., Trainer],
) -> None:
    monkeypatch.setenv("EARMARK_HOME", str(small_disk / "home"))
    remount(small_disk, "size=16m")
    trainer = scripted()
    make_model(trainer.control / "model")
    later = [f"epoch {number}" for number in range(1, 200)]
    trainer.script(["epoch 0", "wait go", *later, "result model", "finish"])
    living = LivingDaemon(tmp_path / "Samples")
    living.start()
    try:
        earmark("endpoint", "pair", pairing_line(trainer, trainer.address))
        sounds = make_sounds(living.folder, range(4))
        living.wait_for(sounds)
        label(living, sounds)
        job = Job(living)
        job.until(phase="training", epoch=0)
        filler = fill(small_disk)
        others = [write(living.folder / f"{n}.wav", thump(0.1 + n / 100)) for n in range(40)]
        until(lambda: living.status()["trouble"], "the trouble is said")
        trainer.open_gate("go")
        until(lambda: any("full" in reason for reason in troubles(living)), "the training says it")
        filler.unlink()
        job.until(state="succeeded")
        assert len(troubles(living)) == 1
        living.wait_for(others)
    finally:
        living.end()


def test_settings_that_change_while_the_disk_is_full_are_followed_later(
    small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARMARK_HOME", str(small_disk / "home"))
    living = LivingDaemon(tmp_path / "Samples")
    settings, room = living.places.settings, 200_000
    before = settings.read_text()
    settings.write_text(f"{before}\n#{'-' * room}")
    living.start()
    try:
        kick = write(living.folder / "kick.wav")
        living.wait_for([kick])
        filler = fill(small_disk)
        off = ", ".join(["'kick'", *(f"'no such tag {number}'" for number in range(5000))])
        after = before.replace("off = []", f"off = [{off}]")
        padding = len(before) + room - len(after)
        assert padding > 0
        with settings.open("r+") as file:
            file.write(f"{after}\n#{'-' * padding}")
        until(lambda: any("full" in reason for reason in troubles(living)), "the trouble is said")
        filler.unlink()
        until(lambda: not living.client.call("show", path=kick)["tags"], "the settings hold")
    finally:
        living.end()


def test_a_read_only_home_is_said_at_once(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARMARK_HOME", str(small_disk / "home"))
    remount(small_disk, "ro")
    done = earmark("run", check=False)
    assert done.returncode == 1
    assert "cannot write to its own folder" in done.stderr


def test_a_home_without_room_is_said_where_the_log_has_none_either(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARMARK_HOME", str(small_disk / "home"))
    places().data.mkdir()
    fill(small_disk)
    done = earmark("start", check=False)
    assert done.returncode == 1
    assert "cannot be written (No space left on device)" in done.stderr
    assert "Make room there" in done.stderr


def test_an_unmounted_disk_is_offline_and_not_forgotten(small_disk: Path, tmp_path: Path) -> None:
    living = LivingDaemon(tmp_path / "Samples")
    add_folder(living.places.settings, Folder(os.path.realpath(small_disk)))
    path = Path(os.path.realpath(write(small_disk / "kick.wav")))
    living.start()
    try:
        living.wait_for([path])
        subprocess.run(["umount", "-l", str(small_disk)], check=True)

        def online() -> bool:
            folders = living.status()["folders"]
            return all(folder["online"] for folder in folders)

        until(lambda: not online(), "the disk is known to be offline")
        (hit,) = living.client.call("search", query="name:kick")["hits"]
        assert hit["path"] == str(path)
        assert not hit["online"]
        mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(small_disk)]
        subprocess.run(mount, check=True)
    finally:
        living.end()
