"""Walks a folder and names every sound file in it; holds no more than the folders still to visit.

Real folders are visited once each. A link to a folder is followed once, and only if it leads out
of the tree: one that leads into the watched folder or to a folder above it would show the same
files twice or without end.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator

from earmark_daemon.watching.facts import Found, Trouble
from earmark_daemon.watching.ignore import Rules, is_sound
from earmark_daemon.watching.look import found_of
from earmark_daemon.watching.problems import (
    BROKEN_LINK,
    TOO_LONG,
    VANISHED,
    is_beyond_windows,
    problem_of,
)


def scan(
    root: str, rules: Rules, *, start: str | None = None, apart: frozenset[str] = frozenset()
) -> Iterator[Found | Trouble]:
    """Every sound file below a watched folder, in no particular order.

    Args:
        root: absolute path of the watched folder.
        rules: which names below it are left alone.
        start: scan only this folder in it.
        apart: folders in it that are watched on their own and are not entered.

    Yields:
        A `Found` for each file; a `Trouble` for each file or folder that could not be looked
        at. A folder that is not there yields nothing, unless it is the root itself.
    """
    walk = _Walk(root, rules, apart)
    walk.pending.append(start or root)
    while walk.pending:
        folder = walk.pending.pop()
        try:
            with os.scandir(folder) as entries:
                yield from walk.read(entries)
        except OSError as error:
            if is_beyond_windows(os.path.join(folder, "*.*")):
                yield Trouble(folder, TOO_LONG, folder=True)
            elif error.errno not in VANISHED or folder == root:
                yield Trouble(folder, problem_of(error, folder=True), folder=True)


class _Walk:
    """The state of one scan: which folders are still to visit, which links were followed."""

    def __init__(self, root: str, rules: Rules, apart: frozenset[str]) -> None:
        self.pending: list[str] = []
        self._rules = rules
        self._apart = apart
        self._prefix = len(root.rstrip(os.sep)) + 1
        self._real_root = os.path.realpath(root)
        self._followed: set[tuple[int, int]] = set()

    def read(self, entries: Iterator[os.DirEntry[str]]) -> Iterator[Found | Trouble]:
        for entry in entries:
            try:
                if entry.is_symlink() or _is_junction(entry):
                    yield from self._link(entry)
                elif entry.is_dir(follow_symlinks=False):
                    self._enter(entry.path)
                elif is_sound(entry.name) and self._takes(entry) and entry.is_file():
                    yield found_of(entry.path, _status(entry))
            except OSError as error:
                if is_beyond_windows(entry.path):
                    yield Trouble(entry.path, TOO_LONG, folder=False)
                elif error.errno not in VANISHED:
                    yield Trouble(entry.path, problem_of(error, folder=False), folder=False)

    def _takes(self, entry: os.DirEntry[str]) -> bool:
        return not self._rules.exclude or self._rules.takes_file(entry.path[self._prefix :])

    def _enter(self, path: str) -> None:
        if path not in self._apart and self._rules.enters_folder(path[self._prefix :]):
            self.pending.append(path)

    def _link(self, entry: os.DirEntry[str]) -> Iterator[Found | Trouble]:
        if entry.is_dir():
            status = _status(entry)
            if self._leads_out(entry.path) and (status.st_dev, status.st_ino) not in self._followed:
                self._followed.add((status.st_dev, status.st_ino))
                self._enter(entry.path)
        elif is_sound(entry.name) and self._takes(entry):
            if entry.is_file():
                yield found_of(entry.path, _status(entry))
            elif not os.path.exists(entry.path):
                yield Trouble(entry.path, BROKEN_LINK, folder=False)

    def _leads_out(self, path: str) -> bool:
        """Whether a link leads neither into the watched folder nor to one above it."""
        target = os.path.realpath(path)
        try:
            common = os.path.commonpath([target, self._real_root])
        except ValueError:  # on Windows: on different drives
            return True
        return common not in (target, self._real_root)


def _status(entry: os.DirEntry[str]) -> os.stat_result:
    """The status of a file; a listing on Windows leaves out the numbers of file and disk."""
    return os.stat(entry.path) if sys.platform == "win32" else entry.stat()


def _is_junction(entry: os.DirEntry[str]) -> bool:
    """Whether this is a link to a folder that Windows does not call one."""
    if sys.platform == "win32":
        tag = entry.stat(follow_symlinks=False).st_reparse_tag
        return bool(tag == stat.IO_REPARSE_TAG_MOUNT_POINT)
    return False
