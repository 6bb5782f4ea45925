"""Vorbis comments: the tags of FLAC, Ogg Vorbis and Opus.

Entries of others keep their very bytes and their order. Source: the Vorbis comment specification.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

from earmark_daemon.containers.source import malformed
from earmark_daemon.writing.block import main_comment
from earmark_daemon.writing.formats.base import Piece, Store, piece

_GENRE, _COMMENT, _RECORD = b"GENRE", b"COMMENT", b"EARMARK"


@dataclass(frozen=True)
class Comments:
    """One block of comments.

    Attributes:
        vendor: the program that encoded the audio.
        entries: ``KEY=value`` in UTF-8.
        rest: what follows the entries: a framing bit, padding or nothing.
        chosen: which comment is the main one; None looks for it.
    """

    vendor: bytes
    entries: tuple[bytes, ...]
    rest: bytes = b""
    chosen: int | None = None

    @property
    def main(self) -> int:
        """Which comment is the main one, see `TaggedFile`."""
        return main_comment(self._values(_COMMENT)) if self.chosen is None else self.chosen

    @property
    def store(self) -> Store:
        """Genres, one entry each, and the main comment."""
        comment = dict(enumerate(self._values(_COMMENT))).get(self.main, "")
        return Store("Vorbis", tuple(self._values(_GENRE)), comment, joined=False)

    @property
    def record(self) -> str:
        """Our private entry, the first where another program has doubled it, or an empty string."""
        return "".join(self._values(_RECORD)[:1])

    def foreign(self) -> list[Piece]:
        """The vendor and all other entries; comments beside the main one are others'."""
        main = self._place(_COMMENT, self.main)
        kept = [
            entry
            for place, entry in enumerate(self.entries)
            if _key(entry) not in (_GENRE, _RECORD) and place != main
        ]
        return [piece("vendor", self.vendor), *(piece(_name(entry), entry) for entry in kept)]

    def updated(self, store: Store, record: str) -> Comments:
        """The block with these fields; a field that stays the same keeps its bytes."""
        new = self
        if store.genre != self.store.genre:
            new = replace(new, entries=new._with_genres(store.genre))
        if store.comment != self.store.comment:
            new = new._with(_COMMENT, self.main, store.comment)
        if record != self.record:
            new = new._with_one(_RECORD)._with(_RECORD, 0, record)
        return new

    def render(self) -> bytes:
        """The bytes of the block."""
        parts = [_counted(self.vendor), struct.pack("<I", len(self.entries))]
        return b"".join([*parts, *map(_counted, self.entries), self.rest])

    def _values(self, key: bytes) -> list[str]:
        values = [entry[len(key) + 1 :] for entry in self.entries if _key(entry) == key]
        try:
            return [value.decode() for value in values]
        except UnicodeDecodeError as error:
            raise malformed("comments", "Its tags are not readable text.") from error

    def _place(self, key: bytes, number: int) -> int | None:
        """Where among the entries the one of this number stands, of those with this key."""
        places = [place for place, entry in enumerate(self.entries) if _key(entry) == key]
        return dict(enumerate(places)).get(number)

    def _with(self, key: bytes, number: int, text: str) -> Comments:
        """With this text in the place of an entry, or at the end where there is none."""
        new = (key + b"=" + text.encode("utf-8", "replace"),) if text else ()
        place = self._place(key, number)
        if place is None:
            return replace(self, entries=(*self.entries, *new))
        return replace(self, entries=(*self.entries[:place], *new, *self.entries[place + 1 :]))

    def _with_one(self, key: bytes) -> Comments:
        """With the first entry alone of those with this key."""
        first = self._place(key, 0)
        places = enumerate(self.entries)
        kept = tuple(entry for place, entry in places if _key(entry) != key or place == first)
        return replace(self, entries=kept)

    def _with_genres(self, wanted: tuple[str, ...]) -> tuple[bytes, ...]:
        """Entries with these genres: those that stay keep their place, new ones follow them."""
        remaining = list(wanted)
        entries: list[bytes] = []
        after = len(self.entries)
        for entry in self.entries:
            if _key(entry) == _GENRE:
                value = entry[len(_GENRE) + 1 :].decode()
                if value not in remaining:
                    continue
                remaining.remove(value)
                after = len(entries) + 1
            entries.append(entry)
        new = [_GENRE + b"=" + value.encode("utf-8", "replace") for value in remaining]
        return (*entries[:after], *new, *entries[after:])


def parse(data: bytes, chosen: int | None = None) -> Comments:
    """The block that ``data`` begins with; ``chosen`` is which comment is the main one.

    Raises:
        MalformedError: it promises more than is there.
    """
    vendor, position = _take(data, 0)
    if position + 4 > len(data):
        raise malformed("comments", "Its tags do not parse.")
    (count,) = struct.unpack_from("<I", data, position)
    position += 4
    entries = []
    for _ in range(count):
        entry, position = _take(data, position)
        entries.append(entry)
    return Comments(vendor, tuple(entries), data[position:], chosen)


def _take(data: bytes, position: int) -> tuple[bytes, int]:
    if position + 4 > len(data):
        raise malformed("comments", "Its tags do not parse.")
    (length,) = struct.unpack_from("<I", data, position)
    end = position + 4 + length
    if end > len(data):
        raise malformed("comments", "Its tags do not parse.")
    return data[position + 4 : end], end


def _counted(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data


def _key(entry: bytes) -> bytes:
    return entry.partition(b"=")[0].upper()


def _name(entry: bytes) -> str:
    return _key(entry).decode("latin-1")
