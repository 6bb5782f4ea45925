"""Real small file systems: full, read-only, without extended attributes, blind to case, cloning."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from tests.daemon.writing.past import past
from tests.encoded import encoded, sample

from earmark_daemon.writing import (
    Prepared,
    Refused,
    Unchanged,
    Undone,
    WriteOptions,
    commit,
    prepare,
    undo,
)
from earmark_daemon.writing.disk import Disk


def run(*command: str) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"needs {command[0]}")
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"{command[0]} is not possible here: {done.stderr.strip()}")


@contextmanager
def mounted(folder: Path, *arguments: str) -> Iterator[Path]:
    """A file system that exists only here; skips where mounting is not allowed."""
    folder.mkdir()
    run("mount", *arguments, str(folder))
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def write(path: str, options: WriteOptions) -> Prepared:
    prepared = prepare(path, ("kick",), options)
    assert isinstance(prepared, Prepared), prepared
    commit(prepared)
    return prepared


def fill(path: Path) -> None:
    """Let a file grow until the disk is full."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    with suppress(OSError):
        while os.write(descriptor, bytes(4096)):
            pass
    os.close(descriptor)
    assert os.statvfs(path).f_bavail == 0


def test_a_full_disk(tmp_path: Path) -> None:
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=256k", "none") as disk:
        path = Path(sample(disk, "wav"))
        fill(disk / "filler")
        result = prepare(str(path), ("kick",))
        assert isinstance(result, Refused)
        assert result.problem.code == "disk-full"
        assert result.worth_retrying
        assert path.read_bytes() == encoded("wav")
        assert sorted(os.listdir(disk)) == ["filler", "tone.wav"]
        os.unlink(disk / "filler")
        write(str(path), WriteOptions())


def test_a_disk_that_can_only_be_read(tmp_path: Path) -> None:
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=256k", "none") as disk:
        path = Path(sample(disk, "wav"))
        prepared = prepare(str(path), ("kick",))
        assert isinstance(prepared, Prepared)
        run("mount", "-o", "remount,ro", str(disk))
        result = prepare(str(path), ("kick",))
        assert isinstance(result, Refused)
        assert result.problem.code == "read-only"
        assert result.worth_retrying
        assert path.read_bytes() == encoded("wav")


def test_a_folder_that_may_not_be_written_to(tmp_path: Path) -> None:
    class Closed(Disk):
        def create(self, path: str) -> int:
            raise PermissionError(13, "Permission denied")

    path = sample(tmp_path, "wav")
    result = prepare(path, ("kick",), disk=Closed())
    assert isinstance(result, Refused)
    assert result.problem.code == "no-permission"


def test_a_disk_without_extended_attributes(tmp_path: Path) -> None:
    """ramfs keeps none; what stands in the file itself is written all the same."""
    with mounted(tmp_path / "plain", "-t", "ramfs", "none") as disk:
        path = sample(disk, "wav")
        with pytest.raises(OSError, match="not supported"):
            os.setxattr(path, "user.test", b"x")
        options = WriteOptions(xdg_tags=True, finder_tags=True)
        write(path, options)
        assert prepare(path, ("kick",), options) == Unchanged(path)
        assert os.listdir(disk) == ["tone.wav"]


@contextmanager
def formatted(tmp_path: Path, kind: str, *command: str) -> Iterator[Path]:
    image = tmp_path / "image"
    with image.open("wb") as file:
        file.truncate(128 << 20)
    run(*command, str(image))
    options = "loop,ignore_case" if kind == "lowntfs-3g" else "loop"
    with mounted(tmp_path / "disk", "-t", kind, "-o", options, str(image)) as disk:
        yield disk


def test_names_on_a_disk_that_is_blind_to_case(tmp_path: Path) -> None:
    """lowntfs-3g lists every name in small letters and finds it in any."""
    with formatted(tmp_path, "lowntfs-3g", "mkfs.ntfs", "-q", "-F") as disk:
        disk.joinpath("Kick.wav").write_bytes(encoded("wav"))
        prepared = write(str(disk / "KICK.WAV"), WriteOptions())
        assert os.path.basename(prepared.target) == "kick.wav"
        assert [name for name in os.listdir(disk) if not name.startswith("$")] == ["kick.wav"]
        assert b"[earmark: kick]" in disk.joinpath("kick.wav").read_bytes()


@pytest.mark.parametrize("kind", ["wav", "mp3", "flac", "ogg", "m4afast"])
def test_a_disk_that_shares_blocks(tmp_path: Path, kind: str) -> None:
    with formatted(tmp_path, "btrfs", "mkfs.btrfs", "-q") as disk:
        cloned = []

        class Watching(Disk):
            def clone(self, source: int, target: int) -> bool:
                cloned.append(super().clone(source, target))
                return cloned[-1]

        path = sample(disk, kind)
        prepared = prepare(path, ("kick",), disk=Watching())
        assert isinstance(prepared, Prepared), prepared
        commit(prepared)
        assert cloned == [True]
        reference = sample(tmp_path, kind)
        write(reference, WriteOptions())
        assert Path(path).read_bytes() == Path(reference).read_bytes()
        outcome = undo(past(path, prepared))
        assert outcome.kind is Undone.RESTORED
        assert Path(path).read_bytes() == encoded(kind)


def test_mode_owner_attributes_and_access_lists_are_kept(tmp_path: Path) -> None:
    path = sample(tmp_path, "wav")
    os.chmod(path, 0o640)
    os.setxattr(path, "user.vendor", b"kept")
    run("setfacl", "-m", "u:65534:r", path)
    if os.geteuid() == 0:
        os.chown(path, 1234, 2345)
    before = os.stat(path)
    names = {name: os.getxattr(path, name) for name in os.listxattr(path)}
    assert "system.posix_acl_access" in names
    write(path, WriteOptions())
    after = os.stat(path)
    assert (after.st_mode, after.st_uid, after.st_gid) == (
        before.st_mode,
        before.st_uid,
        before.st_gid,
    )
    assert {name: os.getxattr(path, name) for name in os.listxattr(path)} == names


def test_a_list_that_a_folder_hands_down_is_not_added(tmp_path: Path) -> None:
    path = sample(tmp_path, "wav")
    run("setfacl", "-d", "-m", "u:65534:r", str(tmp_path))
    write(path, WriteOptions())
    assert os.listxattr(path) == []


def test_an_owner_that_cannot_be_kept_is_a_reason_to_refuse(tmp_path: Path) -> None:
    class Foreign(Disk):
        def set_owner(self, descriptor: int, owner: int, group: int) -> None:
            raise PermissionError(1, "Operation not permitted")

    path = sample(tmp_path, "wav")
    if os.geteuid() != 0:
        pytest.skip("needs root to give a file away")
    os.chown(path, 1234, 2345)
    result = prepare(path, ("kick",), disk=Foreign())
    assert isinstance(result, Refused)
    assert result.problem.code == "owner"
    assert "doctor --retry" in result.problem.advice
    assert os.listdir(tmp_path) == ["tone.wav"]


def test_a_locked_file_is_left_alone(tmp_path: Path) -> None:
    path = sample(tmp_path, "wav")
    run("chattr", "+i", path)
    try:
        result = prepare(path, ("kick",))
    finally:
        run("chattr", "-i", path)
    assert isinstance(result, Refused)
    assert result.problem.code in ("immutable", "read-only")
    assert result.worth_retrying
