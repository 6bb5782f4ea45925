"""The private field in which a file says which of its words are ours.

One JSON object in ASCII: for each field the words that we put there and the words of ours that a
person took out again. Anything else in its place is treated as no record.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

_VERSION = 1


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


def load(text: str) -> dict[str, Mark]:
    """The marks in a record, by field; none where there is no record that we understand."""
    try:
        data = json.loads(text)
        if data["v"] != _VERSION:
            return {}
        return {
            str(field): Mark(_words(words), _words(refused))
            for field, (words, refused) in data["fields"].items()
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def dump(marks: Mapping[str, Mark]) -> str:
    """The record of these marks; an empty string where there is nothing to record."""
    fields = {field: [mark.words, mark.refused] for field, mark in marks.items() if mark}
    if not fields:
        return ""
    return json.dumps({"v": _VERSION, "fields": fields}, separators=(",", ":"))


def _words(value: list[str]) -> tuple[str, ...]:
    if not all(isinstance(word, str) for word in value):
        raise TypeError("words must be text")
    return tuple(value)
