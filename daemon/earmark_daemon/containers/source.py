"""Random access to the bytes of one file, and the error that every parser here raises.

Owns how parsers read; knows nothing of any format and never writes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from earmark_daemon.errors import EarmarkError, Problem

BLOCK = 1 << 20
"""Bytes held in memory at a time, however long the file is."""


class MalformedError(EarmarkError):
    """The bytes do not have the structure that their container promises."""


def malformed(code: str, message: str) -> MalformedError:
    """Build the error for a caller to raise, with a short code and one sentence."""
    return MalformedError(Problem(code, message))


class Source:
    """The bytes of an open file.

    Attributes:
        size: length of the file in bytes when it was opened.
    """

    def __init__(self, read_at: Callable[[int, int], bytes], size: int) -> None:
        """Read through ``read_at(offset, length)``, which may return less than asked."""
        self._read_at = read_at
        self.size = size

    def peek(self, offset: int, length: int) -> bytes:
        """Up to ``length`` bytes from ``offset``; fewer only where the file ends."""
        data = self._read_at(offset, length)
        if len(data) == length or not data:
            return data
        parts = [data]
        have = len(data)
        while have < length and data:
            data = self._read_at(offset + have, length - have)
            parts.append(data)
            have += len(data)
        return b"".join(parts)

    def read(self, offset: int, length: int) -> bytes:
        """Exactly ``length`` bytes from ``offset``.

        Raises:
            MalformedError: the file ends before that.
        """
        data = self.peek(offset, length) if offset + length <= self.size else b""
        if len(data) != length:
            raise malformed("truncated", "The file ends before the structure in it does.")
        return data

    def blocks(self, offset: int, length: int) -> Iterator[bytes]:
        """Exactly ``length`` bytes from ``offset``, in pieces of at most `BLOCK`.

        Raises:
            MalformedError: the file ends before that.
        """
        end = offset + length
        while offset < end:
            piece = self.read(offset, min(BLOCK, end - offset))
            yield piece
            offset += len(piece)


def read_at(descriptor: int, offset: int, length: int) -> bytes:
    """What stands at ``offset`` of an open file, on every system."""
    if hasattr(os, "pread"):
        return os.pread(descriptor, length, offset)
    os.lseek(descriptor, offset, os.SEEK_SET)
    return os.read(descriptor, length)


@contextmanager
def open_source(path: str) -> Iterator[Source]:
    """The file at ``path`` as a source.

    Raises:
        OSError: it cannot be opened or read.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        size = os.fstat(descriptor).st_size
        yield Source(lambda offset, length: read_at(descriptor, offset, length), size)
    finally:
        os.close(descriptor)
