"""What writing would change in a file, before anything is written: the edits and their reasons.

Reads the file alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from earmark_daemon.containers import Container
from earmark_daemon.containers.digest import content_digest_of
from earmark_daemon.containers.identify import identify_source
from earmark_daemon.containers.source import Source
from earmark_daemon.writing import record
from earmark_daemon.writing.block import block_words
from earmark_daemon.writing.formats import open_repeating, open_tagged
from earmark_daemon.writing.formats.base import NO_COMMENT, Edit, Piece, Store, TaggedFile
from earmark_daemon.writing.merge import merge, split_genres
from earmark_daemon.writing.outcomes import (
    NOTHING_BEFORE,
    FieldChange,
    WriteOptions,
    WrittenBefore,
)
from earmark_daemon.writing.record import Mark


@dataclass(frozen=True)
class Plan:
    """The edits to a file and what must be true of it afterwards.

    Attributes:
        container: what the file is.
        edits: none where the file says all of it already.
        stores: the tags it will hold.
        record: our private field as it will be.
        foreign: what must be the same afterwards.
        changes: what changes, for a person to read.
        gone: genres of ours that the last store, which a second reader sees, loses.
        comment: which comment will be the main one, see `TaggedFile`.
    """

    container: Container
    edits: tuple[Edit, ...]
    stores: tuple[Store, ...]
    record: str
    foreign: tuple[Piece, ...]
    changes: tuple[FieldChange, ...]
    gone: frozenset[str] = frozenset()
    comment: int = 0


def plan(
    source: Source,
    terms: tuple[str, ...],
    options: WriteOptions,
    written: WrittenBefore = NOTHING_BEFORE,
) -> Plan:
    """Plan the edits that let a file carry ``terms``, which are clean.

    Args:
        source: the file.
        terms: the words.
        options: where they shall stand.
        written: what we wrote into it before; it says which words are ours where another program
            has dropped the record of that. Of other audio, or of unknown, it says that only of
            words that stand in a block of ours too.

    Raises:
        MalformedError: writing could harm the file; the message says why.
        OSError: it cannot be read.
    """
    container = identify_source(source)
    file = open_tagged(source, container)
    said = known = record.load(file.record, options.writer)
    if not known.own and written.changes:
        same = content_digest_of(source, container) == written.content
        known = known.with_own(_marks(written.changes, None if same else _block_words(file.stores)))
    stores, marks = merge(file.stores, known, terms, options)
    if stores == file.stores and marks == said and bool(marks) == bool(file.record):
        return Plan(container, (), stores, file.record, (), ())
    if terms:
        file = open_repeating(file, source, container, _changing(file.stores, stores))
        stores, marks = merge(file.stores, known, terms, options)
    text = record.dump(marks, options.writer)
    edits = tuple(file.edits(stores, text))
    changes = _changes(file.stores, stores)
    gone = _genres(file.stores[-1:]) - _genres(stores[-1:])
    others = tuple(file.foreign())
    return Plan(container, edits, stores, text, others, changes, gone, _comment(file, stores))


def _changing(before: tuple[Store, ...], after: tuple[Store, ...]) -> frozenset[str]:
    return frozenset(new.name for old, new in zip(before, after, strict=True) if new != old)


def _comment(file: TaggedFile, stores: tuple[Store, ...]) -> int:
    """Which comment will be the main one; where it goes with our words, all are others'."""
    goes = file.stores[-1].comment and not stores[-1].comment
    return NO_COMMENT if goes else file.comment


def _marks(changes: tuple[FieldChange, ...], among: set[str] | None) -> dict[str, Mark]:
    """The genres that changes have added, of these words where it is not all of them.

    Blocks in comments are known by themselves.
    """
    added: dict[str, dict[str, None]] = {}
    for change in changes:
        if change.field == "genre":
            before, after = (split_genres((text,)) for text in (change.before, change.after))
            new = [w for w in after if w not in before and (among is None or w in among)]
            added.setdefault(f"{change.place}.genre", {}).update(dict.fromkeys(new))
    return {field: Mark(tuple(words)) for field, words in added.items()}


def _block_words(stores: tuple[Store, ...]) -> set[str]:
    """What blocks of ours say in a file: who carried them over carried our genres over too."""
    return {word for store in stores for word in block_words(store.comment)}


def _genres(stores: tuple[Store, ...]) -> frozenset[str]:
    return frozenset(genre for store in stores for genre in split_genres(store.genre))


def _changes(before: tuple[Store, ...], after: tuple[Store, ...]) -> tuple[FieldChange, ...]:
    changes = []
    for old, new in zip(before, after, strict=True):
        genres = "; ".join(old.genre), "; ".join(new.genre)
        for field, (was, becomes) in (("genre", genres), ("comment", (old.comment, new.comment))):
            if was != becomes:
                changes.append(FieldChange(old.name, field, _shown(was), _shown(becomes)))
    return tuple(changes)


def _shown(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
