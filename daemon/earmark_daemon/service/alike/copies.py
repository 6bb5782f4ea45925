"""Sounds that lie in several places, and where else a sound lies that the index does not know."""

from __future__ import annotations

import os

from earmark_daemon.containers.digest import content_digest
from earmark_daemon.errors import fail
from earmark_daemon.hearing.readable import check_readable
from earmark_daemon.service.known import known
from earmark_db.index import Index


def copies(index: Index, path: str | None, limit: int, offset: int) -> tuple[list[list[str]], int]:
    """The paths of each sound that lies in several places, and how many such sounds there are.

    Args:
        index: what is known.
        path: only of this sound, which need not be in the index, or of those in this folder.
        limit: how many sounds at most.
        offset: so many of the first are left out.

    Raises:
        EarmarkError: there is no such file or folder, it cannot be read, or is a folder of which
            nothing is known.
    """
    found = index.lookup.copies(path, limit, offset)
    if path is None or found[1]:
        return found
    if os.path.isdir(path):
        if not index.lookup.below(path):
            raise fail(
                "unknown-folder",
                "Nothing in this folder is in the index.",
                "Listen to it: earmark watch add FOLDER",
                path,
            )
        return found
    record = index.lookup.by_path(path)
    if record is not None and record.content is not None:
        return found
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
    others = [each for each in there if each != path]
    return ([[path, *others]] if limit and not offset else [], 1) if others else ([], 0)
