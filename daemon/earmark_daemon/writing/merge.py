"""Merging our words into fields that belong to others.

Nothing that others wrote is replaced or moved. Our own words are known by the record; what a
person took out stays out, and what a person changed is theirs.
"""

from __future__ import annotations

from dataclasses import replace

from earmark_daemon.writing.block import block, block_words, blocks
from earmark_daemon.writing.formats.base import Store
from earmark_daemon.writing.outcomes import WriteOptions
from earmark_daemon.writing.record import Mark

_SEPARATOR = ";"


def merge(
    stores: tuple[Store, ...], marks: dict[str, Mark], terms: tuple[str, ...], options: WriteOptions
) -> tuple[tuple[Store, ...], dict[str, Mark]]:
    """The stores as they should be, and which of their words are ours."""
    new_stores = []
    new_marks = {}
    for store in stores:
        fitting = tuple(term for term in terms if _fits(term, store.codec))
        genre_key, comment_key = f"{store.name}.genre", f"{store.name}.comment"
        merge_genre = _merge_joined if store.joined else merge_words
        genre, new_marks[genre_key] = merge_genre(
            store.genre, marks.get(genre_key, Mark()), fitting if options.genre else ()
        )
        comment, new_marks[comment_key] = merge_comment(
            store.comment, marks.get(comment_key), fitting if options.comment else ()
        )
        new_stores.append(replace(store, genre=genre, comment=comment))
    if not terms:
        new_marks = {}
    return tuple(new_stores), new_marks


def merge_words(
    values: tuple[str, ...], mark: Mark, terms: tuple[str, ...]
) -> tuple[tuple[str, ...], Mark]:
    """Values with the terms in them, each once, and which of them are ours.

    Values keep their place and their spaces; a term that others wrote already, alone or among
    several in one value, is left to them.
    """
    joined = set(mark.words) - {value.strip() for value in values}
    apart = tuple(part for value in values for part in _apart(value, joined))
    merged, new_mark = _merge_apart(apart, mark, terms)
    return (values if merged == apart else merged), new_mark


def _apart(value: str, ours: set[str]) -> tuple[str, ...]:
    """A value, or its parts where another program has joined words of ours with it.

    Words of ours that stand by themselves are not looked for: in here the same word is others'.
    """
    parts = tuple(part.strip() for part in value.split(_SEPARATOR))
    return parts if len(parts) > 1 and any(part in ours for part in parts) else (value,)


def _merge_apart(
    values: tuple[str, ...], mark: Mark, terms: tuple[str, ...]
) -> tuple[tuple[str, ...], Mark]:
    standing = {value.strip() for value in values}
    refused = (*mark.refused, *(word for word in mark.words if word not in standing))
    ours = set(mark.words)
    others = tuple(value for value in values if value.strip() not in ours)
    theirs = {word.casefold() for word in split_genres(others)}
    wanted = [term for term in terms if term.casefold() not in theirs and term not in refused]
    kept = tuple(v for v in values if v.strip() not in ours or v.strip() in wanted)
    added = tuple(term for term in wanted if term not in standing)
    return kept + added, Mark(tuple(wanted), refused)


def merge_comment(text: str, mark: Mark | None, terms: tuple[str, ...]) -> tuple[str, Mark]:
    """A comment with the terms in a bracketed block of ours, and which of them are ours.

    A block without a record was carried over by another program and is ours; a block that
    somebody edited is theirs.
    """
    if mark is None:
        found = blocks(text)
        mark = Mark(tuple(found[0].split(", "))) if len(found) == 1 else Mark()
    old = block(mark.words)
    mine = bool(old) and old in text
    theirs = block_words(_without(text, old) if mine else text)
    gone = () if mine else tuple(word for word in mark.words if word not in theirs)
    refused = (*mark.refused, *gone)
    wanted = tuple(term for term in terms if term not in theirs and term not in refused)
    return _with(text, old if mine else "", block(wanted)), Mark(wanted, refused)


def split_genres(genre: tuple[str, ...]) -> tuple[str, ...]:
    """Single genres, also where several share one string."""
    parts = (part.strip() for value in genre for part in value.split(_SEPARATOR))
    return tuple(part for part in parts if part)


def _merge_joined(
    genre: tuple[str, ...], mark: Mark, terms: tuple[str, ...]
) -> tuple[tuple[str, ...], Mark]:
    text = _SEPARATOR.join(genre)
    values = tuple(text.split(_SEPARATOR)) if text else ()
    merged, new_mark = merge_words(values, mark, terms)
    if merged == values:
        return genre, new_mark
    kept = [value for value in merged if value in values]
    joined = _SEPARATOR.join(kept)
    if values[:1] != merged[:1]:
        joined = joined.lstrip()
    for word in merged[len(kept) :]:
        joined = f"{joined}{_SEPARATOR} {word}" if joined else word
    return ((joined,) if joined else ()), new_mark


def _without(text: str, old: str) -> str:
    spaced = " " + old
    return text.replace(spaced, "", 1) if spaced in text else text.replace(old, "", 1).lstrip()


def _with(text: str, old: str, new: str) -> str:
    """The text with one block in the place of another, or at its end."""
    if old and new:
        return text.replace(old, new, 1)
    if old:
        return _without(text, old)
    if new:
        return f"{text} {new}" if text else new
    return text


def _fits(term: str, codec: str) -> bool:
    try:
        term.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
