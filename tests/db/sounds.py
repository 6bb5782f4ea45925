"""Short ways to put things into an index."""

from __future__ import annotations

from typing import Any

from earmark_db.index import Index
from earmark_db.records import Arrival, Hearing, Stamp, Tag, Verdict

STAMP = Stamp(100, 1, 2, 3)


def arrive(index: Index, *paths: str, root: int | None = None) -> list[int]:
    return index.files.arrived([Arrival(path, STAMP, root) for path in paths])


def hearing(content: str = "content", **scores: float) -> Hearing:
    return Hearing(
        content=content,
        duration=1.5,
        sample_rate=44_100,
        channels=2,
        verdicts=(Verdict("model", scores or {"kick": 0.9}, b"\0" * 8, "frontend", b"windows"),),
    )


def tagged(
    index: Index,
    path: str,
    *tags: str,
    content: str | None = None,
    root: int | None = None,
    **metadata: Any,
) -> int:
    """Take a file all the way to being searchable."""
    (file_id,) = arrive(index, path, root=root)
    with index.transaction():
        index.files.heard(file_id, hearing(content or path), metadata)
        index.files.set_tags(file_id, [Tag(tag, "instrument", 0.9, "model") for tag in tags])
    return file_id
