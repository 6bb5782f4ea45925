"""What a person types as an FTS5 expression."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from types import MappingProxyType
from urllib.parse import unquote

from earmark_db.paths import both_ways, to_blob, without_extension

COLUMNS = {"tag": "tags", "name": "name", "folder": "folder"}
"""What a word may be restricted to, and where that stands."""

_TERM = re.compile(rf'(-?)(?:({"|".join(COLUMNS)}):)?(?:"([^"]*)"|(\S+))', re.IGNORECASE)
_PIECE = re.compile(r'\|+|-?(?:[^\s":|]+:=?)?(?:"[^"]*"|[^\s|]+)')
_OR = re.compile(r"or|\|+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
"""Marks that no letter has in one piece, as in ẹ̀, belong to their word, as FTS5 has it."""

_IN_PATH = re.compile(r"[/\\]")
_ESES = ("ss", "us", "is")
_MOST_WORDS = 3
"""No other name of a tag has more."""

OtherNames = Mapping[str, str]
"""What else tags are called, in lower case, a blank between words: ``hi hat`` to ``hihat``."""

ABOVE = "\ue000"
"""Begins the words above a watched folder: FTS5 takes it for a letter, and nobody can type it."""


_MOST_ABOVE = 64
"""No watched folder has more words above it."""


@dataclass(frozen=True)
class Words:
    """What a person types, as FTS5 expressions; an empty one says nothing.

    Attributes:
        wanted: what must be there.
        unwanted: what must not.
    """

    wanted: str
    unwanted: str

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted)


@dataclass(frozen=True)
class _Term:
    """A part of a query.

    Attributes:
        minus: whether it is to be left out.
        column: in which it must stand; empty for any.
        quoted: whether it was typed in quotes, so that it is meant to the letter.
        path: whether it is typed as one.
        file: whether it ends as the name of a file does.
        parts: its words.
    """

    minus: bool
    column: str
    quoted: bool
    path: bool
    file: bool
    parts: list[str]

    @property
    def expression(self) -> str:
        """Its words as FTS5 finds them, in whatever column."""
        above = self.column == "folder" or self.path
        ways = _above_too(self.parts) if above else [self.parts]
        return " OR ".join(_phrase(way, whole=self.quoted) for way in ways)

    @property
    def may_name_a_tag(self) -> bool:
        return self.column in ("", "tag") and not (self.quoted or self.path or self.file)


def as_words(query: str, other_names: OtherNames = MappingProxyType({})) -> Words:
    """A person's query as FTS5 expressions: all words, each by its beginning.

    ``tag:``, ``name:`` and ``folder:`` restrict a word, quotes hold words together, a leading
    minus excludes. Anything else that FTS5 would take for syntax is taken for text. Above the
    watched folders ``folder:`` alone looks, and what is typed as a path. Another name of a tag, or
    its plural, finds what carries the tag as well, unless it stands in quotes, ends as a file does,
    or is to be left out of what carries that very tag.
    """
    named = [(words, _named(words, other_names)) for words in _grouped(query, other_names)]
    asked = {
        name
        for words, tag in named
        if not words[0].minus
        for name in (tag, " ".join(_parts(words)))
    }
    wanted: list[str] = []
    unwanted: list[str] = []
    for words, tag in named:
        if words[0].minus:
            unwanted.append(f"({_expression(words, None if tag in asked else tag)})")
        else:
            wanted.append(f"({_expression(words, tag)})")
    return Words(" AND ".join(wanted), " OR ".join(unwanted))


def singular(word: str) -> str:
    """A word without the "s" of a plural."""
    plural = len(word) > 3 and word.endswith("s") and not word.endswith(_ESES)
    return word[:-1] if plural else word


def as_path(query: str) -> bytes | None:
    """The path that a query is, or begins, as file managers copy it; None where it is none."""
    text = query.strip().strip('"')
    if text.startswith("file://"):
        text = unquote(text.removeprefix("file://"))
    if text.startswith("~/"):
        text = os.path.expanduser(text)
    if not os.path.isabs(text):
        return None
    try:
        return to_blob(text)
    except UnicodeEncodeError:
        return None


def pieces(query: str) -> list[str]:
    """What a query consists of, as it was typed: words, what stands in quotes, filters, “or”."""
    return _PIECE.findall(query)


def is_or(piece: str) -> bool:
    """Whether a piece of a query is an “or”, which may be written as a stroke."""
    return _OR.fullmatch(piece) is not None


def terms(query: str) -> list[str]:
    """The parts of a query that say what is to be found, as they were typed."""
    return [each for each in pieces(query) if not (each.startswith("-") or is_or(each))]


def name_ahead(typed: Sequence[str], other_names: OtherNames) -> int:
    """How many of the first pieces are one name of a tag, as ``hi hat`` is; else 1."""
    ahead = [next(_typed(piece), None) for piece in typed[:_MOST_WORDS]]
    plain = list(takewhile(lambda term: term.parts, (term for term in ahead if term is not None)))
    return len(_together(plain, other_names)) or 1


def folder_words(folder: str, root: str | None) -> str:
    """The words of a folder, those above the watched one marked: nobody means them by a word alone.

    A sound's path says ``/home/anna/Music`` whatever the sound is.
    """
    above = "" if root is None else os.path.dirname(root.rstrip("/\\"))
    if not folder.startswith(above):
        above = ""
    first = both_ways(above)
    rest = both_ways(folder[len(above) :])
    ways = dict.fromkeys(zip(first, rest, strict=True))
    return " ".join(f"{_WORD.sub(_mark, some)} {others}" for some, others in ways)


def _typed(query: str) -> Iterator[_Term]:
    for minus, column, phrase, word in _TERM.findall(unicodedata.normalize("NFC", query)):
        text = phrase or word
        path = _IN_PATH.search(text) is not None
        stem = without_extension(text)
        yield _Term(
            bool(minus), column.lower(), bool(phrase), path, stem != text, _WORD.findall(stem)
        )


def _grouped(query: str, other_names: OtherNames) -> Iterator[list[_Term]]:
    """The terms of a query, those side by side that are one name of a tag."""
    typed = [term for term in _typed(query) if term.parts]
    while typed:
        words = _together(typed[:_MOST_WORDS], other_names)
        yield words
        typed = typed[len(words) :]


def _together(typed: list[_Term], other_names: OtherNames) -> list[_Term]:
    """Those of the first terms that are one name of a tag, as in ``hi hat``; or the first alone."""
    for count in range(len(typed), 1, -1):
        some = typed[:count]
        plain = all(term.may_name_a_tag and not (term.column or term.minus) for term in some)
        if plain and _tag_in(_parts(some), other_names):
            return some
    return typed[:1]


def _named(typed: list[_Term], other_names: OtherNames) -> str | None:
    """The tag that one term, or the words of one name, mean by another name or the plural."""
    if not typed[0].may_name_a_tag:
        return None
    return _tag_in(_parts(typed), other_names) or _plural_of(_parts(typed))


def _expression(typed: list[_Term], tag: str | None) -> str:
    """What one term, or the words of one name, find; and what carries the tag that they name."""
    first = typed[0]
    ways = [" AND ".join(f"({term.expression})" for term in typed)]
    if tag is not None:
        ways.append(f'{{{COLUMNS["tag"]}}} : "{tag}"')
    either = " OR ".join(f"({way})" for way in ways)
    return f"{COLUMNS[first.column]} : ({either})" if first.column else either


def _parts(typed: list[_Term]) -> list[str]:
    return [part.lower() for term in typed for part in term.parts]


def _tag_in(parts: list[str], other_names: OtherNames) -> str | None:
    """The tag that these words are another name of, or the plural of one."""
    names = (" ".join(parts), " ".join([*parts[:-1], singular(parts[-1])]))
    return next((other_names[name] for name in names if name in other_names), None)


def _plural_of(parts: list[str]) -> str | None:
    """The tag that these words are the plural of, if it is one."""
    single = singular(parts[-1])
    return None if single == parts[-1] else " ".join([*parts[:-1], single])


def _above_too(parts: list[str]) -> list[list[str]]:
    """These words, none of them above the watched folder, or the first, or the first two ..."""
    marked = [f"{ABOVE}{part}" for part in parts]
    most = min(len(parts), _MOST_ABOVE)
    return [[*marked[:count], *parts[count:]] for count in range(most + 1)]


def _mark(word: re.Match[str]) -> str:
    return f"{ABOVE}{word[0]}"


def _phrase(parts: list[str], *, whole: bool) -> str:
    """These words side by side; the last one as it is begun, unless they were typed in quotes."""
    if whole:
        return f'"{" ".join(parts)}"'
    return " + ".join(f'"{part}"' for part in parts) + " *"
