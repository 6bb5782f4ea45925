"""Copies that nobody finishes any more: of workers that died, and of a daemon that was killed."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable

from earmark_daemon import writing


class Strays:
    """The folders in which such copies may lie.

    A copy does not show whether somebody still makes it, so they are swept while nobody makes any.
    A folder whose disk is away is remembered, and looked into once something is done with a file
    in it; so one that never comes back costs nothing but its name.
    """

    def __init__(self) -> None:
        """There are none yet."""
        self._lock = threading.Lock()
        self._folders: set[str] = set()
        self._due: set[str] = set()

    def suspect(self, folders: Iterable[str]) -> None:
        """There may be copies in these folders."""
        with self._lock:
            found = set(folders)
            self._folders |= found
            self._due |= found

    def suspect_beside(self, path: str) -> None:
        """There may be a copy of a file, or of the one that a link leads to."""
        self.suspect(_folders_of(path))

    def at_hand(self, path: str) -> None:
        """Something was done with a file: if copies may lie beside it, it is time to look."""
        with self._lock:
            near = _folders_of(path) if self._folders else set()
            if near & self._folders:
                self._folders |= near
                self._due |= near

    def sweep(self) -> None:
        """Remove copies from the folders whose turn it is; nobody may be making one."""
        with self._lock:
            for folder in self._due:
                try:
                    writing.sweep(folder)
                except OSError:
                    continue
                self._folders.discard(folder)
            self._due.clear()


def _folders_of(path: str) -> set[str]:
    return {os.path.dirname(path), os.path.dirname(os.path.realpath(path))}
