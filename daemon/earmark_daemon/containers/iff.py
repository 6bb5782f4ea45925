"""The chunks of RIFF, RF64, BW64 and FORM files (WAV and AIFF).

Walks what is there and names what is wrong with it; never writes. Sources: Multimedia
Programming Interface 1.0 (RIFF), EBU Tech 3306 (RF64), ITU-R BS.2088 (BW64), AIFF-C draft 1991.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from earmark_daemon.containers.source import MalformedError, Source, malformed
from earmark_daemon.errors import Problem

UNKNOWN_SIZE = 0xFFFFFFFF
"""Written by programs that could not go back and fill in the real size."""

NEVER_FILLED_IN = "The program that wrote it never filled in its length."

_HEADER = 8
_MOST_CHUNKS = 100_000
_LARGE = (b"RF64", b"BW64")


@dataclass(frozen=True)
class Chunk:
    """One chunk; offsets are bytes from the start of the file.

    Attributes:
        id: the four bytes that name it.
        header: where its name stands.
        size: bytes of content, without header and pad byte.
    """

    id: bytes
    header: int
    size: int

    @property
    def start(self) -> int:
        """Where its content begins."""
        return self.header + _HEADER

    @property
    def end(self) -> int:
        """Where its content ends, before a pad byte."""
        return self.start + self.size


@dataclass(frozen=True)
class Layout:
    """What a walk found.

    Attributes:
        magic: ``RIFF``, ``RF64``, ``BW64`` or ``FORM``.
        kind: what it says to contain, such as ``WAVE``.
        chunks: in file order, all of them complete.
        problem: the first thing that is wrong with the structure.
    """

    magic: bytes
    kind: bytes
    chunks: tuple[Chunk, ...]
    problem: Problem | None

    @property
    def big_endian(self) -> bool:
        """Whether sizes are written with the high byte first."""
        return self.magic == b"FORM"

    @property
    def large(self) -> bool:
        """Whether sizes beyond 4 GiB stand in a ``ds64`` chunk."""
        return self.magic in _LARGE

    def all(self, *ids: bytes) -> list[Chunk]:
        """The chunks of these names, in file order."""
        return [chunk for chunk in self.chunks if chunk.id in ids]

    def only(self, chunk_id: bytes) -> Chunk:
        """The one chunk of this name.

        Raises:
            MalformedError: there is none, or more than one.
        """
        found = self.all(chunk_id)
        if len(found) == 1:
            return found[0]
        name = chunk_id.decode("latin-1").strip()
        count = "no" if not found else "more than one"
        raise malformed("chunks", f"It has {count} {name} chunk.")


def walk(source: Source) -> Layout:
    """Walk the chunks of a whole file.

    Raises:
        MalformedError: it is no RIFF or FORM file at all.
    """
    head = source.read(0, 12)
    magic, kind = head[:4], head[8:]
    if magic not in (b"RIFF", b"FORM", *_LARGE):
        raise malformed("unknown", "It is neither a RIFF nor an AIFF file.")
    order = ">" if magic == b"FORM" else "<"
    declared = struct.unpack(order + "I", head[4:8])[0]
    data_size = None
    if magic in _LARGE:
        declared, data_size = _large_sizes(source)
    chunks, problem = _chunks(source, order, data_size)
    return Layout(magic, kind, chunks, _size_problem(source, declared) or problem)


def was_cut_off(source: Source) -> bool:
    """Whether audio of no length comes last, and more follows that is no chunk.

    So it is left by a recorder that lost its power before it could come back and fill in how much
    it had written.

    Raises:
        MalformedError: it is no RIFF or FORM file at all.
    """
    last = walk(source).chunks[-1:]
    return any(
        chunk.id == b"data" and not chunk.size and chunk.end + _HEADER < source.size
        for chunk in last
    )


def walk_list(source: Source, start: int, end: int) -> tuple[Chunk, ...]:
    """The chunks inside a RIFF ``LIST``, whose content after its kind is ``start`` to ``end``.

    Raises:
        MalformedError: they do not fill it exactly.
    """
    chunks = []
    while start < end:
        chunk = _chunk(source, "<", start)
        if chunk.end > end or not _printable(chunk.id):
            raise malformed("info", "Its LIST chunk does not have the structure of one.")
        chunks.append(chunk)
        start = chunk.end + chunk.size % 2
    return tuple(chunks)


def _chunks(
    source: Source, order: str, data_size: int | None
) -> tuple[tuple[Chunk, ...], Problem | None]:
    chunks: list[Chunk] = []
    position = 12
    while position < source.size:
        try:
            chunk = _chunk(source, order, position)
        except MalformedError as error:
            return tuple(chunks), error.problem
        if chunk.id == b"data" and chunk.size == UNKNOWN_SIZE and data_size is not None:
            chunk = Chunk(chunk.id, chunk.header, data_size)
        problem = _chunk_problem(source, chunk)
        if len(chunks) == _MOST_CHUNKS:
            problem = Problem("chunks", "It has more chunks than any real file.")
        if problem:
            return tuple(chunks), problem
        chunks.append(chunk)
        position = chunk.end + chunk.size % 2
    return tuple(chunks), None


def _chunk(source: Source, order: str, position: int) -> Chunk:
    name, size = struct.unpack(order + "4sI", source.read(position, _HEADER))
    return Chunk(name, position, size)


def _chunk_problem(source: Source, chunk: Chunk) -> Problem | None:
    if not _printable(chunk.id):
        return Problem("chunks", "Its structure breaks off: a chunk has no readable name.")
    if chunk.size == UNKNOWN_SIZE:
        return Problem("unfinished", NEVER_FILLED_IN)
    if chunk.end > source.size:
        return Problem("truncated", "It is cut short: a chunk promises more than is there.")
    return None


def _size_problem(source: Source, declared: int) -> Problem | None:
    if declared == UNKNOWN_SIZE:
        return Problem("unfinished", NEVER_FILLED_IN)
    if declared + _HEADER == source.size:
        return None
    if source.size > UNKNOWN_SIZE:
        return Problem("too-large", "It is larger than its format can say.")
    return Problem("size", "The length in its header is not the length of the file.")


def _large_sizes(source: Source) -> tuple[int, int]:
    name, size, riff_size, data_size = struct.unpack("<4sIQQ", source.read(12, 24))
    if name != b"ds64" or size < 24:
        raise malformed("ds64", "It is an RF64 file without the chunk that tells its length.")
    return riff_size, data_size


def _printable(name: bytes) -> bool:
    return all(32 <= byte < 127 for byte in name)
