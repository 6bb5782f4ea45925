"""Looks at one path: is it a file, what is its stamp, does it open, is somebody writing to it."""

from __future__ import annotations

import os
import stat
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

from earmark_daemon.errors import Problem
from earmark_daemon.sharing import (
    IN_USE_ON_WINDOWS,
    is_placeholder,
    is_written_to,
    open_for_reading,
)
from earmark_daemon.watching.facts import Found, Identity, Stamp
from earmark_daemon.watching.ignore import skips_folder
from earmark_daemon.watching.problems import (
    CLOUD_ONLY,
    TOO_LONG,
    VANISHED,
    is_beyond_windows,
    problem_of,
)

_WAV_HEADER = 44
"""Bytes before the samples of a plain WAV; the last eight are ``data`` and how many follow."""

_BEGUN_SECONDS = 60.0
"""So long after the last change a file whose header says too little may still be completed."""


class Sight(Enum):
    """What a look at a path showed."""

    READY = "a file, and nobody known to be writing to it"
    BUSY = "a file that another program is writing to"
    ABSENT = "nothing there, or no file"
    REFUSED = "a file that cannot be looked at, or that is not on this machine"


@dataclass(frozen=True, slots=True)
class Look:
    """The answer: `found` unless absent or unreachable, `problem` only if refused."""

    sight: Sight
    found: Found | None = None
    problem: Problem | None = None


def found_of(path: str, status: os.stat_result) -> Found:
    """The facts of one file from its status."""
    return Found(path, Stamp.of(status), max(status.st_mtime_ns, status.st_ctime_ns))


def identify(folder: str) -> Identity:
    """Which folder this really is.

    Raises:
        OSError: it is not there, is no folder, or its disk does not answer.
    """
    status = os.stat(folder)
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(20, "Not a folder", folder)
    disk = os.statvfs(folder).f_fsid if hasattr(os, "statvfs") else 0
    return Identity(status.st_dev, status.st_ino, disk)


def is_there(path: str) -> bool:
    """Whether something is at a path under exactly this name.

    A disk that takes no notice of case answers to the old name, too, of what was renamed from
    ``kick`` to ``Kick``; its listings tell the names apart.
    """
    if not os.path.lexists(path):
        return False
    while (folder := os.path.dirname(path)) != path:
        if _is_listed_otherwise(folder, os.path.basename(path)):
            return False
        path = folder
    return True


def _is_listed_otherwise(folder: str, name: str) -> bool:
    """Whether a name that is answered to stands in its folder with other capitals."""
    if not os.path.lexists(os.path.join(folder, name.swapcase())):
        return False
    try:
        names = os.listdir(folder)
    except OSError:
        return False
    return name not in names and name.casefold() in map(str.casefold, names)


def device_beneath(folder: str) -> int | None:
    """The file system beneath a folder: its own, or else that of the nearest one that is there.

    Where a disk is not there this is another one than its files were on. None where it cannot be
    told.
    """
    while True:
        try:
            return os.stat(folder).st_dev
        except OSError as error:
            if error.errno not in VANISHED or folder == os.path.dirname(folder):
                return None
        folder = os.path.dirname(folder)


def is_bare(folder: str) -> bool:
    """Whether nothing of interest is in a folder, as in the mount point of a missing disk.

    Raises:
        OSError: it cannot be read.
    """
    with os.scandir(folder) as entries:
        return all(skips_folder(entry.name) for entry in entries)


def look(path: str) -> Look:
    """Look at a path as it is now; never blocks on pipes, never fetches from a cloud."""
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            return Look(Sight.ABSENT)
        found = found_of(path, status)
        if is_placeholder(status):
            return Look(Sight.REFUSED, found, CLOUD_ONLY)
        return Look(Sight.BUSY if _in_use(path, status) else Sight.READY, found)
    except OSError as error:
        if error.errno in VANISHED and is_beyond_windows(path):
            return Look(Sight.REFUSED, None, TOO_LONG)
        if error.errno in VANISHED:
            return Look(Sight.ABSENT)
        return Look(Sight.REFUSED, None, problem_of(error, folder=False))


def _in_use(path: str, status: os.stat_result) -> bool:
    """Open the file for reading and see whether it is still being written.

    One that cannot be read is taken in all the same: the index then says why it has no tags, and
    where that may pass it is tried again.
    """
    try:
        descriptor = open_for_reading(path)
    except OSError as error:
        if error.errno in VANISHED:
            raise
        return getattr(error, "winerror", None) in IN_USE_ON_WINDOWS
    try:
        return _has_writer(descriptor) or _is_begun(descriptor, status)
    finally:
        os.close(descriptor)


def _is_begun(descriptor: int, status: os.stat_result) -> bool:
    """Whether it is a new WAV whose header is yet to say how much it holds, as of a bounce.

    Who writes one may close it and open it again for each piece. One that nobody goes on with is
    taken as it is.
    """
    if not 0 <= time.time() - status.st_mtime < _BEGUN_SECONDS:
        return False
    try:
        head = os.read(descriptor, _WAV_HEADER)
    except OSError:  # whoever hears it says so
        return False
    if head[:4] != b"RIFF" or status.st_size <= _WAV_HEADER:
        return False
    return head[4:8] == bytes(4) or head[36:] == b"data" + bytes(4)


def _has_writer(descriptor: int) -> bool:
    """Whether a writer can be made out: on Linux, and on macOS one that locked it for itself."""
    if sys.platform == "darwin":
        import fcntl

        with suppress(OSError):  # a file system without locks
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
    return is_written_to(descriptor)
