"""Edits as a small patch that turns a written file back into the one before.

The bytes that were replaced are compressed against those that replaced them, so that a cover
picture that only moved costs nothing.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import zstandard

from earmark_daemon.containers.source import Source, malformed
from earmark_daemon.writing.formats.base import Edit

_LENGTH = struct.Struct("<I")
_LEVEL = 9
_LARGEST_WINDOW = 27
_UNFIT = (zstandard.ZstdError, struct.error, ValueError, KeyError)


@dataclass(frozen=True)
class Patch:
    """What undoing needs besides the written file.

    Attributes:
        edits: from the written file to the one before.
        attributes: extended attributes that were set: each as it was before and as it was set;
            None where it was absent.
        keywords: our keywords in Ableton Live's sidecar before; None where it was left alone.
    """

    edits: tuple[Edit, ...]
    attributes: Mapping[str, tuple[bytes | None, bytes | None]] = field(default_factory=dict)
    keywords: tuple[str, ...] | None = None


def apply(source: Source, edits: Sequence[Edit], start: int = 0) -> Iterator[bytes]:
    """The bytes of a file from ``start`` on with edits applied, in pieces; no edit lies before."""
    position = start
    for edit in edits:
        yield from source.blocks(position, edit.offset - position)
        yield edit.data
        position = edit.offset + edit.length
    yield from source.blocks(position, source.size - position)


def inverse(source: Source, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """The edits that take ``edits`` back, once they were applied to ``source``."""
    shift = 0
    back = []
    for edit in edits:
        old = source.read(edit.offset, edit.length)
        back.append(Edit(edit.offset + shift, len(edit.data), old))
        shift += len(edit.data) - edit.length
    return tuple(back)


def encode(patch: Patch, written: Sequence[bytes]) -> bytes:
    """The patch as bytes; ``written`` is what its edits replace, in the same order."""
    head = {
        "edits": [[edit.offset, edit.length, len(edit.data)] for edit in patch.edits],
        "attributes": {
            name: [None if value is None else value.hex() for value in pair]
            for name, pair in patch.attributes.items()
        },
        "keywords": patch.keywords,
    }
    old = b"".join(edit.data for edit in patch.edits)
    body = zstandard.ZstdCompressor(
        dict_data=_dictionary(b"".join(written)), compression_params=_parameters(old, written)
    ).compress(old)
    return _joined(head, body)


def decode(data: bytes, written: Source) -> Patch:
    """The patch that `encode` gave, read against the written file.

    Raises:
        MalformedError: it does not belong to this file.
    """
    try:
        head, body = _parted(data)
        pieces = [written.read(offset, size) for offset, size, _ in head["edits"]]
        decompressor = zstandard.ZstdDecompressor(
            dict_data=_dictionary(b"".join(pieces)), max_window_size=1 << 31
        )
        old = decompressor.decompress(body)
    except _UNFIT as error:
        raise malformed("patch", "What is needed to undo this does not fit the file.") from error
    edits, position = [], 0
    for offset, size, old_size in head["edits"]:
        edits.append(Edit(offset, size, old[position : position + old_size]))
        position += old_size
    return replace(_beside(head), edits=tuple(edits))


def decode_beside(data: bytes) -> Patch:
    """The same without edits, for a file whose bytes are the ones before already.

    Raises:
        MalformedError: it is no patch.
    """
    try:
        return _beside(_parted(data)[0])
    except _UNFIT as error:
        raise malformed("patch", "What is needed to undo this cannot be read.") from error


def for_copy(data: bytes) -> bytes:
    """The patch for a copy of the written file: no keywords come back into Live's file there.

    Raises:
        MalformedError: it is no patch.
    """
    try:
        head, body = _parted(data)
    except _UNFIT as error:
        raise malformed("patch", "What is needed to undo this cannot be read.") from error
    if not head["keywords"]:
        return data
    return _joined({**head, "keywords": ()}, body)


def _joined(head: Mapping[str, Any], body: bytes) -> bytes:
    packed = zstandard.compress(json.dumps(head, separators=(",", ":")).encode(), _LEVEL)
    return _LENGTH.pack(len(packed)) + packed + body


def _parted(data: bytes) -> tuple[dict[str, Any], bytes]:
    """What a patch says of itself, and the old bytes, packed."""
    (length,) = _LENGTH.unpack_from(data)
    return json.loads(zstandard.decompress(data[4 : 4 + length])), data[4 + length :]


def _beside(head: Mapping[str, Any]) -> Patch:
    attributes = {
        name: (_from_hex(before), _from_hex(after))
        for name, (before, after) in head["attributes"].items()
    }
    keywords = head["keywords"]
    return Patch((), attributes, None if keywords is None else tuple(keywords))


def _from_hex(digits: str | None) -> bytes | None:
    return None if digits is None else bytes.fromhex(digits)


def _dictionary(data: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(data or b"\0", dict_type=zstandard.DICT_TYPE_RAWCONTENT)


def _parameters(old: bytes, written: Sequence[bytes]) -> zstandard.ZstdCompressionParameters:
    """A window that reaches over both, however large the pictures in them are."""
    span = len(old) + sum(map(len, written))
    window = min(max(span.bit_length(), 17), _LARGEST_WINDOW)
    return zstandard.ZstdCompressionParameters.from_level(
        _LEVEL, window_log=window, enable_ldm=span > 1 << 20
    )
