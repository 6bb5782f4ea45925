"""MPEG audio: the frames, and the tags that stand before and after them.

Finds where the audio begins and ends; never writes. Sources: ISO 11172-3 and 13818-3 (frame
header), id3.org (ID3v1, ID3v2), Lyrics3 2.00, APEv2 specification.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from earmark_daemon.containers.source import Source, malformed

ID3_HEADER = 10
_ID3V1 = 128
_APE_FOOTER = 32
_LYRICS_END = b"LYRICS200"
_APE_MAGIC = b"APETAGEX"
_SEARCH = 64 * 1024
_V1_L3 = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_V2_L3 = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_BITRATES = {
    (1, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): _V1_L3,
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): _V2_L3,
    (2, 3): _V2_L3,
}
_RATES = (44100, 48000, 32000)


@dataclass(frozen=True)
class Span:
    """The audio of a file: bytes ``start`` to ``end``."""

    start: int
    end: int


def id3v2_length(source: Source, offset: int = 0) -> int:
    """Bytes of the ID3v2 tag at ``offset``, header and footer included; 0 if there is none."""
    head = source.peek(offset, ID3_HEADER)
    if len(head) < ID3_HEADER or head[:3] != b"ID3" or any(byte > 127 for byte in head[6:]):
        return 0
    footer = ID3_HEADER if head[5] & 0x10 else 0
    return ID3_HEADER + syncsafe(head[6:]) + footer


def syncsafe(data: bytes) -> int:
    """The number whose bytes carry seven bits each."""
    value = 0
    for byte in data:
        value = value << 7 | byte & 127
    return value


def frame_length(header: bytes) -> int:
    """Bytes of the MPEG frame that begins with these four; 0 where none begins."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0
    version_bits, layer_bits = header[1] >> 3 & 3, header[1] >> 1 & 3
    bitrate_index, rate_index = header[2] >> 4, header[2] >> 2 & 3
    if version_bits == 1 or layer_bits == 0 or rate_index == 3 or bitrate_index in (0, 15):
        return 0
    version, layer = (1 if version_bits == 3 else 2), 4 - layer_bits
    rate = _RATES[rate_index] >> {3: 0, 2: 1, 0: 2}[version_bits]
    bits = _BITRATES[version, layer][bitrate_index - 1] * 1000
    padding = header[2] >> 1 & 1
    if layer == 1:
        return (12 * bits // rate + padding) * 4
    samples = 72 if layer == 3 and version == 2 else 144
    return samples * bits // rate + padding


def frames_begin(source: Source, offset: int, end: int) -> bool:
    """Whether MPEG frames begin exactly at ``offset``: two in a row, or one that ends the audio."""
    length = frame_length(source.peek(offset, 4))
    if length == 0 or offset + length > end:
        return False
    return offset + length == end or frame_length(source.peek(offset + length, 4)) > 0


def has_frames(source: Source, offset: int) -> bool:
    """Whether MPEG frames begin near ``offset``; some programs leave a gap after their tag."""
    window = source.peek(offset, _SEARCH)
    position = window.find(b"\xff")
    while position >= 0:
        if frames_begin(source, offset + position, source.size):
            return True
        position = window.find(b"\xff", position + 1)
    return False


def tail_start(source: Source) -> int:
    """Where the tags at the end (APEv2, Lyrics3, ID3v1) begin; the file's size without any."""
    end = source.size
    while True:
        start = _one_tail(source, end)
        if start == end:
            return end
        end = start


def audio_span(source: Source) -> Span:
    """Everything between the tags in front and the tags at the end.

    Raises:
        MalformedError: nothing is left between them.
    """
    start, end = id3v2_length(source), tail_start(source)
    if start >= end:
        raise malformed("no-audio", "There is no audio in it.")
    return Span(start, end)


def ape_tag(source: Source, end: int) -> Span | None:
    """The APEv2 tag that ends at ``end``, with the header it may have.

    Raises:
        MalformedError: its footer does not fit the file.
    """
    footer = source.peek(end - _APE_FOOTER, _APE_FOOTER) if end >= _APE_FOOTER else b""
    if footer[:8] != _APE_MAGIC:
        return None
    size, flags = struct.unpack("<4xI4xI", footer[8:24])
    start = end - size - (_APE_FOOTER if flags & 0x80000000 else 0)
    if start < 0 or size < _APE_FOOTER:
        raise malformed("ape", "The APE tag at its end does not fit the file.")
    return Span(start, end)


def _one_tail(source: Source, end: int) -> int:
    around = source.peek(end - _ID3V1 - 3, 8) if end >= _ID3V1 + 3 else b""
    tagged = end >= _ID3V1 and source.peek(end - _ID3V1, 3) == b"TAG"
    if tagged and around != _APE_MAGIC:  # an APE tag of 131 bytes has a TAG in its name there
        return end - _ID3V1
    if end >= 15 and source.peek(end - 9, 9) == _LYRICS_END:
        digits = source.peek(end - 15, 6)
        return max(0, end - 15 - int(digits)) if digits.isdigit() else end
    tag = ape_tag(source, end)
    return tag.start if tag else end
