"""APEv2 tags at the end of WavPack files.

Items of others keep their very bytes and their order. Source: the APEv2 specification.
"""

from __future__ import annotations

import struct

from earmark_daemon.containers import wavpack
from earmark_daemon.containers.mpeg import Span, ape_tag
from earmark_daemon.containers.source import Source, malformed
from earmark_daemon.writing.formats.base import Edit, Piece, Store, TaggedFile, changed, piece, span

_GENRE, _COMMENT, _RECORD = "genre", "comment", "earmark"
_NAMES = {_GENRE: b"Genre", _COMMENT: b"Comment", _RECORD: b"Earmark"}
_FOOTER = 32
_IS_HEADER, _HAS_HEADER = 0x20000000, 0x80000000
_NOT_TEXT = 0x6
_Item = tuple[bytes, int, bytes]


class WavPackFile(TaggedFile):
    """A WavPack file; its store is the APEv2 tag, which has one comment."""

    def __init__(self, source: Source) -> None:
        """Open it.

        Raises:
            MalformedError: writing could harm it; the message says why.
        """
        self._source = source
        self._audio = wavpack.audio_span(source)
        self._tag = _find(source, self._audio.end)
        self._items = _items(source, self._tag)
        genre, comment = self._text(_GENRE), self._text(_COMMENT)
        self.stores = (Store("APE", (genre,) if genre else (), comment),)
        self.record = self._text(_RECORD)

    def foreign(self) -> list[Piece]:
        """All other items, and the other tags at the end of the file."""
        items = [
            piece(name.decode("latin-1"), data)
            for name, _, data in self._items
            if _key(name) not in _NAMES
        ]
        begin, end = self._tag.start, self._tag.end
        before = span("before", self._source, self._audio.end, begin - self._audio.end)
        return [*items, before, span("after", self._source, end, self._source.size - end)]

    def edits(self, stores: tuple[Store, ...], record: str) -> list[Edit]:
        """What to change so that the file holds these."""
        items = list(self._items)
        fields = {_GENRE: "".join(stores[0].genre), _COMMENT: stores[0].comment, _RECORD: record}
        for key, text in fields.items():
            if text != self._text(key):
                items = _put(items, key, text)
        if items == self._items:
            return []
        length = self._tag.end - self._tag.start
        return changed(self._source, [Edit(self._tag.start, length, _render(items))])

    def _text(self, key: str) -> str:
        found = [(flags, data) for name, flags, data in self._items if _key(name) == key]
        if not found:
            return ""
        flags, data = found[0]
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            raise malformed("ape", "Its APE tag is not readable text.") from error
        if flags & _NOT_TEXT:
            raise malformed("ape", "Its APE tag holds something else where text belongs.")
        return text.replace("\0", "; ")


def _find(source: Source, audio_end: int) -> Span:
    """The tag at the end, also before an ID3v1 tag; an empty span where one would stand."""
    for end in (source.size, source.size - 128):
        tag = ape_tag(source, end) if end > audio_end else None
        if tag:
            return tag
    return Span(audio_end, audio_end)


def _items(source: Source, tag: Span) -> list[_Item]:
    if tag.start == tag.end:
        return []
    data = source.read(tag.start, tag.end - tag.start)
    version, _, count, flags = struct.unpack("<8x4I8x", data[-_FOOTER:])
    position = _FOOTER if flags & _HAS_HEADER else 0
    end = len(data) - _FOOTER
    items = []
    for _ in range(count):
        if position + 8 > end:
            raise malformed("ape", "Its APE tag does not parse.")
        length, item_flags = struct.unpack_from("<II", data, position)
        zero = data.find(b"\0", position + 8, end)
        value = zero + 1
        if zero < 0 or value + length > end:
            raise malformed("ape", "Its APE tag does not parse.")
        items.append((data[position + 8 : zero], item_flags, data[value : value + length]))
        position = value + length
    if position != end or version != 2000:
        raise malformed("ape", "Its APE tag does not parse.")
    return items


def _put(items: list[_Item], key: str, text: str) -> list[_Item]:
    new = [(_NAMES[key], 0, text.encode("utf-8", "replace"))] if text else []
    for index, (name, _, _) in enumerate(items):
        if _key(name) == key:
            return [*items[:index], *new, *items[index + 1 :]]
    return items + new


def _render(items: list[_Item]) -> bytes:
    if not items:
        return b""
    body = b"".join(
        struct.pack("<II", len(data), flags) + name + b"\0" + data for name, flags, data in items
    )
    frame = struct.Struct("<8s4I8x")
    size = len(body) + _FOOTER
    head = frame.pack(b"APETAGEX", 2000, size, len(items), _HAS_HEADER | _IS_HEADER)
    return head + body + frame.pack(b"APETAGEX", 2000, size, len(items), _HAS_HEADER)


def _key(name: bytes) -> str:
    return name.decode("latin-1").lower()
