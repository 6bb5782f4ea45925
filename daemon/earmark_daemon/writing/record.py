"""The private field in which a file says which of its words are whose.

One JSON object in ASCII. ``fields`` has for each field the words that the installation ``by`` put
there, and the words of its own that a person took out again; ``others`` has the same of other
installations, by their ids. A record without ``by`` is from before there were ids: whoever meets it
takes it for its own. Anything else in its place is treated as no record.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

_VERSION = 1

ANYBODY = ""
"""The id of no installation: what it marked is everybody's, and what others marked is its own."""


@dataclass(frozen=True)
class Mark:
    """Our part of one field.

    Attributes:
        words: put there by us and still ours, in their order.
        refused: put there by us once and taken out by a person.
    """

    words: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.refused)


Marks = Mapping[str, Mark]
"""The parts of one installation, by field."""


@dataclass(frozen=True)
class Record:
    """Which words of a file are whose, as one installation sees it.

    Attributes:
        own: what counts as its own: of more than one installation where it is `ANYBODY`.
        others: the marks of others, by their ids.
    """

    own: tuple[Marks, ...] = ()
    others: Mapping[str, Marks] | None = None

    def __bool__(self) -> bool:
        return bool(self.own or self.others)

    def each(self, field: str) -> list[Mark]:
        """Our parts of a field, one for each installation that counts as ours."""
        return [marks[field] for marks in self.own if field in marks]

    def mine(self, field: str) -> Mark:
        """The same as one."""
        parts = self.each(field)
        return Mark(
            tuple(dict.fromkeys(word for part in parts for word in part.words)),
            tuple(dict.fromkeys(word for part in parts for word in part.refused)),
        )

    def of_others(self, field: str) -> tuple[Mark, ...]:
        """The parts of others."""
        return tuple(marks[field] for marks in (self.others or {}).values() if field in marks)

    def with_own(self, marks: Marks) -> Record:
        """The record with these marks for ours."""
        kept = {field: mark for field, mark in marks.items() if mark}
        return Record((kept,) if kept else (), self.others)


def load(text: str, writer: str = ANYBODY) -> Record:
    """A record as an installation sees it; empty where there is none that we understand."""
    try:
        data = json.loads(text)
        if data["v"] != _VERSION:
            return Record()
        first = {str(data.get("by", ANYBODY)): data["fields"]}
        everybody = {
            whose: _marks(fields) for whose, fields in (first | data.get("others", {})).items()
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Record()
    mine = {whose for whose in everybody if ANYBODY in (whose, writer) or whose == writer}
    return Record(
        tuple(marks for whose, marks in everybody.items() if whose in mine and marks),
        {whose: marks for whose, marks in everybody.items() if whose not in mine and marks} or None,
    )


def dump(record: Record, writer: str = ANYBODY) -> str:
    """The text of a record, as an installation writes it; empty where nothing is to be said."""
    if not record:
        return ""
    everybody = {writer: record.own[0]} if record.own else {}
    (by, fields), *others = {**everybody, **(record.others or {})}.items()
    data: dict[str, object] = {"v": _VERSION}
    if by != ANYBODY:
        data["by"] = by
    data["fields"] = _plain(fields)
    if others:
        data["others"] = {whose: _plain(marks) for whose, marks in others}
    return json.dumps(data, separators=(",", ":"))


def _marks(fields: Mapping[str, list[list[str]]]) -> dict[str, Mark]:
    marks = {
        str(field): Mark(_words(words), _words(refused))
        for field, (words, refused) in fields.items()
    }
    return {field: mark for field, mark in marks.items() if mark}


def _plain(marks: Marks) -> dict[str, list[tuple[str, ...]]]:
    return {field: [mark.words, mark.refused] for field, mark in marks.items()}


def _words(value: list[str]) -> tuple[str, ...]:
    if not all(isinstance(word, str) for word in value):
        raise TypeError("words must be text")
    return tuple(value)
