"""Sounds that a person brings to label: taken in where they are new, with tags to offer."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from earmark_daemon.errors import Problem
from earmark_daemon.hearing.readable import why_unreadable
from earmark_daemon.service.models.lineup import OWN_SET, LineUp
from earmark_daemon.service.wire import tags_data
from earmark_daemon.tagging.names import vendor_texts
from earmark_daemon.tagging.suggesting import Suggestion, Why, suggest
from earmark_daemon.watching.facts import Found, Trouble
from earmark_daemon.watching.ignore import Rules, is_sound
from earmark_daemon.watching.look import look
from earmark_daemon.watching.scan import scan
from earmark_db.index import Index
from earmark_db.records import Arrival, FileRecord, FileState

_NO_SOUND = Problem("no-sound", "It is not a sound file.")
_NOTES = {
    Why.NAME: "Its name suggests “{}”.",
    Why.FOLDER: "Its folder suggests “{}”.",
    Why.TEXT: "Its maker's text suggests “{}”.",
    Why.SOUND: "It sounds like “{}”.",
}


class Bringing:
    """Takes in what was dropped on a window."""

    def __init__(
        self, index: Index, lineup: Callable[[], LineUp], wake: Callable[[], None]
    ) -> None:
        """Prepare.

        Args:
            index: where sounds are known.
            lineup: the models whose scores count.
            wake: called where there is something new to hear.
        """
        self._index = index
        self._lineup = lineup
        self._wake = wake

    def gather(self, paths: Sequence[str]) -> dict[str, Any]:
        """Every sound among files and below folders; those that are new are heard next.

        Returns:
            ``"paths"`` in the order of their names, and ``"refused"``, path to reason.
        """
        found: dict[str, Found] = {}
        refused: dict[str, str] = {}
        for path in paths:
            for each in _sounds(os.path.realpath(path)):
                if isinstance(each, Found):
                    found[each.path] = each
                else:
                    refused[each.path] = str(each.problem)
        new = [
            Arrival(each.path, each.stamp, None, first=True)
            for each in found.values()
            if self._index.lookup.stamp(each.path) != each.stamp
        ]
        self._index.files.arrived(new)
        if new:
            self._wake()
        return {"paths": sorted(found), "refused": refused}

    def suggestions(self, paths: Sequence[str]) -> list[dict[str, Any] | None]:
        """For each sound what ``review`` says of one; None while it is not heard yet.

        A sound that cannot be heard has ``"content"`` None, and the reason as its ``"note"``.
        """
        own = self._index.labels.words(OWN_SET)
        return [self._item(self._index.lookup.by_path(path), own) for path in paths]

    def _item(self, record: FileRecord | None, own: Iterable[str]) -> dict[str, Any] | None:
        if record is None or record.state is FileState.WAITING:
            return None
        item = {
            "path": record.path,
            "content": None,
            "duration": record.duration,
            "loudness": record.facts.loudness,
            "tags": tags_data(record.tags),
            "denied": [],
            "note": record.reason.message if record.reason else None,
            "suggestions": [],
        }
        if record.state is not FileState.HEARD or record.content is None:
            return item
        said = self._index.labels.of(record.content)
        heard = self._index.verdicts.of(record.content)
        lineup = self._lineup()
        scores = {
            tag: score
            for model in lineup.answering
            for tag, score in lineup.said(model, heard.get(model.digest, {})).items()
        }
        found = suggest(record.path, vendor_texts(record.metadata), own, scores)
        offered = [each for each in found if each.tag not in lineup.off]
        return {
            **item,
            "content": record.content,
            "denied": [label.tag for label in said if not label.says],
            "note": _note(offered),
            "suggestions": [
                {"tag": each.tag, "score": each.score, "why": each.why.value} for each in offered
            ],
        }


def _sounds(path: str) -> Iterator[Found | Trouble]:
    """A file as given, or every sound below a folder."""
    if os.path.isdir(path):
        yield from scan(path, Rules())
        return
    if not is_sound(os.path.basename(path)):
        yield Trouble(path, _NO_SOUND, False)
        return
    found = look(path).found
    yield Trouble(path, why_unreadable(path), False) if found is None else found


def _note(offered: Sequence[Suggestion]) -> str | None:
    if not offered or offered[0].why is Why.SOUND:
        return None
    return _NOTES[offered[0].why].format(offered[0].tag)
