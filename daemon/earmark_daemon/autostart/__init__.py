"""Starting at login: a few small files in the user's own folders, and nothing else.

What is written is a pure function of a `Login`; the functions here alone touch the disk. Nothing
is started or stopped.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path

from earmark_daemon.autostart.entries import Link, daemon_entries, entries, every_path
from earmark_daemon.autostart.login import Login, Manner, this_login
from earmark_daemon.autostart.started import started
from earmark_daemon.errors import EarmarkError, fail

__all__ = ["Login", "Manner", "Starts", "disable", "enable", "files", "starts", "this_login"]


class Starts(Enum):
    """What starts at login."""

    NOTHING = auto()
    THIS = auto()
    OTHER_PROGRAM = auto()
    """Another Earmark, or one that lies elsewhere by now, for the same home."""
    OTHER_HOME = auto()
    """An Earmark for another home, or in a file that says nothing that is understood."""


def enable(login: Login) -> None:
    """Have this Earmark start at login, and none beside it.

    Raises:
        EarmarkError: a file cannot be written or removed.
    """
    wanted = entries(login)
    _remove(every_path(login) - set(wanted))
    for path, content in wanted.items():
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
    _remove(every_path(login))


def starts(login: Login) -> Starts:
    """What starts at login: this Earmark, or which one."""
    wanted = daemon_entries(login)
    if not all(os.path.lexists(path) for path in wanted):
        return Starts.NOTHING
    (path, content), *_ = wanted.items()
    assert isinstance(content, bytes)
    found = None
    with suppress(OSError, ValueError):
        found = started(login.manner, path.read_bytes())
    should = started(login.manner, content)
    if found is None or found.home != should.home:
        return Starts.OTHER_HOME
    same = _plain(found.program) == _plain(should.program)
    return Starts.THIS if same else Starts.OTHER_PROGRAM


def files(login: Login) -> list[Path]:
    """The files that are there by which Earmark, or its tray icon, starts at login."""
    return sorted(path for path in every_path(login) if os.path.lexists(path))


def _plain(program: object) -> str:
    """A program whichever name Python was called by: a virtual environment has three of them."""
    return re.sub(r"(/bin/python)[0-9.]+", r"\1", str(program))


def _remove(paths: set[Path]) -> None:
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except NotADirectoryError:
            continue
        except OSError as error:
            raise _refused("removed", path, error) from error


def _refused(verb: str, path: Path, error: OSError) -> EarmarkError:
    return fail(
        "autostart-refused",
        f"{path} could not be {verb} ({error.strerror or error}).",
        "Check that your user may change this folder.",
        str(path),
    )
