"""What may be written at all: every reason to leave a file alone, in one sentence each.

Owns the reasons that lie outside the file's structure and the wording of those within; the formats
find the latter. Never opens a file whose content is elsewhere.
"""

from __future__ import annotations

import errno
import os
import stat

from earmark_daemon.containers.source import MalformedError
from earmark_daemon.errors import EarmarkError, Problem, fail
from earmark_daemon.sharing import IN_USE_ON_WINDOWS, is_placeholder
from earmark_daemon.writing.disk import Disk

_INDEX_ONLY = "It is found by Earmark's own search all the same."
_REPAIR = f"Saving it again in an audio editor repairs it. {_INDEX_ONLY}"

_BEYOND_REPAIR = frozenset({"unsupported", "too-large", "no-audio"})

_OS_PROBLEMS = {
    errno.ENOENT: Problem("vanished", "The file is no longer there."),
    errno.ENOSPC: Problem("disk-full", "The disk is full.", "Make room; Earmark tries again."),
    errno.EDQUOT: Problem(
        "disk-full", "The disk quota is used up.", "Make room; Earmark tries again."
    ),
    errno.EROFS: Problem("read-only-place", "The disk can only be read.", _INDEX_ONLY),
    errno.EACCES: Problem(
        "no-permission", "Earmark may not change this file or folder.", _INDEX_ONLY
    ),
    errno.EPERM: Problem(
        "no-permission", "Earmark may not change this file or folder.", _INDEX_ONLY
    ),
    errno.ETXTBSY: Problem("busy", "Another program is using it.", "Earmark tries again later."),
    errno.EBUSY: Problem("busy", "Another program is using it.", "Earmark tries again later."),
    errno.ENAMETOOLONG: Problem("name-too-long", "Its path is too long.", "Move it less deep."),
}
_TO_UNDO = {
    "disk-full": "Make room, and undo it again.",
    "busy": "Close it there, and undo it again.",
    "changed": "Undo it again.",
    "read-only": "Allow changes to it, and undo it again.",
    "read-only-place": "Allow changes there, and undo it again.",
    "no-permission": "Allow changes to it, and undo it again.",
    "immutable": "Unlock it, and undo it again.",
    "cloud": "Download it, and undo it again.",
    "hard-link": "Delete its other names, or give it content of its own, and undo it again.",
    "vanished": "Once it is there again, undo it again.",
}
"""What to do where a write cannot be taken back: nobody tries that again by himself."""


def check_status(status: os.stat_result) -> None:
    """Refuse what can be refused without opening the file.

    Raises:
        EarmarkError: it must not be opened or replaced; the message says why.
    """
    if not stat.S_ISREG(status.st_mode):
        raise fail("not-a-file", "It is not a file.")
    if is_placeholder(status):
        message = "Its content is in the cloud and not on this computer."
        raise fail("cloud", message, "Download it to have it tagged.")
    if status.st_size == 0:
        raise fail("empty", "The file is empty.")
    if status.st_nlink > 1:
        message = "It is one of several names for the same file, which replacing it would part."
        raise fail("hard-link", message, _INDEX_ONLY)


def check_open(disk: Disk, path: str, descriptor: int, status: os.stat_result) -> None:
    """Refuse an open file that must not be replaced now.

    Raises:
        EarmarkError: it is protected, locked or in use.
    """
    if not disk.may_write(path):
        message = "It may not be changed: it is protected, or its disk can only be read."
        raise fail("read-only", message, "Allow changes to it to have it tagged.")
    if disk.is_immutable(descriptor, status):
        message = "It is locked against changes."
        raise fail("immutable", message, "Unlock it to have it tagged.")
    if disk.in_use(descriptor):
        message = "Another program is writing to it."
        raise fail("busy", message, "Earmark tries again later.")


def explain(error: OSError | EarmarkError) -> Problem:
    """One clear sentence for whatever stopped a write, and what to do about it."""
    if isinstance(error, OSError):
        if getattr(error, "winerror", None) in IN_USE_ON_WINDOWS:
            return _OS_PROBLEMS[errno.EBUSY]
        other = Problem("io-error", f"The disk reported an error: {error.strerror or error}.")
        return _OS_PROBLEMS.get(error.errno or 0, other)
    problem = error.problem
    if not isinstance(error, MalformedError):
        return problem
    advice = _INDEX_ONLY if problem.code in _BEYOND_REPAIR else _REPAIR
    return Problem(problem.code, problem.message, advice)


def about_undo(problem: Problem) -> Problem:
    """What stopped the taking back of a write, with what to do about it then."""
    message = problem.message.replace("while it was being tagged", "while it was taken back")
    return Problem(problem.code, message, _TO_UNDO.get(problem.code, ""))
