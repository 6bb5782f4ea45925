"""Starting at login: a few small files in the user's own folders, and nothing else.

What is written is a pure function of a `Login`; the functions here alone touch the disk. Nothing
is started or stopped.
"""

from __future__ import annotations

import os
from pathlib import Path

from earmark_daemon.autostart.entries import Link, entries
from earmark_daemon.autostart.login import Login, Manner, this_login
from earmark_daemon.errors import EarmarkError, fail

__all__ = ["Login", "Manner", "disable", "enable", "entries", "is_enabled", "this_login"]


def enable(login: Login) -> None:
    """Have Earmark start at login.

    Raises:
        EarmarkError: a file cannot be written.
    """
    for path, content in entries(login).items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            if isinstance(content, Link):
                path.symlink_to(content.target)
            else:
                path.write_bytes(content)
        except OSError as error:
            raise _refused("written", path, error) from error


def disable(login: Login) -> None:
    """Have Earmark start no more at login.

    Raises:
        EarmarkError: a file cannot be removed.
    """
    for path in entries(login):
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _refused("removed", path, error) from error


def is_enabled(login: Login) -> bool:
    """Whether Earmark starts at login."""
    return all(os.path.lexists(path) for path in entries(login))


def _refused(verb: str, path: Path, error: OSError) -> EarmarkError:
    return fail(
        "autostart-refused",
        f"{path} could not be {verb} ({error.strerror or error}).",
        "Check that your user may change this folder.",
        str(path),
    )
