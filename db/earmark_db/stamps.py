"""Stamps as rows: file ids fill 64 bits on some systems, SQLite's integers are signed."""

from __future__ import annotations

from collections.abc import Sequence

from earmark_db.records import Stamp, signed

_WHOLE = 2**64


def stamp_row(stamp: Stamp) -> tuple[int, int, int, int]:
    """The four columns of a stamp."""
    return (stamp.size, stamp.mtime_ns, signed(stamp.inode), signed(stamp.device))


def stamp_from(row: Sequence[int]) -> Stamp:
    """The inverse of `stamp_row`."""
    size, mtime_ns, inode, device = row
    return Stamp(size, mtime_ns, inode % _WHOLE, device % _WHOLE)
