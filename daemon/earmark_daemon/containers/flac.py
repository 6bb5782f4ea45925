"""FLAC: the metadata blocks in front of the audio frames.

Reads structure alone and never writes. Source: RFC 9639.
"""

from __future__ import annotations

from dataclasses import dataclass

from earmark_daemon.containers.mpeg import id3v2_length
from earmark_daemon.containers.source import Source, malformed

STREAMINFO, PADDING, VORBIS_COMMENT = 0, 1, 4
BLOCK_HEADER = 4
MAX_BLOCK = (1 << 24) - 1
_MAGIC = b"fLaC"


@dataclass(frozen=True)
class Block:
    """One metadata block; offsets are bytes from the start of the file.

    Attributes:
        kind: `STREAMINFO`, `PADDING`, `VORBIS_COMMENT` or another type of the standard.
        header: where its four header bytes stand.
        size: bytes of content.
        last: whether its header says that audio follows.
    """

    kind: int
    header: int
    size: int
    last: bool

    @property
    def start(self) -> int:
        """Where its content begins."""
        return self.header + BLOCK_HEADER

    @property
    def end(self) -> int:
        """Where its content ends."""
        return self.start + self.size


@dataclass(frozen=True)
class Layout:
    """The blocks in file order, and where the audio frames begin."""

    blocks: tuple[Block, ...]
    audio: int


def walk(source: Source) -> Layout:
    """Walk the metadata blocks.

    Raises:
        MalformedError: they do not lead to an audio frame.
    """
    position = id3v2_length(source)
    if source.read(position, 4) != _MAGIC:
        raise malformed("unknown", "It is no FLAC file.")
    position += len(_MAGIC)
    blocks: list[Block] = []
    while not blocks or not blocks[-1].last:
        head = source.read(position, BLOCK_HEADER)
        block = Block(head[0] & 127, position, int.from_bytes(head[1:]), bool(head[0] & 128))
        blocks.append(block)
        position = block.end
    if blocks[0].kind != STREAMINFO or any(b.kind == STREAMINFO for b in blocks[1:]):
        raise malformed("streaminfo", "It does not begin with the description of its audio.")
    sync = source.read(position, 2)
    if sync[0] != 0xFF or sync[1] & 0xFE != 0xF8:
        raise malformed("frames", "No audio frame stands where its header says.")
    return Layout(tuple(blocks), position)
