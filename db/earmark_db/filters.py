"""Filters in a query: ``bpm:120-130 key:Am length:<1 tag:=dark``, taken out of it and made SQL."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from earmark_db.keys import canonical_key, canonical_root
from earmark_db.records import Kind

_FILTER = re.compile(r'(?<!\S)(-?)([a-z]+):(=?)(?:"([^"]*)"|(\S+))', re.IGNORECASE)
_TAGS = "select file_id from tags"
_NUMBER = r"-?\d+(?:\.\d+)?"
_RANGE = re.compile(rf"({_NUMBER})(?:-|\.\.)({_NUMBER})")
_BOUND = re.compile(rf"([<>]=?)({_NUMBER})")
_ONE = re.compile(_NUMBER)
_NOTE = re.compile(r"(.+?)(-?\d)?")
_LETTER = re.compile(r"[^\W_]")
_UNITS = re.compile(r"(?<=\d)(?:bpm|hz|s|lufs|db)$", re.IGNORECASE)


@dataclass(frozen=True)
class Condition:
    """A condition on a sound, with what its question marks stand for."""

    sql: str
    values: tuple[str | float | bytes, ...] = ()


@dataclass(frozen=True)
class Filter:
    """What can be asked of a sound's facts.

    Attributes:
        condition: what a value asks for; None where it is not understood.
        values: such as are understood, to show.
    """

    condition: Callable[[str], Condition | None]
    values: tuple[str, ...]


def take_filters(query: str) -> tuple[str, list[Condition]]:
    """A query without its filters, and the filters.

    What looks like a filter but has a name or a value that there is not stays, as words. A whole
    tag, ``tag:=dark``, leaves its words too: the full-text table finds few to look through.
    """
    conditions: list[Condition] = []

    def take(match: re.Match[str]) -> str:
        minus, name, whole, phrase, word = match.groups()
        text = phrase or word or ""
        if name.lower() == "tag":
            condition = _tag(text) if whole or not _LETTER.search(text) else None
        else:
            known = FILTERS.get(name.lower())
            condition = known.condition(whole + text) if known else None
        if condition is None:
            return match[0]
        if minus:
            condition = Condition(f"not coalesce({condition.sql}, 0)", condition.values)
        conditions.append(condition)
        return f'tag:"{text}"' if whole and not minus and _LETTER.search(text) else ""

    return _FILTER.sub(take, query), conditions


def _number(column: str, tolerance: float) -> Callable[[str], Condition | None]:
    """A filter on a number; one alone finds what is equal but for ``tolerance``."""

    def make(text: str) -> Condition | None:
        text = _UNITS.sub("", text)
        if match := _RANGE.fullmatch(text):
            low, high = sorted((float(match[1]), float(match[2])))
            return Condition(f"({column} between ? and ?)", (low, high))
        if match := _BOUND.fullmatch(text):
            return Condition(f"({column} {match[1]} ?)", (float(match[2]),))
        if not _ONE.fullmatch(text):
            return None
        around = float(text)
        return Condition(f"({column} between ? and ?)", (around - tolerance, around + tolerance))

    return make


def _key(text: str) -> Condition | None:
    key = canonical_key(text)
    return Condition("(music_key = ?)", (key,)) if key else None


def _kind(text: str) -> Condition | None:
    squeezed = re.sub(r"[\W_]", "", text.lower())
    kinds = {kind.value.replace("-", ""): kind for kind in Kind}
    kind = kinds.get(squeezed.removesuffix("s"))
    return Condition("(kind = ?)", (kind.value,)) if kind else None


def _pitch(text: str) -> Condition | None:
    """A note with its octave, or in every octave."""
    match = _NOTE.fullmatch(text)
    root = canonical_root(match[1]) if match else None
    if match is None or root is None:
        return None
    if match[2]:
        return Condition("(pitch = ?)", (f"{root}{match[2]}",))
    return Condition("(rtrim(pitch, '-0123456789') = ?)", (root,))


def _tag(text: str) -> Condition | None:
    """A tag as it is, and none that merely has its words.

    One without a letter or digit, such as a picture, is always meant so: the full-text table
    holds no such.
    """
    tag = unicodedata.normalize("NFC", " ".join(text.split()).lower())
    tag = tag.encode("utf-8", "replace").decode()  # what is no text is in no tag
    if not tag:
        return None
    if _LETTER.search(tag):  # few are left to look at, each by its own tags: hence the plus
        return Condition(f"(exists ({_TAGS} where file_id = files.id and +tag = ?))", (tag,))
    return Condition(f"(files.id in ({_TAGS} where tag = ?))", (tag,))


_SURE = "(source = 'person' or score >= coalesce((select score as least from written_from), 0))"
_STANDINGS = {
    "untagged": "(not tagged)",
    "unknown": "(not tagged)",
    "tagged": "(tagged)",
    "unsure": f"(tagged and not exists ({_TAGS} where file_id = files.id and {_SURE}))",
    "labelled": "(files.content_id in (select content_id from labels))",
}


def _standing(text: str) -> Condition | None:
    """Whether it carries a tag, one that is sure enough for its file, or a person's word."""
    sql = _STANDINGS.get(text.lower())
    return Condition(sql) if sql else None


_TEMPO = Filter(_number("bpm", 0.5), ("128", "120-130", "<100"))
_NOTE_OF = Filter(_pitch, ("F#", "C3"))

FILTERS: Final[dict[str, Filter]] = {
    "bpm": _TEMPO,
    "tempo": _TEMPO,
    "length": Filter(_number("duration", 0.05), ("<1", "2-4", ">10")),
    "loudness": Filter(_number("loudness", 0.5), (">-12", "-20..-10")),
    "brightness": Filter(_number("brightness", 50.0), (">3000", "500-1000")),
    "key": Filter(_key, ("Am", "F#")),
    "is": Filter(_standing, ("untagged", "tagged", "unsure", "labelled")),
    "kind": Filter(_kind, tuple(kind.value for kind in Kind)),
    "pitch": _NOTE_OF,
    "note": _NOTE_OF,
}
"""Every filter by its name; some have two."""
