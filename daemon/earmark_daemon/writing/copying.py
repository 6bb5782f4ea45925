"""The copy beside the file: written, made like the file, checked and synced.

Owns temporary files from their name to their removal; never touches the file itself.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from earmark_daemon.containers.digest import file_digest
from earmark_daemon.containers.source import Source
from earmark_daemon.writing import gate, likeness
from earmark_daemon.writing.disk import Disk
from earmark_daemon.writing.formats.base import Edit
from earmark_daemon.writing.patch import apply

_TEMP_NAME = re.compile(r"\.earmark-[0-9a-f]{8}\.tmp")
_NEW_FILE_MODE = 0o644


def temp_beside(target: str) -> str:
    """A new name for a copy in the same folder."""
    return os.path.join(os.path.dirname(target), f".earmark-{os.urandom(4).hex()}.tmp")


def is_temp(name: str) -> bool:
    """Whether a file name is that of a copy of ours."""
    return _TEMP_NAME.fullmatch(name) is not None


@contextmanager
def opened(disk: Disk, path: str) -> Iterator[tuple[int, Source]]:
    """A file open for reading, and its bytes.

    Raises:
        OSError: it cannot be opened.
    """
    descriptor = disk.open_read(path)
    try:
        yield descriptor, source_of(disk, descriptor)
    finally:
        with contextlib.suppress(OSError):
            disk.close(descriptor)


def source_of(disk: Disk, descriptor: int) -> Source:
    """The bytes of an open file."""
    size = os.fstat(descriptor).st_size
    return Source(lambda offset, length: disk.read(descriptor, offset, length), size)


@dataclass(frozen=True)
class Original:
    """A file that is open for reading.

    Attributes:
        target: its path, with symbolic links resolved.
        status: what the system knew of it when it was opened.
        descriptor: to read it with.
        source: its bytes.
    """

    target: str
    status: os.stat_result
    descriptor: int
    source: Source


@contextmanager
def opened_target(disk: Disk, path: str) -> Iterator[Original]:
    """The file that a path leads to, open, if it may be opened at all.

    Raises:
        EarmarkError: it must not be opened or replaced; the message says why.
        OSError: it cannot be opened.
    """
    target = disk.resolve(path)
    gate.check_status(disk.status(target))
    with opened(disk, target) as (descriptor, source):
        status = os.fstat(descriptor)
        gate.check_status(status)
        yield Original(target, status, descriptor, source)


def checked_copy(
    disk: Disk,
    original: Original,
    edits: Sequence[Edit],
    attributes: Mapping[str, bytes | None],
    keep_mtime: bool,
    check: Callable[[Source, str], None],
) -> tuple[str, str]:
    """Make a copy with edits applied beside a file, check it and sync it.

    Args:
        disk: where the file is.
        original: the file.
        edits: what differs in the copy, in order.
        attributes: extended attributes that differ in the copy; None removes one.
        keep_mtime: whether the copy keeps the modification time.
        check: raises where the copy, given with its path, is not as it should be.

    Returns:
        The path of the copy and the digest of every byte of it.

    Raises:
        EarmarkError: the check failed, or the owner cannot be kept; no copy is left.
        OSError: it cannot be written; no copy is left.
    """
    temp = temp_beside(original.target)
    try:
        descriptor = disk.create(temp)
        try:
            _write_copy(disk, original, descriptor, edits)
            likeness.carry_over(disk, original.descriptor, original.status, descriptor, attributes)
            likeness.keep_times(disk, temp, original.status, keep_mtime)
            disk.sync(descriptor)
            copy = source_of(disk, descriptor)
            check(copy, temp)
            return temp, file_digest(copy)
        finally:
            disk.close(descriptor)
    except BaseException:
        remove_quietly(disk, temp)
        raise


def replace_whole(disk: Disk, path: str, content: bytes, wanted: Callable[[], bool]) -> bool:
    """Let a small file have this content, at once or not at all.

    One that is there is replaced only if a sound file might be, and keeps its owner, attributes and
    mode; a link to it stays one.

    Args:
        disk: what to write to.
        path: of the file.
        content: all of it.
        wanted: asked when only the last step is left.

    Returns:
        Whether it has that content, that is, whether it was wanted still.

    Raises:
        EarmarkError: it must not be replaced, or something of it cannot be kept; it is as it was.
        OSError: it cannot be written; it is as it was.
    """
    target = disk.resolve(path) if exists(disk, path) else path
    temp = temp_beside(target)
    try:
        _create_like(disk, temp, content, path)
        if not wanted():
            return False
        disk.replace(temp, target)  # closed by now, for what is open cannot be on Windows
        return True
    finally:
        remove_quietly(disk, temp)


def _create_like(disk: Disk, temp: str, content: bytes, path: str) -> None:
    if not exists(disk, path):
        _create_whole(disk, temp, content, None)
        return
    with opened_target(disk, path) as original:
        gate.check_open(disk, original.target, original.descriptor, original.status)
        _create_whole(disk, temp, content, original)


def _create_whole(disk: Disk, temp: str, content: bytes, like: Original | None) -> None:
    descriptor = disk.create(temp)
    try:
        _write_all(disk, descriptor, 0, (content,))
        if like:
            likeness.carry_over(disk, like.descriptor, like.status, descriptor, {})
        else:
            disk.set_mode(descriptor, _NEW_FILE_MODE)
        disk.sync(descriptor)
    finally:
        disk.close(descriptor)


def remove_quietly(disk: Disk, temp: str) -> None:
    """Remove a copy; one that cannot be removed now is removed by the next `sweep`."""
    with contextlib.suppress(OSError):
        disk.remove(temp)


def exists(disk: Disk, path: str) -> bool:
    """Whether something stands at a path."""
    try:
        disk.status(path)
    except FileNotFoundError:
        return False
    return True


def sweep(disk: Disk, folder: str) -> int:
    """Remove copies that a crash left in a folder; returns how many.

    Raises:
        OSError: the folder cannot be read.
    """
    stray = [name for name in disk.names(folder) if is_temp(name)]
    for name in stray:
        remove_quietly(disk, os.path.join(folder, name))
    return len(stray)


def _write_copy(disk: Disk, original: Original, copy: int, edits: Sequence[Edit]) -> None:
    """Where the file system lets files share blocks, write only what changes."""
    source = original.source
    if not disk.clone(original.descriptor, copy):
        _write_all(disk, copy, 0, apply(source, edits))
        return
    shifting = next((i for i, e in enumerate(edits) if e.length != len(e.data)), len(edits))
    for edit in edits[:shifting]:
        _write_all(disk, copy, edit.offset, (edit.data,))
    if shifting < len(edits):
        start = edits[shifting].offset
        disk.truncate(copy, start)
        _write_all(disk, copy, start, apply(source, edits[shifting:], start))


def _write_all(disk: Disk, copy: int, offset: int, pieces: Iterable[bytes]) -> None:
    for piece in pieces:
        view = memoryview(piece)
        while view:
            taken = disk.write(copy, offset, view)
            offset += taken
            view = view[taken:]
