"""Other names of a file out of which tags were taken back: links to it, and other ways there."""

from __future__ import annotations

import os

from earmark_db.index import Index
from earmark_db.records import FileRecord, Stamp


def taken_back_elsewhere(index: Index, path: str) -> list[FileRecord]:
    """What the index knows of this very file under other names, where tags were taken back.

    A file that has gone since, or has given its number to another one, is not meant.

    Args:
        index: knows what was taken back.
        path: one name of the file.
    """
    try:
        status = os.stat(path)
    except OSError:
        return []
    found = index.lookup.taken_back_as(Stamp.of(status))
    target = index.lookup.by_path(os.path.realpath(path))
    if target is not None and not index.files.may_be_written(target.id):
        found.append(target)
    other = {each.id: each for each in found if each.path != path}
    return [each for each in other.values() if _leads_to(each.path, status)]


def _leads_to(path: str, status: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.stat(path), status)
    except OSError:
        return False
