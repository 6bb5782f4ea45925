"""Looking things up in the index itself, while no daemon runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from earmark_daemon.errors import EarmarkError, Problem, fail
from earmark_daemon.service.wire import file_data, hit_data
from earmark_db.errors import IndexFault
from earmark_db.index import Index


def search_index(path: Path, query: str, limit: int) -> dict[str, Any]:
    """What the daemon's ``search`` would answer."""
    with _reader(path) as index:
        hits = index.search.find(query, limit)
        return {"hits": [hit_data(hit) for hit in hits], "total": index.search.count(query)}


def show_file(path: Path, file: str) -> dict[str, Any]:
    """What the daemon's ``show`` would answer."""
    with _reader(path) as index:
        record = index.lookup.by_path(file)
    if record is None:
        raise fail(
            "unknown-file", "This file is not in the index.", "Tag it: earmark tag FILE", file
        )
    return file_data(record)


@contextmanager
def _reader(path: Path) -> Iterator[Index]:
    try:
        index = Index.for_reading(path)
        try:
            yield index
        finally:
            index.close()
    except IndexFault as fault:
        raise EarmarkError(Problem(fault.code, fault.message, fault.advice)) from fault
