"""Reads uploaded packs: a plain tar whose members are single zstd frames, named by content.

Nothing is ever extracted: a pack is walked header by header, each member is decompressed in
memory up to a limit and its SHA-256 compared with its name. Everything that a tar can hold
beside plain files (paths, links, devices, extended headers, sparse files) is refused.
"""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
from dataclasses import dataclass
from typing import BinaryIO

import zstandard

from earmark_trainer.limits import MIB, Limits
from earmark_trainer.problems import Problem, RefusedError, TooLargeError, TrainerError

SHA256 = re.compile(r"[0-9a-f]{64}")
_WINDOW_BYTES = 8 * MIB
_ZERO_BLOCK = bytes(tarfile.BLOCKSIZE)


@dataclass(frozen=True)
class Entry:
    """One spectrogram in a pack.

    Attributes:
        digest: SHA-256 of the decompressed bytes.
        offset: of its zstd frame in the pack, bytes.
        length: of its zstd frame, bytes.
        size: of what it decompresses to, bytes.
    """

    digest: str
    offset: int
    length: int
    size: int


def read_pack(file: BinaryIO, limits: Limits) -> list[Entry]:
    """What is in a pack, every digest checked.

    Raises:
        RefusedError: it is not a pack, or a member is not what its name says.
        TooLargeError: it holds more than the limits allow.
    """
    entries: list[Entry] = []
    content = 0
    while (header := _next_header(file)) is not None:
        if len(entries) == limits.pack_blobs:
            raise _too_large(f"It holds more than {limits.pack_blobs} spectrograms.")
        offset = file.tell()
        budget = min(limits.blob_bytes, limits.pack_content_bytes - content)
        size = _check_member(file.read(header.size), header, budget)
        file.seek(-header.size % tarfile.BLOCKSIZE, io.SEEK_CUR)
        entries.append(Entry(header.name, offset, header.size, size))
        content += size
    if not entries:
        raise _refused("It holds no spectrograms.")
    if any(block.strip(b"\0") for block in iter(lambda: file.read(MIB), b"")):
        raise _refused("There is something behind its end.")
    return entries


def unpack(frame: bytes, limit: int) -> bytes:
    """Decompress one zstd frame.

    Raises:
        ValueError: it is not one, or it decompresses to more than ``limit`` bytes.
    """
    try:
        reader = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES).stream_reader(frame)
        data = reader.read(limit + 1)
    except zstandard.ZstdError as error:
        raise ValueError("not a zstd frame") from error
    if len(data) > limit:
        raise ValueError("too large")
    return data


def _next_header(file: BinaryIO) -> tarfile.TarInfo | None:
    block = file.read(tarfile.BLOCKSIZE)
    if block in (b"", _ZERO_BLOCK):
        return None
    try:
        header = tarfile.TarInfo.frombuf(block, "ascii", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError, ValueError) as error:
        raise _refused("It is not a tar archive, or it is damaged.") from error
    if header.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
        raise _refused("It holds something that is not a plain file.")
    if not SHA256.fullmatch(header.name):
        raise _refused("A member is not named by a SHA-256 in lower-case hexadecimal digits.")
    if header.size <= 0:
        raise _refused("A member is empty.")
    return header


def _check_member(frame: bytes, header: tarfile.TarInfo, budget: int) -> int:
    if len(frame) != header.size:
        raise _refused("A member is shorter than its header says.")
    try:
        data = unpack(frame, budget)
    except ValueError as error:
        if str(error) == "too large":
            raise _too_large("It decompresses to more than the trainer accepts.") from error
        raise _refused("A member is not a zstd frame.") from error
    if not data:
        raise _refused("A member decompresses to nothing.")
    if hashlib.sha256(data).hexdigest() != header.name:
        raise _refused(f"The content of {header.name} has another SHA-256.")
    return len(data)


def _refused(detail: str) -> TrainerError:
    return RefusedError(
        Problem(
            "bad-pack",
            "This pack was not accepted.",
            detail,
            "Build the pack again as docs/TRAINER-API.md describes.",
        )
    )


def _too_large(detail: str) -> TrainerError:
    return TooLargeError(
        Problem("pack-too-large", "This pack is too large.", detail, "Send smaller packs.")
    )
