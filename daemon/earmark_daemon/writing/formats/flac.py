"""FLAC: one block of Vorbis comments among the metadata blocks."""

from __future__ import annotations

from earmark_daemon.containers import flac
from earmark_daemon.containers.source import Source, malformed
from earmark_daemon.writing.formats import vorbis
from earmark_daemon.writing.formats.base import Edit, Piece, Store, TaggedFile, changed, span

_VENDOR = b"Earmark"


class FlacFile(TaggedFile):
    """A FLAC file; its store is the Vorbis comments."""

    def __init__(self, source: Source, comment: int | None = None) -> None:
        """Open it; ``comment`` says which comment is the main one, None looks for it.

        Raises:
            MalformedError: writing could harm it; the message says why.
        """
        self._source = source
        self._layout = flac.walk(source)
        self._block = self._comment_block()
        self._comments = vorbis.Comments(_VENDOR, (), chosen=comment)
        if self._block:
            data = source.read(self._block.start, self._block.size)
            self._comments = vorbis.parse(data, comment)
        self.stores = (self._comments.store,)
        self.record = self._comments.record
        self.comment = self._comments.main

    def foreign(self) -> list[Piece]:
        """All other blocks but padding, and all other comments."""
        ours = (flac.PADDING, flac.VORBIS_COMMENT)
        blocks = [
            span(f"block {block.kind}", self._source, block.start, block.size)
            for block in self._layout.blocks
            if block.kind not in ours
        ]
        return blocks + self._comments.foreign()

    def edits(self, stores: tuple[Store, ...], record: str) -> list[Edit]:
        """What to change so that the file holds these.

        Raises:
            MalformedError: the block would grow beyond what its format can say.
        """
        comments = self._comments.updated(stores[0], record)
        if comments == self._comments:
            return []
        data = comments.render()
        if len(data) > flac.MAX_BLOCK:
            raise malformed("too-large", "There is no room left for tags.")
        if self._block is None:
            return changed(self._source, self._insert(data))
        head = _header(self._block, len(data))
        edits = [Edit(self._block.header, self._block.size + len(head), head + data)]
        return changed(self._source, edits + self._make_room(len(data) - self._block.size))

    def _comment_block(self) -> flac.Block | None:
        found = [b for b in self._layout.blocks if b.kind == flac.VORBIS_COMMENT]
        if len(found) > 1:
            raise malformed("comments", "It holds more than one block of tags.")
        return found[0] if found else None

    def _insert(self, data: bytes) -> list[Edit]:
        first = self._layout.blocks[0]
        new = flac.Block(flac.VORBIS_COMMENT, 0, len(data), first.last)
        kept = flac.Block(first.kind, first.header, first.size, last=False)
        room = self._make_room(len(data) + flac.BLOCK_HEADER)
        return [
            Edit(first.header, flac.BLOCK_HEADER, _header(kept, first.size)),
            Edit(first.end, 0, _header(new, len(data)) + data),
            *room,
        ]

    def _make_room(self, growth: int) -> list[Edit]:
        """Let padding shrink by what the tags grow, so that the audio stays where it is."""
        for block in self._layout.blocks:
            size = block.size - growth
            if block.kind == flac.PADDING and 0 <= size <= flac.MAX_BLOCK:
                head = Edit(block.header, flac.BLOCK_HEADER, _header(block, size))
                if growth > 0:
                    return [head, Edit(block.end - growth, growth, b"")]
                return [head, Edit(block.end, 0, bytes(-growth))]
        return []


def _header(block: flac.Block, size: int) -> bytes:
    return bytes((block.kind | (128 if block.last else 0),)) + size.to_bytes(3)
