"""What a model would change if it came into use: tried on one's own sounds, changing nothing."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any

from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.hearing.again import Answers, hear_again
from earmark_daemon.processes import Workers, explained
from earmark_daemon.service.deciding import Deciding
from earmark_daemon.service.fellowship import beside_in, vector
from earmark_daemon.service.models.lineup import LineUp, Member
from earmark_daemon.service.models.models import Models
from earmark_daemon.service.models.stored import stored_for
from earmark_daemon.tagging.fellows import Beside, Fellow
from earmark_db.index import Index
from earmark_db.records import FileRecord, Tag

MOST_SOUNDS = 400
"""As many sounds are tried, beside up to fifteen each: a second for a head, some for a network."""

_AT_ONCE = 64
_EXAMPLES = 3


@dataclass
class _Change:
    """For one tag the sounds that would get it, and those that would lose it."""

    comes: list[str] = field(default_factory=list)
    goes: list[str] = field(default_factory=list)


class Comparing:
    """Asks a model about a sample of the library, from what is stored of it."""

    def __init__(self, index: Index, models: Models, deciding: Deciding, workers: Workers) -> None:
        """Prepare.

        Args:
            index: what was heard.
            models: know the models.
            deciding: knows how tags follow from scores.
            workers: who asks the model.
        """
        self._index = index
        self._models = models
        self._deciding = deciding
        self._workers = workers

    def compare(self, digest: str) -> dict[str, Any]:
        """What would change; see `ModelRequests.compare_model`.

        Raises:
            EarmarkError: there is no such model, or it cannot be asked.
        """
        member = self._models.registry.usable(digest)
        now = self._models.lineup
        then = now.with_chosen(member)
        records = self._index.lookup.sample(MOST_SOUNDS)
        near = self._near(records, now)
        heard = [record.content or "" for record in records]
        said = self._ask([*heard, *(f.content for some in near for f in some)], member, now)
        changes: defaultdict[str, _Change] = defaultdict(_Change)
        tried = 0
        for record, beside in zip(records, near, strict=True):
            answer = said.get(record.content or "")
            if answer is None:
                continue
            tried += 1
            told = [
                replace(other, scores={**other.scores, **said.get(other.content, {})})
                for other in beside
            ]
            before = _own(self._deciding.would_tag(record, now, {}, beside), member)
            after = _own(self._deciding.would_tag(record, then, answer, told), member)
            for tag in after - before:
                changes[tag].comes.append(record.path)
            for tag in before - after:
                changes[tag].goes.append(record.path)
        return {"sounds": tried, "tags": [_data(tag, changes[tag]) for tag in _ranked(changes)]}

    def _near(self, records: Sequence[FileRecord], lineup: LineUp) -> list[list[Fellow]]:
        """For each file who lies beside it, with what the models in use say of these."""
        base, verdicts = lineup.base.info.digest, self._index.verdicts
        folders: dict[str, Beside] = {}
        near = []
        for record in records:
            content, folder = record.content or "", os.path.dirname(record.path)
            embedding = verdicts.embedding(content, base)
            if folder not in folders:
                folders[folder] = beside_in(self._index, folder, base)
            found = folders[folder].nearest(content, vector(embedding)) if embedding else []
            near.append([replace(one, scores=verdicts.of(one.content)) for one in found])
        return near

    def _ask(
        self, contents: Iterable[str], member: Member, lineup: LineUp
    ) -> dict[str, dict[str, dict[str, float]]]:
        """By content what the model says; those are left out where nothing stored serves."""
        calls: list[Future[list[Answers | Problem]]] = []
        base = lineup.base
        distinct = list(dict.fromkeys(contents))
        for start in range(0, len(distinct), _AT_ONCE):
            some = distinct[start : start + _AT_ONCE]
            stored = [stored_for(self._index, content, lineup, [member]) for content in some]
            asked = (hear_again, stored, str(base.path), base.info.digest)
            calls.append(self._workers.submit(*asked))
        with explained("compare-failed", "The model could not be tried"):
            answers = [answer for call in calls for answer in call.result()]
        found = [_scores(answer) for answer in answers]
        return {own: told for own, told in zip(distinct, found, strict=True) if told is not None}


def _scores(answer: Answers | Problem) -> dict[str, dict[str, float]] | None:
    if isinstance(answer, Problem):
        raise EarmarkError(answer)
    for problem in answer.unfit.values():
        raise EarmarkError(problem)
    return {verdict.model: dict(verdict.scores) for verdict in answer.verdicts} or None


def _own(tags: Sequence[Tag], member: Member) -> set[str]:
    return {tag.tag for tag in tags if tag.set == member.info.tag_set}


def _ranked(changes: dict[str, _Change]) -> list[str]:
    return sorted(changes, key=lambda t: (-len(changes[t].comes) - len(changes[t].goes), t))


def _data(tag: str, change: _Change) -> dict[str, Any]:
    examples = [{"path": path, "comes": True} for path in change.comes[:_EXAMPLES]]
    examples += [{"path": path, "comes": False} for path in change.goes[:_EXAMPLES]]
    return {
        "tag": tag,
        "comes": len(change.comes),
        "goes": len(change.goes),
        "examples": examples,
    }
