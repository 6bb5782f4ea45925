"""What tagging would do: hears files and shows the change to each, touching nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from earmark_daemon import writing
from earmark_daemon.errors import Problem
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.places import places
from earmark_daemon.processes import WorkerDied, WorkerFailed, Workers
from earmark_daemon.service.analysis import Analysis, analyse, describe
from earmark_daemon.service.wire import tags_data
from earmark_daemon.service.writing_job import options_of
from earmark_daemon.settings import load
from earmark_daemon.tagging.decide import TagSet, Word, decide

_AT_ONCE = 16


def look_only(files: Sequence[str], *, blind: bool) -> Iterator[dict[str, Any]]:
    """For each file the result that `earmark tag` would give, and ``"changes"`` to its fields."""
    settings = load(places().settings)
    workers = Workers(settings.work.count, niceness=0)
    options = options_of(settings.writing)
    try:
        model = workers.submit(describe, str(BUILTIN)).result()
        rules = TagSet(model.tag_set, model.exclusive, model.thresholds)
        batches = deque(files[i : i + _AT_ONCE] for i in range(0, len(files), _AT_ONCE))
        calls: deque[Any] = deque()
        while batches or calls:
            while batches and len(calls) < 2 * workers.count:
                batch = batches.popleft()
                calls.append((batch, workers.submit(_look, batch, rules, options)))
            batch, call = calls.popleft()
            try:
                yield from call.result()
            except (WorkerDied, WorkerFailed) as error:
                yield from _one_by_one(workers, batch, rules, options, error)
    finally:
        workers.close()


def _one_by_one(
    workers: Workers,
    batch: Sequence[str],
    rules: TagSet,
    options: writing.WriteOptions,
    error: Exception,
) -> Iterator[dict[str, Any]]:
    """Find the file that a worker stumbled over; the others get their result."""
    for path in batch:
        try:
            yield from workers.submit(_look, [path], rules, options).result()
        except (WorkerDied, WorkerFailed):
            yield _result(path, Problem("crashed", f"Reading this file failed ({error})."))


def _look(
    paths: Sequence[str], rules: TagSet, options: writing.WriteOptions
) -> list[dict[str, Any]]:
    """Runs in a worker."""
    results = []
    for path, found in zip(paths, analyse(paths, [None] * len(paths), str(BUILTIN)), strict=True):
        if isinstance(found, Problem):
            results.append(_result(path, found))
            continue
        results.append(_decided(path, found, rules, options))
    return results


def _decided(
    path: str, found: Analysis, rules: TagSet, options: writing.WriteOptions
) -> dict[str, Any]:
    tags = decide(found.heard.scores if found.heard else {}, rules, Word())
    changes = writing.preview(path, tuple(tag.tag for tag in tags), options)
    return {
        "path": path,
        "tags": tags_data(tags),
        "written": False,
        "reason": None if tags else "No tag is sure enough.",
        "ok": True,
        "changes": [asdict(change) for change in changes],
    }


def _result(path: str, problem: Problem) -> dict[str, Any]:
    return {"path": path, "tags": [], "written": False, "reason": str(problem), "ok": False}
