"""What every format offers the writer: what stands in a file, and the edits that change it.

Owns the vocabulary alone. No format touches the disk: it reads a `Source` and answers with
`Edit`s, which the writer applies to a copy.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import xxhash

from earmark_daemon.containers.source import Source

Texts = Mapping[str, str]
"""What a tag says that a new one beside it repeats: title, artist, album, year, track, genre and
comment. Any of them may be empty or missing."""


@dataclass(frozen=True)
class Edit:
    """Replace ``length`` bytes at ``offset`` of the original by ``data``."""

    offset: int
    length: int
    data: bytes


@dataclass(frozen=True)
class Store:
    """One place in a file that holds tags, such as an ID3 tag.

    Attributes:
        name: what it is called.
        genre: the genres in it. Where ``joined``, one string with semicolons in it or none.
        comment: its main comment, or an empty string.
        joined: whether several genres share one string, for readers that see only the first.
        codec: the encoding that words must fit into.
    """

    name: str
    genre: tuple[str, ...]
    comment: str
    joined: bool = True
    codec: str = "utf-8"


@dataclass(frozen=True)
class Piece:
    """Something in a file that is not ours to change: name, length in bytes, digest."""

    name: str
    size: int
    digest: str


NO_COMMENT = -1
"""Stands for the number of the main comment where all comments are others'."""


class TaggedFile(ABC):
    """A file that passed the gate of its format.

    Attributes:
        stores: where tags stand, in the order in which they are written.
        record: our own private field, or an empty string.
        comment: which of the comments in the last store is the main one, counted from 0: that with
            our block, else the first. 0 too where there is none yet.
    """

    stores: tuple[Store, ...]
    record: str
    comment: int = 0

    @abstractmethod
    def foreign(self) -> list[Piece]:
        """Everything but the audio and the fields that Earmark writes, in file order."""

    @abstractmethod
    def edits(self, stores: tuple[Store, ...], record: str) -> list[Edit]:
        """What to change so that the file holds these; ordered, none overlaps another.

        Raises:
            MalformedError: the format has no room for it.
        """


def piece(name: str, data: bytes) -> Piece:
    """A foreign piece that is held in memory."""
    return Piece(name, len(data), str(xxhash.xxh3_128_hexdigest(data)))


def span(name: str, source: Source, offset: int, length: int) -> Piece:
    """A foreign piece that is read from the file, however long it is."""
    state = xxhash.xxh3_128()
    for block in source.blocks(offset, length):
        state.update(block)
    return Piece(name, length, str(state.hexdigest()))


def changed(source: Source, edits: Iterable[Edit]) -> list[Edit]:
    """The edits in file order, without those that would write what stands there already."""
    ordered = sorted(edits, key=lambda edit: (edit.offset, edit.length))
    return [
        edit
        for edit in ordered
        if edit.length != len(edit.data) or source.read(edit.offset, edit.length) != edit.data
    ]
