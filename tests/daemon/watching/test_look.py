from __future__ import annotations

import errno
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from tests.daemon.watching.recorder import on_disk, sound

from earmark_daemon.sharing import open_for_reading
from earmark_daemon.watching.look import Sight, look

linux = pytest.mark.skipif(sys.platform != "linux", reason="read leases are Linux's own")


def test_a_file_that_opens(tmp_path: Path) -> None:
    path = sound(tmp_path / "a.wav")
    seen = look(str(path))
    assert seen.sight is Sight.READY
    assert seen.found is not None
    assert seen.found.stamp == on_disk(tmp_path)[str(path)]


@pytest.mark.parametrize("size", [0, 36])
def test_a_bounce_that_is_written_in_pieces_is_busy_until_its_header_is_right_or_nobody_goes_on(
    tmp_path: Path, size: int
) -> None:
    def wav(riff: int, data: int) -> bytes:
        form = struct.pack("<HHIIHH", 1, 1, 44100, 88200, 2, 16)
        head = b"RIFF" + struct.pack("<I", riff) + b"WAVEfmt \x10\0\0\0" + form
        return head + b"data" + struct.pack("<I", data) + bytes(6000)

    path = sound(tmp_path / "bounce.wav", wav(size, 0))
    assert look(str(path)).sight is Sight.BUSY
    os.utime(path, (0, 0))
    assert look(str(path)).sight is Sight.READY
    sound(path, wav(6036, 6000))
    assert look(str(path)).sight is Sight.READY


def test_nothing_a_folder_and_a_pipe_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "kick.wav").mkdir()
    os.mkfifo(tmp_path / "pipe.wav")
    for name in ("kick.wav", "pipe.wav", "nothing.wav", "kick.wav/nothing.wav"):
        assert look(str(tmp_path / name)).sight is Sight.ABSENT


@linux
def test_a_file_that_somebody_writes_to_is_busy(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with path.open("wb"):
        assert look(str(path)).sight is Sight.BUSY
    with path.open("rb"):
        assert look(str(path)).sight is Sight.READY


@linux
def test_a_writer_in_another_process_is_seen_and_not_hindered(tmp_path: Path) -> None:
    path = sound(tmp_path / "a.wav", b"")
    script = (
        "import sys; f = open(sys.argv[1], 'ab'); print('open', flush=True)\n"
        "sys.stdin.readline(); f.close(); print('closed', flush=True)\n"
        "for n in range(2000): open(sys.argv[1], 'ab').write(b'x')\n"
    )
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", script, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        writer.stdout.readline()
        assert look(str(path)).sight is Sight.BUSY
        writer.stdin.write("\n")
        writer.stdin.flush()
        writer.stdout.readline()
        while writer.poll() is None:
            look(str(path))
    assert writer.returncode == 0
    assert path.stat().st_size == 2000


def test_a_path_too_long_is_refused_in_words(tmp_path: Path) -> None:
    seen = look(str(tmp_path / ("x" * 300 + ".wav")))
    assert seen.sight is Sight.REFUSED
    assert seen.problem is not None
    assert seen.problem.code == "path-too-long"


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.EMFILE])
def test_a_file_that_does_not_open_for_now_is_taken_in_to_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = sound(tmp_path / "a.wav")

    def fail(path: str) -> int:
        raise OSError(number, os.strerror(number), path)

    monkeypatch.setattr("earmark_daemon.watching.look.open_for_reading", fail)
    seen = look(str(path))
    assert seen.sight is Sight.READY
    assert seen.found is not None
    assert seen.found.stamp == on_disk(tmp_path)[str(path)]


def test_a_file_that_goes_just_before_it_is_opened_is_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sound(tmp_path / "a.wav")

    def late(path: str) -> int:
        os.unlink(path)
        return open_for_reading(path)

    monkeypatch.setattr("earmark_daemon.watching.look.open_for_reading", late)
    assert look(str(path)).sight is Sight.ABSENT


def test_a_file_one_may_not_read_is_taken_in_to_have_its_reason(tmp_path: Path) -> None:
    """As a user without rights: the superuser may read everything."""
    script = (
        "import os, sys; from earmark_daemon.watching.look import look\n"
        "os.getuid() or os.setuid(65534)\n"
        "print(look(sys.argv[1]).sight.name)\n"
    )
    path = sound(tmp_path / "a.wav")
    for folder in [tmp_path, *list(tmp_path.parents)[:-2]]:
        folder.chmod(0o755)
    path.chmod(0)
    command = [sys.executable, "-c", script, str(path)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout == "READY\n"
