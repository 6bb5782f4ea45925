"""One daemon at a time: a lock on a file that the system drops when its holder dies."""

from __future__ import annotations

import os
from pathlib import Path

from filelock import FileLock, Timeout

from earmark_daemon.errors import ALREADY_RUNNING, fail
from earmark_daemon.places import Places

_LOCKS = Path("/proc/locks")


def hold(places: Places) -> FileLock:
    """Become the only writer of the index.

    Raises:
        EarmarkError: another Earmark is, or the lock cannot be made.
    """
    try:
        places.make()
        lock = FileLock(places.lock)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise fail(
            ALREADY_RUNNING,
            "Earmark is running already.",
            "See what it does with: earmark status",
        ) from error
    except OSError as error:
        raise fail(
            "no-home",
            f"Earmark cannot write to its own folder {places.data} ({error.strerror}).",
            "Make it writable, or set EARMARK_HOME to another folder.",
        ) from error
    return lock


def holder(places: Places) -> int | None:
    """The process that holds the lock; None where nobody does, or the system does not tell.

    Linux tells, but on file systems that number their files in two ways. Source: proc_locks(5)
    """
    try:
        status = os.stat(places.lock)
        locks = _LOCKS.read_text().splitlines()
    except OSError:
        return None
    major, minor = os.major(status.st_dev), os.minor(status.st_dev)
    wanted = f"{major:02x}:{minor:02x}:{status.st_ino}"
    for lock in locks:
        _, kind, _, _, process, file, *_ = lock.split()
        if (kind, file) == ("FLOCK", wanted):
            return int(process)
    return None


def wait_until_free(places: Places, seconds: float) -> None:
    """Return once nobody holds the lock any more.

    Raises:
        EarmarkError: somebody still does after ``seconds``.
    """
    try:
        with FileLock(places.lock).acquire(timeout=seconds):
            return
    except Timeout as error:
        raise fail(
            "still-running",
            "Earmark is still finishing what was asked of it.",
            "Look again in a minute.",
        ) from error
