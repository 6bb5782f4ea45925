"""Ogg: pages, and the packets that run through them (Vorbis, Opus, FLAC in Ogg).

Reads one logical stream and never writes; chained and multiplexed files are named as such.
Sources: RFC 3533 (Ogg), Vorbis I, RFC 7845 (Opus), the FLAC-to-Ogg mapping 1.0.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from earmark_daemon.containers.source import Source, malformed

PAGE_HEADER = 27
CONTINUED, FIRST, LAST = 1, 2, 4
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


class Codec(Enum):
    """What the packets carry."""

    VORBIS = "vorbis"
    OPUS = "opus"
    FLAC = "flac"
    OTHER = "other"


@dataclass(frozen=True)
class Page:
    """One page; offsets are bytes from the start of the file.

    Attributes:
        offset: where it begins.
        flags: `CONTINUED`, `FIRST`, `LAST`, or-ed.
        granule: position in samples that it ends at; all ones where no packet ends in it.
        serial: the logical stream that it belongs to.
        sequence: its number in that stream.
        lacing: lengths of its segments, one byte each.
        body_size: bytes of content.
    """

    offset: int
    flags: int
    granule: int
    serial: int
    sequence: int
    lacing: bytes
    body_size: int

    @property
    def body(self) -> int:
        """Where its content begins."""
        return self.offset + PAGE_HEADER + len(self.lacing)

    @property
    def end(self) -> int:
        """Where the next page begins."""
        return self.body + self.body_size

    @property
    def ends_packet(self) -> bool:
        """Whether its last segment ends a packet."""
        return bool(self.lacing) and self.lacing[-1] < 255


@dataclass(frozen=True)
class Headers:
    """The header packets of a stream.

    Attributes:
        codec: what they introduce.
        packets: identification, comment and what else comes before audio.
        pages: those that carry them; audio begins on the page after.
    """

    codec: Codec
    packets: tuple[bytes, ...]
    pages: tuple[Page, ...]


def read_page(source: Source, offset: int) -> Page:
    """The page at ``offset``.

    Raises:
        MalformedError: no complete page begins there.
    """
    head = source.read(offset, PAGE_HEADER)
    if head[:5] != b"OggS\0":
        raise malformed("pages", "Its structure breaks off between two pages.")
    flags, granule, serial, sequence, count = struct.unpack("<BQII4xB", head[5:])
    lacing = source.read(offset + PAGE_HEADER, count)
    page = Page(offset, flags, granule, serial, sequence, lacing, sum(lacing))
    if page.end > source.size:
        raise malformed("truncated", "It is cut short: its last page is not complete.")
    return page


def pages(source: Source, offset: int = 0) -> Iterator[Page]:
    """All pages from ``offset`` to the end of the file.

    Raises:
        MalformedError: pages do not fill the file, or belong to more than one stream.
    """
    serial = None
    while offset < source.size:
        page = read_page(source, offset)
        if serial not in (None, page.serial):
            raise malformed("streams", "It holds more than one stream.")
        serial = page.serial
        yield page
        offset = page.end


def checksum(page: bytes) -> int:
    """The CRC of a page whose own checksum field is zero.

    Polynomial 0x04C11DB7, no reflection: the CRC-32 of zlib over bit-reversed bytes.
    """
    crc = ~zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) & 0xFFFFFFFF
    return int.from_bytes(struct.pack("<I", crc).translate(_REVERSED))


def codec_of(first_packet: bytes) -> Codec:
    """What the packets of a stream carry, by its first one."""
    if first_packet.startswith(b"\x01vorbis"):
        return Codec.VORBIS
    if first_packet.startswith(b"OpusHead"):
        return Codec.OPUS
    if first_packet.startswith(b"\x7fFLAC"):
        return Codec.FLAC
    return Codec.OTHER


def read_headers(source: Source) -> Headers:
    """The packets before the audio and the pages that carry them.

    Raises:
        MalformedError: they are incomplete, or audio does not begin on a page of its own.
    """
    packets: list[bytes] = []
    used: list[Page] = []
    rest = b""
    wanted = 1
    codec = Codec.OTHER
    for page in pages(source):
        used.append(page)
        rest = _split(source.read(page.body, page.body_size), page.lacing, rest, packets)
        if len(used) == 1:
            codec, wanted = _expectation(packets)
        if codec is Codec.FLAC and len(packets) > 1 and packets[-1][:1] >= b"\x80":
            wanted = len(packets)
        if len(packets) >= wanted:
            break
    if len(packets) != wanted or rest or not used[-1].ends_packet:
        raise malformed("headers", "Its audio does not begin where its headers end.")
    return Headers(codec, tuple(packets), tuple(used))


def _expectation(packets: list[bytes]) -> tuple[Codec, int]:
    if len(packets) != 1:
        raise malformed("headers", "Its first page does not hold one packet alone.")
    codec = codec_of(packets[0])
    if codec is Codec.OTHER:
        raise malformed("unknown", "It carries no audio that Earmark knows.")
    return codec, {Codec.VORBIS: 3, Codec.OPUS: 2}.get(codec, 1 << 30)


def _split(body: bytes, lacing: bytes, rest: bytes, packets: list[bytes]) -> bytes:
    """Append the packets that end in a page; return the one that goes on."""
    begin = position = 0
    for length in lacing:
        position += length
        if length < 255:
            packets.append(rest + body[begin:position])
            begin, rest = position, b""
    return rest + body[begin:]
