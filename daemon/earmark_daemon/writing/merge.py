"""Merging our words into fields that belong to others.

Nothing that others wrote is replaced or moved, other installations of Earmark among them. Our own
words are known by the record; what a person took out stays out, whoever had put it there, and what
a person changed is theirs.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile

from earmark_daemon.writing.block import block, block_words, blocks
from earmark_daemon.writing.formats.base import Store
from earmark_daemon.writing.outcomes import WriteOptions
from earmark_daemon.writing.record import Mark, Record

_SEPARATOR = ";"


def merge(
    stores: tuple[Store, ...], record: Record, terms: tuple[str, ...], options: WriteOptions
) -> tuple[tuple[Store, ...], Record]:
    """The stores as they should be, and which of their words are whose."""
    new_stores = []
    new_marks = {}
    for store in stores:
        fitting = tuple(term for term in terms if _fits(term, store.codec))
        genre_key, comment_key = f"{store.name}.genre", f"{store.name}.comment"
        merge_genre = _merge_joined if store.joined else merge_words
        genre, new_marks[genre_key] = merge_genre(
            store.genre,
            record.mine(genre_key) if record else _carried_over(store),
            fitting if options.genre else (),
            record.of_others(genre_key),
        )
        comment, new_marks[comment_key] = _merge_blocks(
            store.comment,
            record.each(comment_key),
            fitting if options.comment else (),
            record.of_others(comment_key),
        )
        new_stores.append(replace(store, genre=genre, comment=comment))
    return tuple(new_stores), record.with_own(new_marks if terms else {})


def _carried_over(store: Store) -> Mark:
    """Which genres are ours where another program made the file, and dropped the record.

    Ours stand at the end, and the one block that it carried over says them too.
    """
    found = blocks(store.comment)
    said = set(found[0].split(", ")) if len(found) == 1 else set()
    last = takewhile(said.__contains__, reversed(split_genres(store.genre)))
    return Mark(tuple(reversed(list(last))))


def merge_words(
    values: tuple[str, ...], mark: Mark, terms: tuple[str, ...], others: tuple[Mark, ...] = ()
) -> tuple[tuple[str, ...], Mark]:
    """Values with the terms in them, each once, and which of them are ours.

    Values keep their place and their spaces; a term that others wrote already, alone or among
    several in one value, is left to them. So is a word that stands in the marks of ``others`` too.
    """
    theirs = {word for other in others for word in other.words}
    mark = replace(mark, words=tuple(word for word in mark.words if word not in theirs))
    joined = set(mark.words) - {value.strip() for value in values}
    apart = tuple(part for value in values for part in _apart(value, joined))
    merged, new_mark = _merge_apart(apart, mark, terms, others)
    return (values if merged == apart else merged), new_mark


def _apart(value: str, ours: set[str]) -> tuple[str, ...]:
    """A value, or its parts where another program has joined words of ours with it.

    Words of ours that stand by themselves are not looked for: in here the same word is others'.
    """
    parts = tuple(part.strip() for part in value.split(_SEPARATOR))
    return parts if len(parts) > 1 and any(part in ours for part in parts) else (value,)


def _merge_apart(
    values: tuple[str, ...], mark: Mark, terms: tuple[str, ...], others: tuple[Mark, ...]
) -> tuple[tuple[str, ...], Mark]:
    standing = {value.strip() for value in values}
    refused = (*mark.refused, *(word for word in mark.words if word not in standing))
    ours = set(mark.words)
    foreign = tuple(value for value in values if value.strip() not in ours)
    theirs = {word.casefold() for word in split_genres(foreign)}
    unwanted = {*refused, *_refused_by(others, standing)}
    wanted = [term for term in terms if term.casefold() not in theirs and term not in unwanted]
    kept = tuple(v for v in values if v.strip() not in ours or v.strip() in wanted)
    added = tuple(term for term in wanted if term not in standing)
    return kept + added, Mark(tuple(wanted), refused)


def _refused_by(others: tuple[Mark, ...], standing: set[str]) -> set[str]:
    """Words that others put there and a person took out, be that recorded yet or not."""
    gone = {word for other in others for word in other.words if word not in standing}
    return gone.union(*(other.refused for other in others))


def merge_comment(
    text: str, mark: Mark | None, terms: tuple[str, ...], others: tuple[Mark, ...] = ()
) -> tuple[str, Mark]:
    """A comment with the terms in a bracketed block of ours, and which of them are ours.

    A block in a comment without a record was carried over by another program and is ours; a block
    that somebody edited is theirs. Each of ``others`` has a block of its own.
    """
    if mark is None:
        found = blocks(text)
        mark = Mark(tuple(found[0].split(", "))) if len(found) == 1 and not others else Mark()
    old = block(mark.words)
    mine = bool(old) and old in text and all(mark.words != other.words for other in others)
    theirs = block_words(_without(text, old) if mine else text)
    gone = () if mine else tuple(word for word in mark.words if word not in theirs)
    refused = (*mark.refused, *gone)
    unwanted = {*theirs, *refused, *_refused_by(others, theirs)}
    wanted = tuple(term for term in terms if term not in unwanted)
    return _with(text, old if mine else "", block(wanted)), Mark(wanted, refused)


def _merge_blocks(
    text: str, marks: list[Mark], terms: tuple[str, ...], others: tuple[Mark, ...]
) -> tuple[str, Mark]:
    """The same where several blocks are ours: the first of them is kept."""
    for further in marks[1:]:
        text, _ = merge_comment(text, further, (), (*others, marks[0]))
    return merge_comment(text, next(iter(marks), None), terms, others)


def split_genres(genre: tuple[str, ...]) -> tuple[str, ...]:
    """Single genres, also where several share one string."""
    parts = (part.strip() for value in genre for part in value.split(_SEPARATOR))
    return tuple(part for part in parts if part)


def _merge_joined(
    genre: tuple[str, ...], mark: Mark, terms: tuple[str, ...], others: tuple[Mark, ...]
) -> tuple[tuple[str, ...], Mark]:
    text = _SEPARATOR.join(genre)
    values = tuple(text.split(_SEPARATOR)) if text else ()
    merged, new_mark = merge_words(values, mark, terms, others)
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
