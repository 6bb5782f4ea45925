"""WAV (RIFF, RF64, BW64) and AIFF: tags in chunks of their own beside the audio.

All other chunks keep their bytes and their order; a chunk that grows is replaced where it stands.
"""

from __future__ import annotations

import struct

from earmark_daemon.containers import iff
from earmark_daemon.containers.source import Source, malformed
from earmark_daemon.writing.formats import id3
from earmark_daemon.writing.formats.base import Edit, Piece, Store, TaggedFile, changed, span
from earmark_daemon.writing.formats.id3_fields import Id3Fields, new_tag
from earmark_daemon.writing.formats.info import InfoList

_ID3_NAMES = (b"id3 ", b"ID3 ")
_LARGEST = 0xFFFFFFFE
_MOST_TAG = 1 << 28
_DS64_RIFF_SIZE = 20


class ChunkedFile(TaggedFile):
    """A WAV or AIFF file; its stores are INFO (WAV alone), then ID3."""

    def __init__(
        self,
        source: Source,
        comment: int | None = None,
        repeating: frozenset[str] = frozenset(),
    ) -> None:
        """Open it; see `open_tagged` for ``comment`` and `open_repeating` for ``repeating``.

        Raises:
            MalformedError: writing could harm it; the message says why.
        """
        self._source = source
        self._layout = layout = iff.walk(source)
        self._audio = _checked_audio(layout)
        self._id3 = _id3_chunk(layout, self._audio)
        self._list = None if layout.big_endian else _info_chunk(source, layout)
        self._repeating = repeating
        self._read_tags(comment)
        info = () if layout.big_endian else (self._info.store,)
        self.stores = (*info, self._fields.store)
        self.record = self._fields.record
        self.comment = self._fields.comment

    def _read_tags(self, comment: int | None) -> None:
        """Read both; one that is new may begin with what the other says.

        Where a list is missing beside an ID3 tag that we wrote into, others took it out.
        """
        info = InfoList(self._source, self._list)
        if self._id3:
            tag = _tag(self._source, self._id3)
        else:
            tag = new_tag(info.texts() if "ID3" in self._repeating else {})
        self._fields = fields = Id3Fields(tag, comment)
        if self._list is None and "INFO" in self._repeating and not fields.record:
            info = InfoList(self._source, None, fields.texts())
        self._info = info

    def foreign(self) -> list[Piece]:
        """All other chunks, INFO items and ID3 frames."""
        ours = (self._audio, self._id3, self._list)
        chunks = [
            span(chunk.id.decode(), self._source, chunk.start, chunk.size)
            for chunk in self._layout.chunks
            if chunk not in ours and chunk.id != b"ds64"
        ]
        return chunks + self._info.foreign() + self._fields.foreign()

    def edits(self, stores: tuple[Store, ...], record: str) -> list[Edit]:
        """What to change so that the file holds these.

        Raises:
            MalformedError: the file would grow beyond what its format can say.
        """
        wanted: list[tuple[iff.Chunk | None, bytes, bytes | None]] = []
        if stores[:-1] != self.stores[:-1] or "INFO" in self._repeating:
            wanted.append((self._list, b"LIST", self._info.updated(stores[0])))
        if (stores[-1], record) != (self.stores[-1], self.record) or "ID3" in self._repeating:
            tag = self._fields.updated(stores[-1], record)
            name = b"ID3 " if self._layout.big_endian else b"id3 "
            wanted.append((self._id3, name, tag.render() if tag.frames else None))
        edits = [self._replace(chunk, data) for chunk, _, data in wanted if chunk]
        new = b"".join(
            self._render(name, data) for chunk, name, data in wanted if data and not chunk
        )
        if new:
            edits.append(Edit(self._source.size, 0, self._missing_pad() + new))
        return changed(self._source, [*self._size_edit(edits), *edits])

    def _replace(self, chunk: iff.Chunk, data: bytes | None) -> Edit:
        end = min(chunk.end + chunk.size % 2, self._source.size)
        new = b"" if data is None else self._render(chunk.id, data)
        return Edit(chunk.header, end - chunk.header, new)

    def _render(self, name: bytes, data: bytes) -> bytes:
        order = ">" if self._layout.big_endian else "<"
        return struct.pack(order + "4sI", name, len(data)) + data + bytes(len(data) % 2)

    def _missing_pad(self) -> bytes:
        last = self._layout.chunks[-1]
        if last in (self._id3, self._list):
            return b""
        return bytes(last.end + last.size % 2 - self._source.size)

    def _size_edit(self, edits: list[Edit]) -> list[Edit]:
        size = self._source.size + sum(len(edit.data) - edit.length for edit in edits) - 8
        if self._layout.large:
            unknown = Edit(4, 4, iff.UNKNOWN_SIZE.to_bytes(4))  # some say the size here as well
            return [unknown, Edit(_DS64_RIFF_SIZE, 8, struct.pack("<Q", size))]
        if size > _LARGEST:
            raise malformed("too-large", "There is no room left for tags below 4 GiB.")
        return [Edit(4, 4, struct.pack(">I" if self._layout.big_endian else "<I", size))]


def _checked_audio(layout: iff.Layout) -> iff.Chunk:
    if layout.problem:
        raise malformed(layout.problem.code, layout.problem.message)
    if layout.kind not in (b"WAVE", b"AIFF", b"AIFC"):
        raise malformed("unknown", "It is neither a WAV nor an AIFF file.")
    header, audio = (b"COMM", b"SSND") if layout.big_endian else (b"fmt ", b"data")
    layout.only(header)
    chunk = layout.only(audio)
    if chunk.size == 0:
        raise malformed("no-audio", "There is no audio in it.")
    return chunk


def _id3_chunk(layout: iff.Layout, audio: iff.Chunk) -> iff.Chunk | None:
    found = layout.all(*_ID3_NAMES)
    if not found:
        return None
    if len(found) > 1:
        raise malformed("id3", "It holds more than one ID3 tag.")
    if found[0].header < audio.header:
        raise malformed("id3", "Its ID3 tag stands before the audio, which would have to move.")
    return found[0]


def _info_chunk(source: Source, layout: iff.Layout) -> iff.Chunk | None:
    lists = layout.all(b"LIST")
    found = [each for each in lists if source.peek(each.start, 4) == b"INFO" and each.size >= 4]
    if len(found) > 1:
        raise malformed("info", "It holds more than one list of tags.")
    if found and found[0].size > _MOST_TAG:
        raise malformed("info", "Its list of tags is longer than any real one.")
    return found[0] if found else None


def _tag(source: Source, chunk: iff.Chunk) -> id3.Tag:
    if chunk.size > _MOST_TAG:
        raise malformed("id3", "Its ID3 tag is longer than any real one.")
    return id3.parse(source.read(chunk.start, chunk.size))
