"""Compares what a disk holds with what the index knows; pure, touches neither.

The rule that guards a library: a file is called gone only if its absence was seen. Not when its
folder could not be read, not when the file system it was on is not there: what lies beneath its
place must be that one, or a file beside it must be on it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from earmark_daemon.watching.facts import Found, Moved, Stamp, Trouble


@dataclass(frozen=True, slots=True)
class Gone:
    """A known file that is not there, though its disk is."""

    path: str


Change = Found | Moved | Gone | Trouble
"""How disk and index differ; a `Found` is a file to take in, for it is new or has changed."""


def same_file(known: Stamp, now: Stamp, *, stable_inodes: bool = True) -> bool:
    """Whether a stamp still tells the same file with the same content.

    Args:
        known: what the index remembers.
        now: what the disk says.
        stable_inodes: whether the file system keeps its inode numbers for good; FAT and most
            network file systems make them up anew. Numbers of different devices are never
            compared, a device's number may change when it is mounted again.
    """
    if known.size != now.size or known.mtime_ns != now.mtime_ns:
        return False
    comparable = stable_inodes and known.device == now.device and known.inode and now.inode
    return not comparable or known.inode == now.inode


def reconcile(
    scanned: Iterable[Found | Trouble],
    known: Iterable[tuple[str, Stamp]],
    *,
    beneath: Callable[[str], frozenset[int]],
    stable_inodes: bool = True,
) -> Iterator[Change]:
    """Tell how a disk differs from what is known of it.

    Everything is told at once but what needs the end of the scan: what is gone, and unknown
    files that look like a known one, because only then can a move be told from a copy.

    Args:
        scanned: what a scan of one folder yields.
        known: what the index knows below the same folder.
        beneath: tells the device numbers of what lies beneath a folder, whether it is there or not.
        stable_inodes: see `same_file`.
    """
    missing = dict(known)
    stamps = frozenset(missing.values()) if stable_inodes else frozenset()
    beside: set[tuple[str, int]] = set()
    unread: list[str] = []
    doubtful: list[Found] = []
    for item in scanned:
        if isinstance(item, Trouble):
            _excuse(item, missing, unread)
            yield item
            continue
        beside.add((os.path.dirname(item.path), item.stamp.device))
        before = missing.pop(item.path, None)
        if before is None and item.stamp.inode and item.stamp in stamps:
            doubtful.append(item)
        elif before is None or not same_file(before, item.stamp, stable_inodes=stable_inodes):
            yield item
    beneath = cache(beneath)
    gone = {}
    for path, stamp in missing.items():
        folder = os.path.dirname(path)
        present = stamp.device in beneath(folder) or (folder, stamp.device) in beside
        if present and not _below_any(path, unread):
            gone[path] = stamp
    yield from _pair(doubtful, gone)


def _excuse(trouble: Trouble, missing: dict[str, Stamp], unread: list[str]) -> None:
    if trouble.folder:
        unread.append(trouble.path.rstrip(os.sep) + os.sep)
    else:
        missing.pop(trouble.path, None)


def _below_any(path: str, folders: list[str]) -> bool:
    return any(path.startswith(folder) for folder in folders)


def _pair(doubtful: list[Found], gone: dict[str, Stamp]) -> Iterator[Change]:
    """Tell moves from copies: same inode, size and time under a new path, none at the old."""
    old_paths = {stamp: path for path, stamp in gone.items()}
    for found in doubtful:
        old = old_paths.pop(found.stamp, None)
        if old is None:
            yield found
            continue
        del gone[old]
        yield Moved(old, found, certain=os.path.basename(old) == os.path.basename(found.path))
    for path in gone:
        yield Gone(path)
