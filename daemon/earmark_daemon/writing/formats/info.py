"""LIST/INFO, the tags that Windows Explorer and GNOME read from WAV files.

Sub-chunks other than genre, comment keep their very bytes. Text is Windows-1252, as Explorer
expects; bytes that it does not define pass through unharmed. Source: Multimedia Programming
Interface 1.0.
"""

from __future__ import annotations

import struct

from earmark_daemon.containers import iff
from earmark_daemon.containers.source import Source, malformed
from earmark_daemon.writing.formats.base import Piece, Store, piece

CODEC = "cp1252"
_GENRE, _COMMENT = b"IGNR", b"ICMT"
_Item = tuple[bytes, bytes]


class InfoList:
    """The items of one LIST/INFO chunk.

    Attributes:
        store: genre and comment.
    """

    def __init__(self, source: Source, chunk: iff.Chunk | None) -> None:
        """Read the items of ``chunk``, or none where there is no such chunk.

        Raises:
            MalformedError: the chunk does not have the structure of a list, or a field holds more
                than one text.
        """
        self._items: list[_Item] = []
        if chunk is not None:
            for item in iff.walk_list(source, chunk.start + 4, chunk.end):
                self._items.append((item.id, source.read(item.start, item.size)))
        genre = self._text(_GENRE)
        self.store = Store("INFO", (genre,) if genre else (), self._text(_COMMENT), codec=CODEC)

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


def _put(items: list[_Item], wanted: bytes, text: str) -> list[_Item]:
    new = [(wanted, text.encode(CODEC, "surrogateescape") + b"\0")] if text else []
    for index, (name, _) in enumerate(items):
        if name == wanted:
            return [*items[:index], *new, *items[index + 1 :]]
    return items + new


def _render(name: bytes, data: bytes) -> bytes:
    return struct.pack("<4sI", name, len(data)) + data + bytes(len(data) % 2)
