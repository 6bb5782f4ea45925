"""What a person types as an FTS5 expression."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

from earmark_db.paths import both_ways, to_blob, without_extension

COLUMNS = {"tag": "tags", "name": "name", "folder": "folder"}
"""What a word may be restricted to, and where that stands."""

_TERM = re.compile(rf'(-?)(?:({"|".join(COLUMNS)}):)?(?:"([^"]*)"|(\S+))', re.IGNORECASE)
_PART = re.compile(r'-?(?:[^\s":]+:=?)?(?:"[^"]*"|\S+)')
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
"""Marks that no letter has in one piece, as in ẹ̀, belong to their word, as FTS5 has it."""

_IN_PATH = re.compile(r"[/\\]")
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


def as_words(query: str) -> Words:
    """A person's query as FTS5 expressions: all words, each by its beginning.

    ``tag:``, ``name:`` and ``folder:`` restrict a word, quotes hold words together, a leading
    minus excludes. Anything else that FTS5 would take for syntax is taken for text. Above the
    watched folders ``folder:`` alone looks, and what is typed as a path.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for minus, column, phrase, word in _TERM.findall(unicodedata.normalize("NFC", query)):
        parts = _WORD.findall(without_extension(phrase or word))
        if not parts:
            continue
        above = column.lower() == "folder" or _IN_PATH.search(phrase or word)
        ways = _above_too(parts) if above else [parts]
        term = " OR ".join(_phrase(way, phrase) for way in ways)
        if column:
            term = f"{COLUMNS[column.lower()]} : ({term})"
        (unwanted if minus else wanted).append(f"({term})")
    return Words(" AND ".join(wanted), " OR ".join(unwanted))


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


def terms(query: str) -> list[str]:
    """The parts of a query that narrow what is found, as they were typed."""
    return [term for term in _PART.findall(query) if not term.startswith("-")]


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


def _above_too(parts: list[str]) -> list[list[str]]:
    """These words, none of them above the watched folder, or the first, or the first two ..."""
    marked = [f"{ABOVE}{part}" for part in parts]
    most = min(len(parts), _MOST_ABOVE)
    return [[*marked[:count], *parts[count:]] for count in range(most + 1)]


def _mark(word: re.Match[str]) -> str:
    return f"{ABOVE}{word[0]}"


def _phrase(parts: list[str], whole: str) -> str:
    """These words side by side; the last one as it is begun, unless they were typed in quotes."""
    if whole:
        return f'"{" ".join(parts)}"'
    return " + ".join(f'"{part}"' for part in parts) + " *"
