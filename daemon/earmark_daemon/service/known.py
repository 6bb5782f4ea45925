"""Looks a sound up by its path, or says why nothing is known of it."""

from __future__ import annotations

import os

from earmark_daemon.errors import fail
from earmark_db.index import Index
from earmark_db.records import FileRecord


def known(index: Index, path: str) -> FileRecord:
    """What the index knows of a file.

    Raises:
        EarmarkError: there is no such file, or it was never taken in.
    """
    record = index.lookup.by_path(path)
    if record is not None:
        return record
    if not os.path.lexists(path):
        raise fail("no-such-file", "There is no such file.", "Check the name.", path)
    if os.path.isdir(path):
        raise fail("folder", "This is a folder.", "Name a sound that lies in it.", path)
    raise fail(
        "unknown-file",
        "This file is not in the index.",
        "Tag it with: earmark tag FILE, or watch its folder: earmark watch add FOLDER",
        path,
    )
