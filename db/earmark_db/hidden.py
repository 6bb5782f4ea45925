"""Which files lie where they were, though the index says that they are gone.

So it says of what a pattern hides, and of what lies in a folder that is watched no more.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator


def still_there(paths: Iterable[str]) -> Iterator[str]:
    """Those of these files that are there, by one look at each folder and none at each file."""
    names: dict[str, set[str]] = {}
    for path in paths:
        folder, name = os.path.split(path)
        if folder not in names:
            names[folder] = _files_in(folder)
        if name in names[folder]:
            yield path


def _files_in(folder: str) -> set[str]:
    try:
        with os.scandir(folder) as entries:
            return {entry.name for entry in entries if _is_file(entry)}
    except OSError:
        return set()


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False
