"""Turns the system's error numbers into problems that a person can act on; the one place for it."""

from __future__ import annotations

import errno
import sys

from earmark_daemon.errors import Problem

VANISHED = frozenset({errno.ENOENT, errno.ENOTDIR})
"""What was there a moment ago is not there now: no problem at all, only news."""

CLOUD_ONLY = Problem(
    "cloud-only",
    "It is in the cloud and not on this machine.",
    "Make it available offline, then it is taken in by itself.",
)
BROKEN_LINK = Problem("broken-link", "It is a link to something that is not there.")
OTHER_DISK = Problem(
    "other-disk",
    "Another disk is in the place of the watched folder, none of its known files is there.",
    "If that is right, remove the folder from the watched ones and add it again.",
)
IN_USE = Problem(
    "in-use",
    "Another program has been writing to it for a long time.",
    "It is taken in as soon as that program is done with it.",
)
NO_EVENTS = Problem(
    "no-events",
    "The system does not report changes in this folder, so it is compared at intervals.",
    "New files are found a little later than elsewhere.",
)
WATCH_LIMIT = Problem(
    "watch-limit",
    "The system allows too few watched folders for this one, so it is compared at intervals.",
    "Raise the limit: sudo sysctl fs.inotify.max_user_watches=1048576 "
    "(and the same line in /etc/sysctl.d/60-earmark.conf to keep it).",
)
INSTANCE_LIMIT = Problem(
    "watch-limit",
    "Too many programs watch folders at the moment, so this one is compared at intervals.",
    "Raise the limit: sudo sysctl fs.inotify.max_user_instances=1024 "
    "(and the same line in /etc/sysctl.d/60-earmark.conf to keep it).",
)


TOO_LONG = Problem(
    "path-too-long",
    "This path is longer than the system can open.",
    "Shorten the names of the folders above it.",
)
_LONGEST_ON_WINDOWS = 259


def is_beyond_windows(path: str) -> bool:
    """Whether Windows may say “not there” for the length of a path alone.

    It does so unless long paths are switched on in the registry, which is not the default.
    """
    return sys.platform == "win32" and len(path) > _LONGEST_ON_WINDOWS


def problem_of(error: OSError, *, folder: bool) -> Problem:
    """Say in words why a file or folder could not be looked at."""
    thing = "folder" if folder else "file"
    if error.errno in (errno.EACCES, errno.EPERM):
        return Problem(
            "permission-denied",
            f"You may not read this {thing}.",
            "Change its permissions, or exclude it.",
        )
    if error.errno == errno.ENAMETOOLONG:
        return Problem(
            "path-too-long",
            f"The path of this {thing} is longer than the system can open.",
            "Shorten the names of the folders above it.",
        )
    if error.errno == errno.ELOOP:
        return Problem("link-loop", f"This {thing} is a link that leads back to itself.")
    return Problem(
        "unreadable",
        f"The system could not read this {thing}: {error.strerror or error}.",
        "Check the disk and the connection to it.",
    )


def watching_problem(error: OSError) -> Problem:
    """Say why a folder cannot be watched by the system's own events."""
    if error.errno == errno.ENOSPC:
        return WATCH_LIMIT
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return INSTANCE_LIMIT
    return NO_EVENTS
