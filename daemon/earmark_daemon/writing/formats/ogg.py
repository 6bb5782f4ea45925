"""Ogg Vorbis, Opus and FLAC in Ogg: comments in the second packet, and the pages around it.

The header packets are laid out anew over as many pages as before, so the audio pages keep their
numbers and their bytes; where that is too little, the pages that follow are numbered again.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from earmark_daemon.containers import ogg
from earmark_daemon.containers.source import Source, malformed
from earmark_daemon.writing.formats import vorbis
from earmark_daemon.writing.formats.base import Edit, Piece, Store, TaggedFile, changed, piece

_NO_PACKET_ENDS = (1 << 64) - 1
_MOST_SEGMENTS = 255
_PREFIX = {ogg.Codec.VORBIS: 7, ogg.Codec.OPUS: 8, ogg.Codec.FLAC: 4}


@dataclass(frozen=True)
class _Slice:
    """What one new page holds."""

    lacing: bytes
    body: bytes
    continued: bool


class OggFile(TaggedFile):
    """An Ogg file; its store is the Vorbis comments."""

    def __init__(self, source: Source, comment: int | None = None) -> None:
        """Open it; ``comment`` says which comment is the main one, None looks for it.

        Raises:
            MalformedError: writing could harm it; the message says why.
        """
        self._source = source
        self._headers = ogg.read_headers(source)
        if len(self._headers.packets) < 2 or len(self._headers.pages) < 2:
            raise malformed("headers", "Its audio does not begin where its headers end.")
        self._after = _checked_pages(source)[len(self._headers.pages) :]
        self._comments = self._read_comments(comment)
        self.stores = (self._comments.store,)
        self.record = self._comments.record
        self.comment = self._comments.main

    def foreign(self) -> list[Piece]:
        """All other header packets and all other comments."""
        others = (self._headers.packets[0], *self._headers.packets[2:])
        return [*(piece("header", each) for each in others), *self._comments.foreign()]

    def edits(self, stores: tuple[Store, ...], record: str) -> list[Edit]:
        """What to change so that the file holds these.

        Raises:
            MalformedError: the tags would grow beyond what the format can say.
        """
        comments = self._comments.updated(stores[0], record)
        if comments == self._comments:
            return []
        old = self._headers.pages[1:]
        packets = [self._comment_packet(comments), *self._headers.packets[2:]]
        slices = _paginate(packets, len(old))
        new = b"".join(
            _page(old[0], each, old[0].sequence + number) for number, each in enumerate(slices)
        )
        edits = [Edit(old[0].offset, old[-1].end - old[0].offset, new)]
        return changed(self._source, edits + self._renumbered(len(slices) - len(old)))

    def _read_comments(self, chosen: int | None) -> vorbis.Comments:
        packet = self._headers.packets[1]
        start = _PREFIX[self._headers.codec]
        expected = {ogg.Codec.VORBIS: b"\x03vorbis", ogg.Codec.OPUS: b"OpusTags"}
        if not packet.startswith(expected.get(self._headers.codec, b"")):
            raise malformed("comments", "Its tags do not stand where they belong.")
        if self._headers.codec is ogg.Codec.FLAC and packet[:1] not in (b"\x04", b"\x84"):
            raise malformed("comments", "Its tags do not stand where they belong.")
        return vorbis.parse(packet[start:], chosen)

    def _comment_packet(self, comments: vorbis.Comments) -> bytes:
        head = self._headers.packets[1][: _PREFIX[self._headers.codec]]
        data = comments.render()
        if self._headers.codec is ogg.Codec.FLAC:
            if len(data) >= 1 << 24:
                raise malformed("too-large", "There is no room left for tags.")
            head = head[:1] + len(data).to_bytes(3)
        return head + data

    def _renumbered(self, shift: int) -> list[Edit]:
        if shift == 0:
            return []
        edits = []
        for page in self._after:
            data = bytearray(self._source.read(page.offset, page.end - page.offset))
            struct.pack_into("<II", data, 18, page.sequence + shift, 0)
            struct.pack_into("<I", data, 22, ogg.checksum(bytes(data)))
            edits.append(Edit(page.offset + 18, 8, bytes(data[18:26])))
        return edits


def _checked_pages(source: Source) -> list[ogg.Page]:
    pages: list[ogg.Page] = []
    for number, page in enumerate(ogg.pages(source)):
        data = source.read(page.offset, page.end - page.offset)
        stored = int.from_bytes(data[22:26], "little")
        if ogg.checksum(data[:22] + bytes(4) + data[26:]) != stored:
            raise malformed("checksum", "A page in it is damaged: its checksum is wrong.")
        if page.sequence != number or bool(page.flags & ogg.FIRST) != (number == 0):
            raise malformed("pages", "A page in it is missing or out of order.")
        if pages and pages[-1].flags & ogg.LAST:
            raise malformed("streams", "It holds more than one stream.")
        pages.append(page)
    return pages


def _paginate(packets: list[bytes], wanted: int) -> list[_Slice]:
    """Lay packets out over ``wanted`` pages, or as few more as they need."""
    lacing = b"".join(
        b"\xff" * (len(packet) // 255) + bytes((len(packet) % 255,)) for packet in packets
    )
    if len(lacing) < wanted:
        raise malformed("headers", "Its headers are spread over more pages than they fill.")
    body = b"".join(packets)
    count = max(wanted, -(-len(lacing) // _MOST_SEGMENTS))
    slices = []
    begin = position = 0
    for number in range(count):
        end = len(lacing) * (number + 1) // count
        part = lacing[begin:end]
        size = sum(part)
        continued = begin > 0 and lacing[begin - 1] == 255
        slices.append(_Slice(part, body[position : position + size], continued))
        begin, position = end, position + size
    return slices


def _page(model: ogg.Page, content: _Slice, sequence: int) -> bytes:
    ends = any(length < 255 for length in content.lacing)
    head = struct.pack(
        "<4sBBQIIIB",
        b"OggS",
        0,
        ogg.CONTINUED if content.continued else 0,
        0 if ends else _NO_PACKET_ENDS,
        model.serial,
        sequence,
        0,
        len(content.lacing),
    )
    page = head + content.lacing + content.body
    return page[:22] + struct.pack("<I", ogg.checksum(page)) + page[26:]
