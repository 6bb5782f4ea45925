"""Choosing folders: the checks that the command line and the windows share.

Changes the settings file only; whoever calls tells a running daemon.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from earmark_daemon.errors import fail
from earmark_daemon.settings import Folder
from earmark_daemon.settings_file import add_folder, load, remove_folder
from earmark_daemon.tag_names import is_text


def watch(
    settings: Path,
    folder: str,
    *,
    write_tags: bool | None = None,
    exclude: Sequence[str] | None = None,
) -> str:
    """Listen to a folder from now on, or listen to it in another way.

    Args:
        settings: the settings file.
        folder: which one.
        write_tags: whether tags are written into its files; None leaves that as it was, and
            writes into those of a folder that is new.
        exclude: patterns of what is left out; None leaves out what was left out before.

    Returns:
        The folder's real path.

    Raises:
        EarmarkError: it is no folder, its name or a pattern cannot stand in a settings file, or
            tags would be written into all that is on this machine.
    """
    path = os.path.realpath(os.path.expanduser(folder))
    if not os.path.isdir(path):
        raise fail("no-folder", f"There is no folder {path}.", "Check the name.", path)
    _refuse_what_is_no_text(path, exclude or ())
    before = next((each for each in load(settings).folders if each.path == path), Folder(path))
    chosen = Folder(
        path,
        before.write_tags if write_tags is None else write_tags,
        before.exclude if exclude is None else tuple(exclude),
    )
    if chosen.write_tags and os.path.samefile(path, home_drive()):
        raise fail(
            "whole-machine",
            f"{path} is the whole drive on which your home and the system lie, so tags would be"
            " written into the sounds of every program as well.",
            "Name the folder that holds your samples. With --index-only, which writes nothing,"
            " Earmark may listen to all of it.",
            path,
        )
    add_folder(settings, chosen)
    return path


def _refuse_what_is_no_text(path: str, exclude: Sequence[str]) -> None:
    """Raise where a settings file, which is UTF-8, cannot hold a folder's name or patterns."""
    if not is_text(path):
        raise fail(
            "unnameable-folder",
            "The name of this folder is not valid text, so the settings file cannot hold it.",
            "Rename the folder, or watch the folder above it; names inside may be anything.",
        )
    if not is_text(*exclude):
        raise fail(
            "unnameable-pattern",
            "A name to leave alone is not valid text, so the settings file cannot hold it.",
            "Write * or ? for the letters that are none: --exclude 'drum?.wav'",
        )


def home_drive() -> str:
    """The top of the drive on which this user's home lies, such as ``/`` or drive C."""
    return Path(os.path.expanduser("~")).anchor or os.sep


def unwatch(settings: Path, folder: str) -> str:
    """Listen to a folder no more; its files stay as they are and keep their labels.

    Returns:
        The folder's path as the settings had it.

    Raises:
        EarmarkError: it is not watched.
    """
    watched = {item.path for item in load(settings).folders}
    path = folder if folder in watched else os.path.realpath(os.path.expanduser(folder))
    if path not in watched:
        raise fail("not-watched", f"{path} is not watched.", "See: earmark watch list", path)
    remove_folder(settings, path)
    return path
