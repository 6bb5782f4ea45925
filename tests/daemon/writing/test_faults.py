"""Whatever system call fails, the file is the old one or the new one, whole."""

import errno
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from tests.daemon.writing.faults import CountingDisk, FailingDisk, ShortDisk
from tests.daemon.writing.past import past
from tests.encoded import encoded, sample

from earmark_daemon.errors import EarmarkError
from earmark_daemon.writing import (
    Prepared,
    Recovered,
    Refused,
    Unchanged,
    Undone,
    commit,
    discard,
    prepare,
    recover,
    sweep,
    undo,
)
from earmark_daemon.writing.disk import Disk

ERRORS = [errno.ENOSPC, errno.EIO, errno.EPERM, errno.EINTR]


def write(path: str, disk: Disk) -> Prepared | Unchanged | Refused | EarmarkError:
    prepared = prepare(path, ("kick",), disk=disk)
    if not isinstance(prepared, Prepared):
        return prepared
    try:
        commit(prepared, disk)
    except EarmarkError as error:
        return error
    return prepared


def tagged(folder: Path, kind: str) -> bytes:
    path = sample(folder, kind, "reference")
    assert isinstance(write(path, Disk()), Prepared)
    data = Path(path).read_bytes()
    os.unlink(path)
    return data


def calls_of(folder: Path, kind: str) -> list[str]:
    disk = CountingDisk()
    path = sample(folder, kind, "counted")
    write(path, disk)
    os.unlink(path)
    return disk.calls


@pytest.mark.parametrize(
    ("kind", "error", "for_good"),
    [
        *(("wav", error, for_good) for error in ERRORS for for_good in (False, True)),
        ("mp3", errno.EIO, False),
        ("m4afast", errno.EIO, False),
    ],
)
def test_the_file_is_whole_whichever_call_fails(
    fast_folder: Path, kind: str, error: int, for_good: bool
) -> None:
    before, after = encoded(kind), tagged(fast_folder, kind)
    calls = calls_of(fast_folder, kind)
    assert {"write", "sync", "replace", "sync_folder", "set_mode", "create"} <= set(calls)
    for number, name in enumerate(calls):
        path = sample(fast_folder, kind)
        result = write(path, FailingDisk(number, error, for_good))
        data = Path(path).read_bytes()
        assert data in (before, after), (number, name)
        if not isinstance(result, Prepared):
            assert data == before, (number, name)
        left = [each for each in os.listdir(fast_folder) if each.startswith(".")]
        assert not left or for_good or name == "remove", (number, name, left)
        sweep(str(fast_folder))
        assert os.listdir(fast_folder) == [Path(path).name]


@pytest.mark.parametrize("error", ERRORS, ids=errno.errorcode.get)
def test_undo_leaves_the_file_whole_whichever_call_fails(fast_folder: Path, error: int) -> None:
    before = encoded("wav")
    number = 0
    while True:
        path = sample(fast_folder, "wav")
        written = write(path, Disk())
        assert isinstance(written, Prepared)
        after = Path(path).read_bytes()
        disk = FailingDisk(number, error)
        kind = undo(past(path, written), disk).kind
        assert Path(path).read_bytes() == (before if kind is Undone.RESTORED else after)
        if number > len(disk.calls):
            return
        number += 1


def test_short_reads_and_writes_are_gone_on_with(tmp_path: Path) -> None:
    path = sample(tmp_path, "wav")
    assert isinstance(write(path, ShortDisk()), Prepared)
    assert Path(path).read_bytes() == tagged(tmp_path, "wav")


@contextmanager
def only_free(handles: int) -> Iterator[None]:
    """Inside, this process can open no more than so many files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    held = []
    used = max(int(name) for name in os.listdir("/proc/self/fd"))
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(used + 32, soft), hard))
        with suppress(OSError):
            while True:
                held.append(os.open(os.devnull, os.O_RDONLY))
        for _ in range(handles):
            os.close(held.pop())
        yield
    finally:
        for each in held:
            os.close(each)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.skipif(sys.platform != "linux", reason="counts handles as Linux does")
@pytest.mark.parametrize("handles", range(4))
def test_without_handles_left_it_is_tried_again(tmp_path: Path, handles: int) -> None:
    path = sample(tmp_path, "flac")
    discard(prepared(path))  # whatever is imported late is there now
    with only_free(handles):
        result = prepare(path, ("kick",))
    if handles < 3:
        assert isinstance(result, Refused)
        assert result.worth_retrying, result.problem
    else:
        assert isinstance(result, Prepared)


def prepared(path: str) -> Prepared:
    result = prepare(path, ("kick",))
    assert isinstance(result, Prepared)
    return result


def test_a_full_disk_is_said_in_words_and_tried_again(tmp_path: Path) -> None:
    path = sample(tmp_path, "wav")
    number = calls_of(tmp_path, "wav").index("write")
    result = write(path, FailingDisk(number, errno.ENOSPC))
    assert isinstance(result, Refused)
    assert result.problem.code == "disk-full"
    assert result.worth_retrying


def test_recovery_survives_a_disk_that_fails(tmp_path: Path) -> None:
    path = sample(tmp_path, "wav")
    prepared = prepare(path, ("kick",))
    assert isinstance(prepared, Prepared)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        recover(prepared, FailingDisk(2, errno.EIO))
    assert recover(prepared) is Recovered.NOT_DONE
