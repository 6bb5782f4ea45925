"""What the watching room says about files and folders: plain facts, safe to hand to any thread.

Paths are absolute ``str`` as `os.fsdecode` gives them (surrogateescape), so that every name a
disk can hold goes through unharmed. `Stamp` and `Found` are named tuples, the quickest immutable
things Python has: a scan makes one of each for every sound file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from earmark_daemon.errors import Problem
from earmark_db.records import Stamp

__all__ = ["Found", "Identity", "Moved", "Stamp", "Trouble"]


class Found(NamedTuple):
    """A sound file as it was when it was looked at.

    Attributes:
        path: absolute path.
        stamp: what to remember it by.
        changed_ns: the later of its mtime and ctime, nanoseconds since 1970. A copy that keeps
            the original's mtime still shows here when it was made.
    """

    path: str
    stamp: Stamp
    changed_ns: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A known file under a new name.

    Attributes:
        old: the path the index knows; nothing is there any more.
        found: the file as it is now.
        certain: the system itself told of the rename, or the base name stayed the same too.
            Otherwise it was inferred from inode, size and time alone, which a pack deleted and
            unpacked again can fake: confirm by content before tags are carried over.
    """

    old: str
    found: Found
    certain: bool


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that could not be looked at; the rest goes on.

    Attributes:
        path: the file or folder.
        problem: what is wrong, in words.
        folder: True if it is a folder, so that nothing is known about what lies below it.
    """

    path: str
    problem: Problem
    folder: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """Which folder a watched root really is; a mount point changes it when a disk goes.

    Attributes:
        device: number of the file system (``st_dev``); may change when it is mounted again.
        inode: number of the folder on it (``st_ino``).
        disk: what the file system says it is (``f_fsid``, made from its UUID by ext4 and btrfs);
            0 where it does not say.
    """

    device: int
    inode: int
    disk: int = 0

    def is_on_same_disk(self, other: Identity) -> bool:
        """Whether both folders are on one disk, as far as can be told."""
        if self.disk and other.disk:
            return self.disk == other.disk
        return self.device == other.device
