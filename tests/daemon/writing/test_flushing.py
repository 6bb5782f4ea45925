"""What was written is on the medium, on macOS too, whose fsync stops before it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from earmark_daemon.writing.disk import REAL_DISK

fcntl = pytest.importorskip("fcntl")
FULL = 51


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the system is asked for."""
    calls: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: calls.append("fsync"))
    return calls


@pytest.fixture
def mac(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Has the system offer what macOS does, and refuse it with an error unless that is 0."""

    def offer(refusal: int) -> None:
        def control(descriptor: int, command: int) -> int:
            assert command == FULL
            asked.append("full")
            if refusal:
                raise OSError(refusal, os.strerror(refusal))
            return 0

        monkeypatch.setattr(fcntl, "F_FULLFSYNC", FULL, raising=False)
        monkeypatch.setattr(fcntl, "fcntl", control)

    return offer


def sync(folder: Path) -> None:
    descriptor = os.open(folder / "file", os.O_RDWR | os.O_CREAT)
    try:
        REAL_DISK.sync(descriptor)
    finally:
        os.close(descriptor)
    REAL_DISK.sync_folder(str(folder))


def test_macos_is_asked_to_empty_the_drives_memory(
    asked: list[str], mac: Callable[[int], None], tmp_path: Path
) -> None:
    mac(0)
    sync(tmp_path)
    assert asked == ["full", "full"]


def test_a_disk_that_does_not_offer_it_is_asked_for_less(
    asked: list[str], mac: Callable[[int], None], tmp_path: Path
) -> None:
    mac(errno.ENOTSUP)
    sync(tmp_path)
    assert asked == ["full", "fsync"] * 2


def test_a_disk_that_fails_is_not_taken_for_one_that_does_not_offer_it(
    asked: list[str], mac: Callable[[int], None], tmp_path: Path
) -> None:
    mac(errno.EIO)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        sync(tmp_path)
    assert asked == ["full"]


@pytest.mark.skipif(hasattr(fcntl, "F_FULLFSYNC"), reason="as on other systems than macOS")
def test_other_systems_are_asked_for_fsync(asked: list[str], tmp_path: Path) -> None:
    sync(tmp_path)
    assert asked == ["fsync", "fsync"]
