"""Looking things up in the index itself, while no daemon runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from earmark_daemon.index_faults import reading
from earmark_daemon.service.known import known
from earmark_daemon.service.nothing_found import misread, why_nothing
from earmark_daemon.service.wire import file_data, hit_data
from earmark_daemon.tagging.synonyms import other_names


def search_index(path: Path, query: str, limit: int) -> dict[str, Any]:
    """What the daemon's ``search`` would answer."""
    with reading(path, other_names()) as index:
        total = index.search.count(query)
        hits = index.search.find(query, min(limit, total), matches=total)
        why = None if total else why_nothing(index, query)
        understood = why is None or misread(index, query) is None
        data = [hit_data(hit) for hit in hits]
        return {"hits": data, "total": total, "why": why, "understood": understood}


def show_file(path: Path, file: str) -> dict[str, Any]:
    """What the daemon's ``show`` would answer."""
    with reading(path) as index:
        return file_data(known(index, file))
