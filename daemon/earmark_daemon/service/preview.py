"""What tagging would do: hears files and shows the change to each, touching nothing."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

from earmark_daemon import writing
from earmark_daemon.errors import Problem
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.places import places
from earmark_daemon.processes import WorkerDied, WorkerFailed, Workers
from earmark_daemon.service.deciding import Scores, decide_all
from earmark_daemon.service.models.lineup import LineUp, Member, chosen_lineup
from earmark_daemon.service.stages.analysis import Analysis, analyse, describe
from earmark_daemon.service.stages.writing_job import options_of, sure_terms
from earmark_daemon.service.wire import tags_data
from earmark_daemon.settings import Writing
from earmark_daemon.settings_file import load
from earmark_daemon.tagging.names import evidence, vendor_texts
from earmark_daemon.tagging.trust import Trust
from earmark_db.errors import IndexFault
from earmark_db.index import Index
from earmark_db.records import Tag

_AT_ONCE = 16


def look_only(files: Sequence[str], *, blind: bool) -> Iterator[dict[str, Any]]:
    """For each file the result that `earmark tag` would give, and ``"changes"`` to its fields."""
    settings = load(places().settings)
    workers = Workers(settings.work.count, niceness=0)
    try:
        model = workers.submit(describe, str(BUILTIN)).result()
        lineup = replace(_lineup(Member(BUILTIN, model)), off=frozenset(settings.tags.off))
        batches = deque(files[i : i + _AT_ONCE] for i in range(0, len(files), _AT_ONCE))
        calls: deque[Any] = deque()
        while batches or calls:
            while batches and len(calls) < 2 * workers.count:
                batch = batches.popleft()
                calls.append((batch, workers.submit(_look, batch, lineup, settings.writing, blind)))
            batch, call = calls.popleft()
            try:
                yield from call.result()
            except (WorkerDied, WorkerFailed) as error:
                yield from _one_by_one(workers, batch, (lineup, settings.writing, blind), error)
    finally:
        workers.close()


def _lineup(base: Member) -> LineUp:
    """The models in use; the built-in one alone where there is no index yet."""
    try:
        index = Index.for_reading(places().index)
    except IndexFault:
        return LineUp(base)
    try:
        return chosen_lineup(index, places().models, base)
    except IndexFault:
        return LineUp(base)
    finally:
        index.close()


def _one_by_one(
    workers: Workers,
    batch: Sequence[str],
    how: tuple[LineUp, Writing, bool],
    error: Exception,
) -> Iterator[dict[str, Any]]:
    """Find the file that a worker stumbled over; the others get their result."""
    for path in batch:
        try:
            yield from workers.submit(_look, [path], *how).result()
        except (WorkerDied, WorkerFailed):
            yield _result(path, Problem("crashed", f"Reading this file failed ({error})."))


def _look(
    paths: Sequence[str], lineup: LineUp, settings: Writing, blind: bool
) -> list[dict[str, Any]]:
    """Runs in a worker."""
    found = analyse(paths, [None] * len(paths), str(lineup.base.path), lineup.paths)
    clues = {
        path: evidence(path, vendor_texts(one.metadata))
        for path, one in zip(paths, found, strict=True)
        if isinstance(one, Analysis) and not blind
    }
    trust = Trust()
    for path, one in zip(paths, found, strict=True):
        if isinstance(one, Analysis):
            by_sound = _scores(one).get(lineup.base.info.digest, {})
            trust.remember(os.path.dirname(path), by_sound, clues.get(path, ()))
    results = []
    for path, one in zip(paths, found, strict=True):
        if isinstance(one, Problem):
            results.append(_result(path, one))
            continue
        believed = clues.get(path) if trust.believes(os.path.dirname(path)) else None
        results.append(_decided(path, decide_all(_scores(one), lineup, (), believed), settings))
    return results


def _scores(found: Analysis) -> Scores:
    if found.heard is None:
        return {}
    others = {verdict.model: verdict.scores for verdict in found.heard.others}
    return {found.heard.model: found.heard.scores, **others}


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
