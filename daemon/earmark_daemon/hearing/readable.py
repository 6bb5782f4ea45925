"""Whether a path can be read as a sound file at all, and why not, in words; needs no decoder."""

from __future__ import annotations

import os
import stat

from earmark_daemon.containers.source import open_source
from earmark_daemon.errors import EarmarkError, Problem, fail


def why_unreadable(path: str) -> Problem:
    """Why a path cannot be taken as a sound, for one that is known not to be readable."""
    try:
        check_readable(path)
    except EarmarkError as error:
        return error.problem
    return Problem("unreadable", "The file could not be looked at; another program may hold it.")


def check_readable(path: str) -> None:
    """See that there is a file that may be read, and something in it.

    Raises:
        EarmarkError: there is none, and why.
    """
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise fail("folder", "This is a folder that is named like a sound.", path=path)
        if not stat.S_ISREG(status.st_mode):
            raise fail("not-a-file", "This is not a file but a device or a pipe.", path=path)
        with open(path, "rb"):
            pass
    except OSError as error:
        raise unreadable(error, path) from error
    if status.st_size == 0:
        raise fail(
            "empty-file",
            "The file is empty (0 bytes).",
            "The download or copy may have failed; fetch it again.",
            path,
        )


def check_not_hollow(path: str) -> None:
    """See that a file is more than zeros: so it is left by a download or a disk that broke off.

    Raises:
        EarmarkError: it is nothing else.
        OSError: it cannot be read.
    """
    with open_source(path) as source:
        if not any(block.strip(b"\0") for block in source.blocks(0, source.size)):
            raise fail(
                "hollow-file",
                "It holds nothing but zeros: its content never came.",
                "Fetch it again from where it came.",
                path,
            )


def unreadable(error: OSError, path: str) -> EarmarkError:
    """The system's reason in words."""
    if os.path.isdir(path):
        return fail("folder", "This is a folder.", "Name a sound that lies in it.", path)
    if isinstance(error, FileNotFoundError):
        return fail("vanished", "The file is not there (any more).", path=path)
    if isinstance(error, PermissionError):
        return fail(
            "no-permission",
            "Earmark may not read this file.",
            "Give your user the right to read it; then it is taken by itself.",
            path,
        )
    return fail(
        "unreadable",
        f"The file cannot be read ({error.strerror or error}).",
        "Check the disk that it lies on.",
        path,
    )
