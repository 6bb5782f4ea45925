"""Vorbis comments: the tags of FLAC, Ogg Vorbis and Opus.

Entries of others keep their very bytes and their order. Source: the Vorbis comment specification.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from earmark_daemon.containers.source import malformed
from earmark_daemon.writing.formats.base import Piece, Store, piece

_GENRE, _COMMENT, _RECORD = b"GENRE", b"COMMENT", b"EARMARK"


@dataclass(frozen=True)
class Comments:
    """One block of comments.

    Attributes:
        vendor: the program that encoded the audio.
        entries: ``KEY=value`` in UTF-8.
        rest: what follows the entries: a framing bit, padding or nothing.
    """

    vendor: bytes
    entries: tuple[bytes, ...]
    rest: bytes = b""

    @property
    def store(self) -> Store:
        """Genres, one entry each, and the first comment."""
        comments = self._values(_COMMENT)
        return Store(
            "Vorbis", tuple(self._values(_GENRE)), comments[0] if comments else "", joined=False
        )

    @property
    def record(self) -> str:
        """Our private entry, or an empty string."""
        return "".join(self._values(_RECORD)[:1])

    def foreign(self) -> list[Piece]:
        """The vendor and all other entries; comments after the first are others'."""
        first = next((entry for entry in self.entries if _key(entry) == _COMMENT), None)
        kept = [
            entry
            for entry in self.entries
            if _key(entry) not in (_GENRE, _RECORD) and entry is not first
        ]
        return [piece("vendor", self.vendor), *(piece(_name(entry), entry) for entry in kept)]

    def updated(self, store: Store, record: str) -> Comments:
        """The block with these fields; a field that stays the same keeps its bytes."""
        entries = self.entries
        if store.genre != self.store.genre:
            entries = self._with_genres(store.genre)
        if store.comment != self.store.comment:
            entries = _put(entries, _COMMENT, store.comment)
        if record != self.record:
            entries = _put(entries, _RECORD, record)
        return Comments(self.vendor, entries, self.rest)

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


def parse(data: bytes) -> Comments:
    """The block that ``data`` begins with.

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
    return Comments(vendor, tuple(entries), data[position:])


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


def _put(entries: tuple[bytes, ...], key: bytes, text: str) -> tuple[bytes, ...]:
    new = (key + b"=" + text.encode("utf-8", "replace"),) if text else ()
    for index, entry in enumerate(entries):
        if _key(entry) == key:
            return (*entries[:index], *new, *entries[index + 1 :])
    return (*entries, *new)
