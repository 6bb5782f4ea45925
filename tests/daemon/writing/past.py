"""A write that a test made, as undo is told of it."""

from __future__ import annotations

from earmark_daemon.writing import PastWrite, Prepared, WrittenBefore


def past(path: str, write: Prepared, written: WrittenBefore | None = None) -> PastWrite:
    """A write to a file; ``written`` is what it and those before changed, if that is known."""
    return PastWrite(
        path=path,
        patch=write.patch,
        digest_before=write.digest_before,
        digest_after=write.digest_after,
        mtime_ns=write.before.mtime_ns,
        written=written or WrittenBefore(),
    )
