"""LIST/INFO, the tags that Windows Explorer and GNOME read from WAV files.

Sub-chunks other than genre, comment keep their very bytes. Text is Windows-1252, as Explorer
expects; bytes that it does not define pass through unharmed. Source: Multimedia Programming
Interface 1.0.
"""

from __future__ import annotations

import struct
from contextlib import suppress

from earmark_daemon.containers import iff
from earmark_daemon.containers.source import Source, malformed
from earmark_daemon.writing.formats.base import Piece, Store, Texts, piece

CODEC = "cp1252"
_GENRE, _COMMENT = b"IGNR", b"ICMT"
_REPEATED = {
    "title": b"INAM", "artist": b"IART", "album": b"IPRD", "genre": _GENRE, "comment": _COMMENT,
}  # fmt: skip
_Item = tuple[bytes, bytes]


class InfoList:
    """The items of one LIST/INFO chunk.

    Attributes:
        store: genre and comment.
    """

    def __init__(self, source: Source, chunk: iff.Chunk | None, texts: Texts | None = None) -> None:
        """Read the items of ``chunk``; where there is no such chunk, begin with ``texts``.

        Raises:
            MalformedError: the chunk does not have the structure of a list, or a field holds more
                than one text.
        """
        self._items: list[_Item] = _items(texts or {}) if chunk is None else []
        if chunk is not None:
            for item in iff.walk_list(source, chunk.start + 4, chunk.end):
                self._items.append((item.id, source.read(item.start, item.size)))
        genre = self._text(_GENRE)
        self.store = Store("INFO", (genre,) if genre else (), self._text(_COMMENT), codec=CODEC)

    def texts(self) -> Texts:
        """What a new ID3 tag repeats; the first of several items of a name."""
        items = dict(reversed(self._items))
        return {field: readable(items.get(name, b"")) for field, name in _REPEATED.items()}

    def foreign(self) -> list[Piece]:
        """All other items."""
        return [
            piece(f"INFO {name.decode()}", data)
            for name, data in self._items
            if name not in (_GENRE, _COMMENT)
        ]

    def updated(self, store: Store) -> bytes | None:
        """The content of the chunk with these fields; None where nothing is left to hold."""
        items = list(self._items)
        if store.genre != self.store.genre:
            items = _put(items, _GENRE, "".join(store.genre))
        if store.comment != self.store.comment:
            items = _put(items, _COMMENT, store.comment)
        if not items:
            return None
        return b"INFO" + b"".join(_render(*item) for item in items)

    def _text(self, wanted: bytes) -> str:
        for name, data in self._items:
            if name == wanted:
                text, _, rest = data.partition(b"\0")
                if rest.strip(b"\0"):
                    raise malformed("info", "Its genre or comment goes on where it should end.")
                return text.decode(CODEC, "surrogateescape")
        return ""


def readable(data: bytes) -> str:
    """The text of an item, which other programs write in UTF-8 too."""
    raw = data.partition(b"\0")[0]
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode(CODEC, "replace")


def _items(texts: Texts) -> list[_Item]:
    """Items that say the same, as far as the encoding can."""
    items = []
    for field, name in _REPEATED.items():
        text = "; ".join(part for part in texts.get(field, "").split("\0") if part)
        with suppress(UnicodeEncodeError):
            items += [(name, text.encode(CODEC) + b"\0")] if text else []
    return items


def _put(items: list[_Item], wanted: bytes, text: str) -> list[_Item]:
    new = [(wanted, text.encode(CODEC, "surrogateescape") + b"\0")] if text else []
    for index, (name, _) in enumerate(items):
        if name == wanted:
            return [*items[:index], *new, *items[index + 1 :]]
    return items + new


def _render(name: bytes, data: bytes) -> bytes:
    return struct.pack("<4sI", name, len(data)) + data + bytes(len(data) % 2)
