"""Why a search found nothing, where a slip in what was typed seems to be the reason."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from earmark_db.filters import FILTERS, take_filters
from earmark_db.index import Index
from earmark_db.queries import COLUMNS, terms

_NAMED = re.compile(r"([a-z]{2,}):(?![/\\])", re.IGNORECASE)
"""What looks like a filter, and not like an address or a disk."""
_ALIASES = ("tempo", "note")
_NAMES = (*COLUMNS, *(name for name in FILTERS if name not in _ALIASES))
"""What can be searched by, a second name left out."""
_MOST_NEAR = 8
_NEARLY = 0.7
"""Ratio of equal letters from which on a word may have been meant for a tag."""


def misread(index: Index, query: str) -> str | None:
    """A sentence about the first part of the query that can be no part of a search.

    Args:
        index: in which the query found nothing.
        query: as a person typed it.

    Returns:
        None where every part is understood, or finds something by its letters.
    """
    parts = terms(query)
    said = ((part, _of_filter(part)) for part in parts)
    return next((why for part, why in said if why and not index.search.count(part, 1)), None)


def why_nothing(index: Index, query: str) -> str | None:
    """A sentence about the first part that is `misread`, else about one that finds nothing alone.

    Args:
        index: in which the query found nothing.
        query: as a person typed it.

    Returns:
        None where every part finds something, or where there is nothing to say of the only one.
    """
    wrong = misread(index, query)
    if wrong:
        return wrong
    parts = terms(query)
    idle = [part for part in parts if not index.search.count(part, 1)]
    meant = next(filter(None, (_of_tag(part, index) for part in idle)), None)
    if meant or not idle or len(parts) == 1:
        return meant
    return f"No sound at all matches “{idle[0]}”."


def _of_filter(part: str) -> str | None:
    match = _NAMED.match(part)
    if match is None or match[1].lower() in COLUMNS or take_filters(part)[1]:
        return None
    name = match[1]
    known = FILTERS.get(name.lower())
    if known is None:
        names = ", ".join(f"{one}:" for one in _NAMES)
        return f"“{name}:” is nothing to search by; these are: {names}"
    values = [f"{name}:{value}" for value in known.values]
    return f"“{part}” is not understood; write it like {_listed(values)}."


def _of_tag(part: str, index: Index) -> str | None:
    word = part.lower().removeprefix("tag:").removeprefix("=").strip('"')
    near = get_close_matches(word, index.tags.names(), n=_MOST_NEAR, cutoff=_NEARLY)
    # a tag whose sounds are all gone finds none either
    perhaps = did_you_mean(word, [tag for tag in near if index.search.count(f'tag:="{tag}"', 1)])
    return f"Nothing matches “{part}”. {perhaps}" if perhaps else None


def did_you_mean(word: str, tags: Iterable[str]) -> str:
    """A question after the tags that a word may have been meant for; empty where none is near."""
    near = get_close_matches(word, [tag for tag in tags if tag != word], n=2, cutoff=_NEARLY)
    meant = " or ".join(f"“{tag}”" for tag in near)
    return f"Did you mean {meant}?" if meant else ""


def _listed(words: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))
