"""All watched folders together: which of them a path belongs to, and what that means for it."""

from __future__ import annotations

import os

from earmark_daemon.watching.facts import Stamp
from earmark_daemon.watching.look import device_beneath, identify, is_bare
from earmark_daemon.watching.pace import Pace
from earmark_daemon.watching.roots import Root


class Territory:
    """The watched folders by path. Used by one thread; `roots` may be read by others.

    Args:
        pace: waits and limits.
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._roots: dict[str, Root] = {}

    def roots(self) -> list[Root]:
        """All watched folders."""
        return list(self._roots.values())

    def get(self, path: str) -> Root | None:
        """The watched folder of exactly this path."""
        return self._roots.get(path)

    def put(self, root: Root) -> None:
        """Watch one more folder."""
        self._roots[root.path] = root

    def pop(self, path: str) -> Root | None:
        """Watch a folder no more."""
        return self._roots.pop(path, None)

    def owner(self, path: str) -> Root | None:
        """The watched folder that a path belongs to: the innermost of those it lies in."""
        while path not in self._roots:
            parent = os.path.dirname(path)
            if parent == path:
                return None
            path = parent
        return self._roots[path]

    def apart(self, root: Root) -> frozenset[str]:
        """The watched folders that lie in another one; each is looked after on its own."""
        prefix = root.path.rstrip(os.sep) + os.sep
        return frozenset(path for path in self._roots if path.startswith(prefix))

    def wants(self, path: str) -> bool:
        """Whether a path is of interest: in a watched folder and not left alone."""
        root = self.owner(path)
        return root is not None and root.rules.takes(path[len(root.path) :].lstrip(os.sep))

    def keeps_inodes(self, path: str) -> bool:
        """Whether inode numbers on its file system mean anything after a restart."""
        root = self.owner(path)
        return root is not None and root.keeps_inodes

    def believes_absence(self, path: str, stamp: Stamp, now: float) -> bool:
        """Whether a file that is not there is gone: only if its root is there, its disk as well."""
        root = self.owner(path)
        if root is None:
            return False
        try:
            if root.online and identify(root.path) == root.identity and _has_disk(path, stamp):
                return True
        except OSError:
            pass
        root.next_full = now
        return False

    def is_searched(self) -> bool:
        """Whether a comparison is under way, or soon to come, that may find what has vanished."""
        return any(root.is_searched() for root in self._roots.values())

    def rescan(self, folder: str | None, now: float) -> None:
        """Have a folder compared at once; None means everything."""
        if folder is None:
            for root in self._roots.values():
                root.next_full = now
            return
        owner = self.owner(folder)
        if owner is not None:
            owner.doubt(folder, now, self._pace.doubts)


def _has_disk(path: str, stamp: Stamp) -> bool:
    """Whether the disk that a file was on is there.

    A folder that still holds something is no mount point that was left behind; the file may have
    been a link to another disk.
    """
    folder = os.path.dirname(path)
    if device_beneath(folder) == stamp.device:
        return True
    return os.path.isdir(folder) and not is_bare(folder)
