"""What tagging would do: hears files and shows the change to each, touching nothing."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from earmark_daemon import writing
from earmark_daemon.errors import Problem
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.places import places
from earmark_daemon.processes import WorkerDied, WorkerFailed, Workers
from earmark_daemon.service.analysis import Analysis, analyse, describe
from earmark_daemon.service.wire import tags_data
from earmark_daemon.service.writing_job import options_of, sure_terms
from earmark_daemon.settings import Writing, load
from earmark_daemon.tagging.decide import TagSet, Word, decide
from earmark_daemon.tagging.names import evidence, vendor_texts
from earmark_daemon.tagging.trust import Trust
from earmark_db.records import Tag

_AT_ONCE = 16


def look_only(files: Sequence[str], *, blind: bool) -> Iterator[dict[str, Any]]:
    """For each file the result that `earmark tag` would give, and ``"changes"`` to its fields."""
    settings = load(places().settings)
    workers = Workers(settings.work.count, niceness=0)
    try:
        model = workers.submit(describe, str(BUILTIN)).result()
        rules = TagSet(model.tag_set, model.exclusive, model.thresholds)
        batches = deque(files[i : i + _AT_ONCE] for i in range(0, len(files), _AT_ONCE))
        calls: deque[Any] = deque()
        while batches or calls:
            while batches and len(calls) < 2 * workers.count:
                batch = batches.popleft()
                calls.append((batch, workers.submit(_look, batch, rules, settings.writing, blind)))
            batch, call = calls.popleft()
            try:
                yield from call.result()
            except (WorkerDied, WorkerFailed) as error:
                yield from _one_by_one(workers, batch, (rules, settings.writing, blind), error)
    finally:
        workers.close()


def _one_by_one(
    workers: Workers,
    batch: Sequence[str],
    how: tuple[TagSet, Writing, bool],
    error: Exception,
) -> Iterator[dict[str, Any]]:
    """Find the file that a worker stumbled over; the others get their result."""
    for path in batch:
        try:
            yield from workers.submit(_look, [path], *how).result()
        except (WorkerDied, WorkerFailed):
            yield _result(path, Problem("crashed", f"Reading this file failed ({error})."))


def _look(
    paths: Sequence[str], rules: TagSet, settings: Writing, blind: bool
) -> list[dict[str, Any]]:
    """Runs in a worker."""
    found = analyse(paths, [None] * len(paths), str(BUILTIN))
    clues = {
        path: evidence(path, vendor_texts(one.metadata))
        for path, one in zip(paths, found, strict=True)
        if isinstance(one, Analysis) and not blind
    }
    trust = Trust()
    for path, one in zip(paths, found, strict=True):
        if isinstance(one, Analysis):
            trust.remember(os.path.dirname(path), _scores(one), clues.get(path, ()))
    results = []
    for path, one in zip(paths, found, strict=True):
        if isinstance(one, Problem):
            results.append(_result(path, one))
            continue
        believed = clues.get(path) if trust.believes(os.path.dirname(path)) else None
        results.append(_decided(path, decide(_scores(one), rules, Word(), believed), settings))
    return results


def _scores(found: Analysis) -> Mapping[str, float]:
    return found.heard.scores if found.heard else {}


def _decided(path: str, tags: Sequence[Tag], settings: Writing) -> dict[str, Any]:
    changes = writing.preview(path, sure_terms(tags, settings), options_of(settings))
    result = {
        "path": path,
        "tags": tags_data(tags),
        "written": False,
        "reason": None if tags else "No tag is sure enough.",
        "ok": True,
    }
    if isinstance(changes, writing.Refused):
        return {**result, "reason": str(changes.problem)}
    return {**result, "changes": [asdict(change) for change in changes]}


def _result(path: str, problem: Problem) -> dict[str, Any]:
    return {"path": path, "tags": [], "written": False, "reason": str(problem), "ok": False}
