"""What tagging would do: hears files and shows the change to each, touching nothing."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, TypeVar

from earmark_daemon import index_faults, writing
from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.places import places
from earmark_daemon.processes import Workers
from earmark_daemon.service.batches import in_batches
from earmark_daemon.service.company import corrected, known_in
from earmark_daemon.service.deciding import Opinion, context, decide_all, note_on
from earmark_daemon.service.fellowship import asked, beside_in, heard_together, vector
from earmark_daemon.service.installation import installation_at
from earmark_daemon.service.models.lineup import LineUp, Member, chosen_lineup
from earmark_daemon.service.stages.analysis import Analysis, analyse, describe
from earmark_daemon.service.stages.writing_job import UNSURE, options_of, sure_terms
from earmark_daemon.service.wire import reason_text, tags_data
from earmark_daemon.settings import Settings
from earmark_daemon.settings_file import load
from earmark_daemon.tagging.broader import SOURCE
from earmark_daemon.tagging.fellows import Beside, Fellow, Scores
from earmark_daemon.tagging.folders import Folders, View, Witness
from earmark_daemon.tagging.names import evidence, vendor_texts
from earmark_db.index import Index
from earmark_db.labels import Label
from earmark_db.records import Reason, Tag
from earmark_db.verdicts import as_kept

T = TypeVar("T")


@dataclass(frozen=True)
class _Heard:
    """A sound as a worker heard it.

    Attributes:
        opinion: what its tags are decided from.
        embedding: by the built-in model, float16 bytes; empty for silence.
    """

    opinion: Opinion
    embedding: bytes


@dataclass(frozen=True)
class _Decided:
    """A sound and the tags that it would get.

    Attributes:
        path: where it lies.
        tags: the surest first.
        note: what a person should know of them.
    """

    path: str
    tags: tuple[Tag, ...]
    note: Reason | None


def look_only(
    files: Sequence[str], *, blind: bool, heard: Callable[[], None]
) -> Iterator[dict[str, Any]]:
    """For each file the result that `earmark tag` would give, and ``"changes"`` to its fields.

    Args:
        files: the paths of the sounds.
        blind: whether to judge by sound alone.
        heard: called for each file as it was heard; results come once its whole folder was.
    """
    settings = load(places().settings)
    workers = Workers(settings.work.count, niceness=0)
    try:
        model = workers.submit(describe, str(BUILTIN)).result()
        base = Member(BUILTIN, model)
        lineup = _in_index(lambda own: chosen_lineup(own, places().models, base), LineUp(base))
        lineup = lineup.giving(settings.tags)
        files = list(dict.fromkeys(files))
        left = Counter(map(os.path.dirname, files))
        known: defaultdict[str, dict[str, _Heard | Problem]] = defaultdict(dict)
        listen = partial(_listen, lineup=lineup, blind=blind, telling=settings.telling)
        for path, one in in_batches(workers, listen, files):
            folder = os.path.dirname(path)
            known[folder][path] = one
            heard()
            if len(known[folder]) == left[folder]:
                yield from _decided_in(workers, folder, known.pop(folder), lineup, settings)
    finally:
        workers.close()


def _decided_in(
    workers: Workers,
    folder: str,
    files: Mapping[str, _Heard | Problem],
    lineup: LineUp,
    settings: Settings,
) -> Iterator[dict[str, Any]]:
    """The results of the files of a folder, which with those that are known say what it holds."""
    folders = Folders()
    known = partial(
        known_in, folder=folder, lineup=lineup, without=set(files), telling=settings.telling
    )
    folders.remember(folder, _in_index(known, []))
    heard = {path: one for path, one in files.items() if isinstance(one, _Heard)}
    said = _said(one.opinion.content for one in heard.values())
    folders.remember(folder, _witnesses(heard, said, lineup))
    view, beside = folders.view(folder), _beside(folder, heard, lineup)
    decided = [
        _decide(path, one, lineup, view, beside, said.get(one.opinion.content, ()))
        for path, one in heard.items()
    ]
    for path, one in files.items():
        if isinstance(one, Problem):
            yield _failed(path, one)
    for each, shown in in_batches(workers, partial(_changes, settings=settings), decided):
        yield _failed(each.path, shown) if isinstance(shown, Problem) else shown


def _witnesses(
    heard: Mapping[str, _Heard], said: Mapping[str, Sequence[Label]], lineup: LineUp
) -> Iterator[Witness]:
    """What sounds say of their folder; those that are judged by sound alone say nothing."""
    base = lineup.base.info.digest
    for path, one in heard.items():
        known = one.opinion
        if known.clues is not None:
            witness = Witness(path, known.content, known.scores.get(base, {}), known.clues)
            yield corrected(witness, said.get(known.content, ()), lineup)


def _beside(folder: str, heard: Mapping[str, _Heard], lineup: LineUp) -> Beside:
    """The sounds of a folder, those of the index and those that were heard just now."""
    models = [model.digest for model in asked(lineup)]
    if not models:
        return Beside()
    base = lineup.base.info.digest
    beside = _in_index(lambda own: beside_in(own, folder, base, models), Beside())
    for path, one in heard.items():
        if one.embedding:
            known = one.opinion
            beside.take(path, Fellow(known.content, vector(one.embedding), known.scores))
    return beside


def _said(contents: Iterable[str]) -> dict[str, tuple[Label, ...]]:
    """What people said of sounds."""
    nothing: dict[str, tuple[Label, ...]] = {}
    return _in_index(lambda own: {each: own.labels.of(each) for each in contents}, nothing)


def _in_index(read: Callable[[Index], T], otherwise: T) -> T:
    """What the index says, or something else where there is none that can be read."""
    try:
        with index_faults.reading(places().index) as index:
            return read(index)
    except EarmarkError:
        return otherwise


def _listen(
    paths: Sequence[str], lineup: LineUp, blind: bool, telling: Callable[[str], str]
) -> list[_Heard | Problem]:
    """Runs in a worker."""
    base, unknown = lineup.base, [None] * len(paths)
    found = analyse(paths, unknown, str(base.path), lineup.paths, base.info.digest)
    results: list[_Heard | Problem] = []
    for path, one in zip(paths, found, strict=True):
        if isinstance(one, Problem):
            results.append(one)
            continue
        clues = None if blind else evidence(telling(path), vendor_texts(one.metadata))
        embedding = b"" if one.heard is None else one.heard.first.embedding
        results.append(_Heard(Opinion(one.content, _scores(one), clues), embedding))
    return results


def _scores(found: Analysis) -> Scores:
    if found.heard is None:
        return {}
    return {verdict.model: as_kept(verdict.scores) for verdict in found.heard.verdicts}


def _decide(
    path: str, heard: _Heard, lineup: LineUp, view: View, beside: Beside, said: Sequence[Label]
) -> _Decided:
    opinion = heard.opinion
    company = context(path, opinion.clues, view)
    scores = opinion.scores
    if heard.embedding and opinion.clues is not None:
        near = beside.nearest(opinion.content, vector(heard.embedding))
        scores = heard_together(scores, near, lineup)
    tags = decide_all(scores, lineup, said, company, alone=opinion.scores)
    note = note_on(opinion, lineup, tags)
    surest_first = sorted(tags, key=lambda tag: (-tag.score, tag.source == SOURCE, tag.tag))
    return _Decided(path, tuple(surest_first), note)


def _changes(decided: Sequence[_Decided], settings: Settings) -> list[dict[str, Any] | Problem]:
    """What writing these tags would change in the files; runs in a worker."""
    return [_result(one, settings) for one in decided]


def _result(one: _Decided, settings: Settings) -> dict[str, Any]:
    result = {
        "path": one.path,
        "tags": tags_data(one.tags),
        "written": False,
        "reason": reason_text(one.note),
        "ok": True,
        "changes": [],
    }
    if not settings.writes_into(one.path):
        return result
    terms = sure_terms(one.tags, settings.writing)
    me = installation_at(places().installation)
    changes = writing.preview(one.path, terms, options_of(settings.writing, me))
    if isinstance(changes, writing.Refused):
        return {**result, "ok": False, "reason": str(changes.problem)}
    if one.tags and not (terms or changes or one.note):
        result["reason"] = reason_text(UNSURE)
    return {**result, "changes": [asdict(change) for change in changes]}


def _failed(path: str, problem: Problem) -> dict[str, Any]:
    return {"path": path, "tags": [], "written": False, "reason": str(problem), "ok": False}
