"""What an entry of the journal holds as plain data, and how writing gets it back.

No other file knows the keys of `JournalEntry.details`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from earmark_daemon import writing
from earmark_daemon.writing.record import ANYBODY
from earmark_db.journal import JournalEntry
from earmark_db.records import Stamp


def details_of(item: writing.Prepared) -> dict[str, Any]:
    """What of a prepared write is JSON; `prepared_of` puts it together again."""
    return {
        "target": item.target,
        "temp": item.temp,
        "before": item.before._asdict(),
        "ctime_ns": item.ctime_ns,
        "changes": [asdict(change) for change in item.changes],
        "keywords": item.keywords,
        "content": item.content,
        "writer": item.writer,
    }


def details_of_adopted(stamp: Stamp, writer: str) -> dict[str, Any]:
    """The same of a write that nobody noted.

    Args:
        stamp: that of the file now.
        writer: whose words are meant, see `writing.WriteOptions`.
    """
    return {"before": stamp._asdict(), "changes": [], "writer": writer}


def details_of_copy(entry: JournalEntry, target: str) -> dict[str, Any]:
    """The same of a write as one to a copy of its file, which lies at ``target``."""
    return {**entry.details, "target": target}


def prepared_of(entry: JournalEntry) -> writing.Prepared:
    """A write as it was prepared, out of its entry."""
    details = entry.details
    keywords = details["keywords"]
    return writing.Prepared(
        path=entry.path,
        target=details["target"],
        temp=details["temp"],
        before=Stamp(**details["before"]),
        ctime_ns=details["ctime_ns"],
        digest_before=entry.digest_before,
        digest_after=entry.digest_after,
        patch=entry.patch,
        terms=entry.terms,
        changes=changes_of(entry),
        keywords=None if keywords is None else tuple(keywords),
        content=content_of(entry),
        writer=writer_of(entry, ANYBODY),
    )


def past_of(entry: JournalEntry, written: writing.WrittenBefore) -> writing.PastWrite:
    """A write as taking it back needs it; ``written`` is what it and those before it changed."""
    return writing.PastWrite(
        path=entry.path,
        patch=entry.patch,
        digest_before=entry.digest_before,
        digest_after=entry.digest_after,
        mtime_ns=entry.details["before"]["mtime_ns"],
        written=written,
    )


def size_of(entry: JournalEntry) -> int:
    """Bytes of the file before a write."""
    return int(entry.details["before"]["size"])


def changes_of(entry: JournalEntry) -> tuple[writing.FieldChange, ...]:
    """What a write has changed."""
    return tuple(writing.FieldChange(**change) for change in entry.details["changes"])


def content_of(entry: JournalEntry) -> str:
    """The digest of the audio that a write went into; empty where nobody noted it yet."""
    return str(entry.details.get("content", ""))


def writer_of(entry: JournalEntry, unknown: str) -> str:
    """The id of the installation that wrote; ``unknown`` where nobody noted it yet."""
    return str(entry.details.get("writer", unknown))
