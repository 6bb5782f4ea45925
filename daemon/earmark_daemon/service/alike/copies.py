"""Sounds that lie in several places, and where else a sound lies that the index does not know."""

from __future__ import annotations

import os
from collections.abc import Iterable

from earmark_daemon.containers.digest import content_digest
from earmark_daemon.errors import fail
from earmark_daemon.hearing.readable import check_readable
from earmark_daemon.service.known import known
from earmark_db.index import Index


def copies(index: Index, path: str | None, limit: int, offset: int) -> tuple[list[list[str]], int]:
    """The paths of each sound that lies in several places, and how many such sounds there are.

    Each file is named once, and not by a link where that can be told: whoever keeps one of them and
    deletes the others keeps the sound.

    Args:
        index: what is known.
        path: only of this sound, which need not be in the index, or of those in this folder.
        limit: how many sounds at most.
        offset: so many of the first are left out.

    Raises:
        EarmarkError: there is no such file or folder, it cannot be read, or is a folder of which
            nothing is known.
    """
    sounds, total = index.lookup.copies(path, limit, offset)
    if path is None or total:
        return [sorted(map(_straight, files)) for files in sounds], total
    if os.path.isdir(path):
        if not index.lookup.below(path):
            raise fail(
                "unknown-folder",
                "Nothing in this folder is in the index.",
                "Listen to it: earmark watch add FOLDER",
                path,
            )
        return [], 0
    record = index.lookup.by_path(path)
    if record is not None and record.content is not None:
        return [], 0
    if not os.path.lexists(path):
        return _of_known(index, path)
    return _of_stranger(index, path, limit, offset)


def _of_known(index: Index, path: str) -> tuple[list[list[str]], int]:
    """A path that is not there may be a folder whose disk is away."""
    if not index.lookup.below(path):
        known(index, path)
    return [], 0


def _of_stranger(index: Index, path: str, limit: int, offset: int) -> tuple[list[list[str]], int]:
    check_readable(path)
    content = content_digest(path)
    there = index.lookup.lying([content]).get(content, [])
    _, *others = _files([path, *there])
    sound = [path, *sorted(map(_straight, others))]
    return ([sound] if limit and not offset else [], 1) if others else ([], 0)


def _files(paths: Iterable[str]) -> list[list[str]]:
    """The paths of each file that some paths lead to."""
    files: dict[object, list[str]] = {}
    for path in paths:
        try:
            status = os.stat(path)
        except OSError:
            files[path] = [path]
        else:
            files.setdefault((status.st_dev, status.st_ino), []).append(path)
    return list(files.values())


def _straight(paths: list[str]) -> str:
    """That of the paths of one file in which no link stands, if there is one."""
    if len(paths) == 1:
        return paths[0]
    return next((path for path in paths if os.path.realpath(path) == path), paths[0])
