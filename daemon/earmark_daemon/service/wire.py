"""Records as the plain JSON data that the local API and ``--json`` speak."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from earmark_db.records import FileRecord, FileState, Reason, Tag
from earmark_db.search import Hit


def tags_data(tags: Iterable[Tag]) -> list[dict[str, Any]]:
    """Tags as ``{"tag", "set", "score", "source"}``."""
    return [asdict(tag) for tag in tags]


def hit_data(hit: Hit) -> dict[str, Any]:
    """A found sound."""
    return {
        "path": hit.path,
        "tags": tags_data(hit.tags),
        "denied": list(hit.denied),
        "duration": hit.duration,
        "facts": asdict(hit.facts),
        "online": hit.online,
    }


def result_data(record: FileRecord) -> dict[str, Any]:
    """How the tagging of a file ended; ``"ok"`` is False where something was refused or failed.

    What could not be written, or was taken back, was heard all the same: its ``"state"`` says so.
    """
    failed = record.state is FileState.FAILED
    reason = record.reason if failed else record.write_reason or record.reason
    return {
        "ok": record.state is FileState.HEARD and record.write_reason is None,
        "path": record.path,
        "state": FileState(record.state).value,
        "tags": tags_data(record.tags),
        "written": record.written,
        "reason": reason_text(reason),
    }


def file_data(record: FileRecord) -> dict[str, Any]:
    """All that is known of a file, as ``earmark show --json`` prints it.

    ``"taken_back"``: nothing is written into it before somebody asks, for tags were taken back.
    """
    return {
        **result_data(record),
        "content": record.content,
        "duration": record.duration,
        "sample_rate": record.sample_rate,
        "channels": record.channels,
        "facts": asdict(record.facts),
        "note": reason_text(record.reason),
        "not_written": reason_text(record.write_reason),
        "taken_back": bool(record.write_reason and record.write_reason.code == "taken-back"),
        "metadata": dict(record.metadata),
    }


def reason_text(reason: Reason | None) -> str | None:
    """A reason in words."""
    return f"{reason.message} {reason.advice}".strip() if reason else None
