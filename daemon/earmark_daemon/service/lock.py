"""One daemon at a time: a lock on a file that the system drops when its holder dies."""

from __future__ import annotations

from filelock import FileLock, Timeout

from earmark_daemon.errors import ALREADY_RUNNING, fail
from earmark_daemon.places import Places


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
