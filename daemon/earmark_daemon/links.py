"""Files and folders that are named through a link: by which path they are watched."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from functools import cached_property

from earmark_daemon.settings import Folder, innermost

_LONGEST_PATH = 32_767 if sys.platform == "win32" else 4_096
"""Letters of the longest path that the system knows."""


class WatchedPaths:
    """Says by which path a file or folder is watched; each folder is looked up once.

    For as long as one request takes: a link may lead elsewhere by the next.
    """

    def __init__(self, folders: Sequence[Folder]) -> None:
        """Of these watched folders."""
        self._named = {folder.path: folder for folder in folders}
        self._found: dict[str, str | None] = {}

    def path_of(self, path: str) -> str:
        """The path by which a file or folder is watched, where it is named through a link.

        Links inside watched folders stay as they are, wherever they lead.
        """
        if os.altsep:  # Qt names files with slashes on Windows too
            path = path.replace(os.altsep, os.sep)
        if not os.path.isabs(path) or "\0" in path or len(path) > _LONGEST_PATH:
            return path
        if innermost(self._named, path + os.sep):
            return path
        folder, name = (path, "") if os.path.isdir(path) else os.path.split(path)
        if folder not in self._found:
            self._found[folder] = self._find(folder)
        found = self._found[folder]
        return path if found is None else os.path.join(found, *filter(None, [name]))

    @cached_property
    def _watched(self) -> Mapping[str, Folder]:
        """The watched folders by where they really lie."""
        return {os.path.realpath(path): folder for path, folder in self._named.items()}

    def _find(self, folder: str) -> str | None:
        """The path by which a folder is watched; None where it is not."""
        real = ""
        for above in _down_to(folder):
            real = _real_below(real, above)
            if into := innermost(self._watched, real + os.sep):
                root, there = into
                below = (part.strip(os.sep) for part in (real[len(root) :], folder[len(above) :]))
                return os.path.join(there.path, *filter(None, below))
        return None


def _real_below(above: str, folder: str) -> str:
    """As `os.path.realpath`, which follows the whole way anew.

    Args:
        above: where the folder above it really lies; empty for the uppermost.
        folder: its path.
    """
    name = os.path.basename(folder)
    if name in ("", os.curdir):
        return above or folder
    if name == os.pardir:
        return os.path.dirname(above)
    below = os.path.join(above, name)
    return os.path.realpath(below) if os.path.lexists(below) else below


def _down_to(folder: str) -> list[str]:
    """A folder and all above it, the uppermost first."""
    above = [folder]
    while (upper := os.path.dirname(above[-1])) != above[-1]:
        above.append(upper)
    return above[::-1]
