"""What Windows and macOS do otherwise than Linux, as far as it can be acted out here."""

from __future__ import annotations

import errno
import ntpath
import os
import stat
import struct
import subprocess
import sys
import types
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from tests.daemon.watching.recorder import sound
from watchdog.events import FileCreatedEvent

from earmark_daemon import links, program, settings
from earmark_daemon.autostart import login
from earmark_daemon.watching import mounts, problems
from earmark_daemon.watching import scan as scanning
from earmark_daemon.watching.facts import Moved, Trouble
from earmark_daemon.watching.hints import Hint
from earmark_daemon.watching.ignore import Rules
from earmark_daemon.watching.look import Sight, found_of, look
from earmark_daemon.watching.mounts import Mount, mount_of
from earmark_daemon.watching.reconcile import Gone, reconcile
from earmark_daemon.watching.scan import scan
from earmark_daemon.watching.watcher import _Handler
from earmark_daemon.writing import likeness
from earmark_daemon.writing.copying import replace_whole
from earmark_daemon.writing.disk import Disk
from earmark_daemon.writing.outcomes import Prepared, Refused
from earmark_daemon.writing.writer import commit_all, prepare


def refused(number: int, winerror: int | None) -> PermissionError:
    error = PermissionError(number, os.strerror(number))
    error.winerror = winerror  # type: ignore[attr-defined]
    return error


def wav() -> bytes:
    body = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 44100, 88200, 2, 16)
    body += b"data" + struct.pack("<I", 2000) + bytes(range(250)) * 8
    return b"RIFF" + struct.pack("<I", len(body)) + body


class WindowsDisk(Disk):
    """Refuses to replace what is open, as Windows does with what CreateFile did not share."""

    def __init__(self) -> None:
        self.open: dict[int, str] = {}

    def open_read(self, path: str) -> int:
        descriptor = super().open_read(path)
        self.open[descriptor] = os.path.realpath(path)
        return descriptor

    def close(self, descriptor: int) -> None:
        self.open.pop(descriptor, None)
        super().close(descriptor)

    def replace(self, source: str, target: str) -> None:
        if os.path.realpath(target) in self.open.values():
            raise refused(errno.EACCES, 5)
        super().replace(source, target)


def test_a_small_file_that_is_there_is_replaced_on_windows(tmp_path: Path) -> None:
    sidecar = tmp_path / "keywords.xmp"
    sidecar.write_bytes(b"old")
    assert replace_whole(WindowsDisk(), str(sidecar), b"new", lambda: True)
    assert sidecar.read_bytes() == b"new"
    assert not replace_whole(WindowsDisk(), str(sidecar), b"newer", lambda: False)
    assert os.listdir(tmp_path) == ["keywords.xmp"]


def test_a_sound_that_is_open_in_a_daw_on_windows_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(wav())
    prepared = prepare(str(path), ["kick"])
    assert isinstance(prepared, Prepared)

    def replace(*_: object) -> None:
        raise refused(errno.EACCES, 5)

    monkeypatch.setattr(os, "replace", replace)
    (outcome,) = commit_all([prepared])
    assert isinstance(outcome, Refused)
    assert (outcome.problem.code, outcome.worth_retrying) == ("busy", True)


def test_a_file_that_a_writer_shares_with_nobody_is_busy_on_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """os.open says EACCES and no more; CreateFile says why."""
    path = sound(tmp_path / "a.wav")
    real = os.open

    def os_open(name: Any, *arguments: Any, **named: Any) -> int:
        if os.fspath(name) == str(path):
            raise refused(errno.EACCES, None)
        return real(name, *arguments, **named)

    def create_file(*_: object) -> int:
        raise refused(errno.EACCES, 32)

    winapi = types.SimpleNamespace(
        CreateFile=create_file,
        CloseHandle=os.close,
        GENERIC_READ=1 << 31,
        NULL=0,
        OPEN_EXISTING=3,
    )
    monkeypatch.setattr(os, "open", os_open)
    assert look(str(path)).sight is Sight.READY  # nobody to ask: taken in, to say why
    monkeypatch.setitem(sys.modules, "_winapi", winapi)
    monkeypatch.setattr("earmark_daemon.sharing.sys", types.SimpleNamespace(platform="win32"))
    assert look(str(path)).sight is Sight.BUSY


def test_a_log_is_short_where_writing_goes_on_at_a_place_of_its_own(tmp_path: Path) -> None:
    """As on Windows, where no program can be given a handle that appends."""
    log = tmp_path / "log"
    log.write_bytes(b"x" * 79 + b"\n")
    program = (
        "import os, sys; from pathlib import Path; from earmark_daemon.cli import telling\n"
        "os.lseek(1, 0, os.SEEK_END)\n"
        "for _ in range(50):\n"
        "    os.write(1, b'y' * 79 + b'\\n')\n"
        "    telling.keep_short(Path(sys.argv[1]), 400)\n"
    )
    with log.open("r+b") as output:
        subprocess.run(
            [sys.executable, "-c", program, str(log)],
            stdout=output,
            check=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    assert log.stat().st_size <= 400
    assert b"\0" not in log.read_bytes()


def test_a_link_to_another_drive_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound(tmp_path / "c/samples/a.wav")
    sound(tmp_path / "d/b.wav")
    (tmp_path / "c/samples/link").symlink_to(tmp_path / "d")

    def commonpath(paths: list[str]) -> str:
        drives = [path.removeprefix(f"{tmp_path}/").replace("/", ":/", 1) for path in paths]
        return ntpath.commonpath([f"{drive}:/" if ":" not in drive else drive for drive in drives])

    with pytest.raises(ValueError, match="same drive"):
        commonpath([str(tmp_path / "c/x"), str(tmp_path / "d")])
    with monkeypatch.context() as windows:
        windows.setattr(os.path, "commonpath", commonpath)
        items = list(scan(str(tmp_path / "c/samples"), Rules()))
    assert {os.path.basename(each.path) for each in items} == {"a.wav", "b.wav"}


class Listed:
    """An entry of a folder as Windows lists it: without numbers, junctions as folders."""

    def __init__(self, entry: os.DirEntry[str]) -> None:
        self.name, self.path, self._entry = entry.name, entry.path, entry
        self._junction = entry.is_symlink() and entry.is_dir()

    def is_symlink(self) -> bool:
        return self._entry.is_symlink() and not self._junction

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        return self._entry.is_dir(follow_symlinks=follow_symlinks) or self._junction

    def is_file(self) -> bool:
        return self._entry.is_file()

    def stat(self, *, follow_symlinks: bool = True) -> Any:
        status = self._entry.stat(follow_symlinks=follow_symlinks)
        fields = {name: getattr(status, name) for name in dir(status) if name.startswith("st_")}
        tag = 0xA0000003 if self._junction else 0
        return types.SimpleNamespace(
            **{**fields, "st_ino": 0, "st_dev": 0, "st_nlink": 0, "st_reparse_tag": tag}
        )


@pytest.fixture
def listing_of_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir

    @contextmanager
    def scandir(folder: str) -> Iterator[Iterator[Listed]]:
        with real(folder) as entries:
            yield (Listed(entry) for entry in entries)

    monkeypatch.setattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", 0xA0000003, raising=False)
    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr(scanning, "sys", types.SimpleNamespace(platform="win32"))


@pytest.mark.usefixtures("listing_of_windows")
def test_a_file_renamed_while_nobody_watched_is_known_on_windows(tmp_path: Path) -> None:
    path = sound(tmp_path / "Kick.wav")
    status = os.stat(path)
    known = [(str(path), found_of(str(path), status).stamp)]
    path.rename(tmp_path / "Deep kick.wav")
    changes = list(
        reconcile(scan(str(tmp_path), Rules()), known, beneath=lambda _: frozenset({status.st_dev}))
    )
    assert [type(change) for change in changes] == [Moved], changes
    assert not [change for change in changes if isinstance(change, Gone)]


@pytest.mark.usefixtures("listing_of_windows")
def test_a_junction_that_leads_back_is_not_followed(tmp_path: Path) -> None:
    sound(tmp_path / "a.wav")
    (tmp_path / "again").symlink_to(tmp_path)
    found = list(scan(str(tmp_path), Rules()))
    assert len(found) == 1


def test_what_is_too_long_for_windows_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows says that it is not there; its folder lists it all the same."""
    folder = tmp_path
    while len(str(folder)) < 245:
        folder /= "x" * min(80, 250 - len(str(folder)))
    path = sound(folder / "kick with a long name.wav")
    real = os.stat

    def os_stat(name: Any, *arguments: Any, **named: Any) -> os.stat_result:
        if isinstance(name, str) and len(name) > 259:
            raise FileNotFoundError(errno.ENOENT, "The system cannot find the path specified")
        return real(name, *arguments, **named)

    with monkeypatch.context() as windows:
        windows.setattr(os, "stat", os_stat)
        windows.setattr(problems, "sys", types.SimpleNamespace(platform="win32"))
        windows.setattr(scanning, "_status", lambda entry: os_stat(entry.path))
        seen, listed = look(str(path)), list(scan(str(tmp_path), Rules()))
    assert seen.problem is not None
    assert seen.problem.code == "path-too-long"
    (trouble,) = listed
    assert isinstance(trouble, Trouble)
    assert trouble.problem.code == "path-too-long"


def test_the_letter_of_a_network_drive_is_a_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """realpath resolves it on Windows (python/cpython#82174)."""
    table = (Mount("C:\\", "ntfs"), Mount("Z:\\", "smb"))
    paths = types.SimpleNamespace(realpath=lambda path: path.replace("Z:", r"\\nas\packs"))
    monkeypatch.setattr(mounts, "os", types.SimpleNamespace(sep="\\", path=paths))
    assert not mount_of(r"Z:\Drums", table).sends_events
    assert mount_of(r"C:\Drums", table) == Mount("C:\\", "ntfs")


FORMS: tuple[Literal["NFC"], Literal["NFD"]] = ("NFC", "NFD")


@pytest.mark.parametrize("form", FORMS)
def test_events_name_a_root_with_its_letters_taken_apart(form: Literal["NFC", "NFD"]) -> None:
    hints: list[Hint] = []
    root = unicodedata.normalize(form, "/Volumes/Bücher/Töne")
    for other in FORMS:
        handler = _Handler(root, unicodedata.normalize(form, root), Rules(), hints.append)
        handler.dispatch(FileCreatedEvent(unicodedata.normalize(other, root) + "/kick.wav"))
    assert [hint.path for hint in hints] == [f"{root}/kick.wav"] * 2


@pytest.mark.parametrize("name", ["com.apple.macl", "com.apple.provenance"])
def test_attributes_that_macos_keeps_for_itself_keep_no_file_from_its_tags(
    tmp_path: Path, name: str
) -> None:
    class Mac(Disk):
        def attributes(self, descriptor: int) -> dict[str, bytes]:
            return {name: b"1"} if descriptor == original else {}

        def set_attribute(self, descriptor: int, name: str, value: bytes | None) -> None:
            raise PermissionError(errno.EPERM, "Operation not permitted")

    path = sound(tmp_path / "a.wav")
    original, copy = os.open(path, os.O_RDONLY), os.open(path, os.O_RDWR)
    try:
        likeness.carry_over(Mac(), original, os.fstat(original), copy, {})
    finally:
        os.close(original)
        os.close(copy)


def test_launchd_is_told_where_programs_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "_here", lambda: (login.Manner.LAUNCHD, Path("/Users/anna")))
    monkeypatch.setenv("PATH", "/opt/homebrew/bin:/usr/bin")
    assert login.this_login().environment["PATH"] == "/opt/homebrew/bin:/usr/bin"


def test_what_is_started_on_windows_has_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert program.apart() == {"start_new_session": True}
    monkeypatch.setattr(subprocess, "CREATE_NO_WINDOW", 0x08000000, raising=False)
    monkeypatch.setattr(program, "sys", types.SimpleNamespace(platform="win32"))
    assert program.apart() == {"creationflags": 0x08000000}


def test_a_sound_that_qt_names_is_the_watched_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file dropped on a window on Windows has slashes in its path."""
    names = ("basename", "dirname", "isabs", "join", "normpath", "split")
    paths = types.SimpleNamespace(**{name: getattr(ntpath, name) for name in names})
    paths.realpath = ntpath.normpath
    paths.isdir = lambda path: not path.endswith(".wav")
    windows = types.SimpleNamespace(sep="\\", altsep="/", path=paths)
    for module in (links, settings):
        monkeypatch.setattr(module, "os", windows)
    watched = links.WatchedPaths([settings.Folder(r"C:\Samples")])
    assert watched.path_of("C:/Samples/Drums/k.wav") == r"C:\Samples\Drums\k.wav"
    assert watched.path_of("C:/Samples/Drums") == r"C:\Samples\Drums"
