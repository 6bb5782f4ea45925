"""Packs: tars of zstd frames, each named by the SHA-256 of what it decompresses to.

The same blobs in the same order give the same packs, so a pack that is sent again after a broken
upload has the same name.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import zstandard

from earmark_daemon.learning.endpoint.blobs import digest_of

PACK_BYTES = 2 << 20
"""A pack is closed once it has this size: what a broken upload loses at most."""

PACK_BLOBS = 8192
_LEVEL, _QUICK_LEVEL = 15, 3
_REQUEST = 2 << 10
"""Most that is sent around a pack: the head of its request."""
_END = bytes(2 * tarfile.BLOCKSIZE)


@dataclass(frozen=True)
class Pack:
    """One pack, ready to be sent.

    Attributes:
        data: the tar.
        digests: what is in it.
        digest: SHA-256 of ``data``, its name.
    """

    data: bytes = field(repr=False)
    digests: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the tar, its name."""
        return hashlib.sha256(self.data).hexdigest()


def packs_of(blobs: Iterable[bytes], size: int = PACK_BYTES) -> Iterator[Pack]:
    """Packs of at least ``size`` bytes, but for the last; each blob must come once."""
    body, digests = io.BytesIO(), list[str]()
    for blob in blobs:
        digest = digest_of(blob)
        body.write(_member(digest, _frame(blob)))
        digests.append(digest)
        if body.tell() >= size or len(digests) == PACK_BLOBS:
            yield Pack(body.getvalue() + _END, tuple(digests))
            body, digests = io.BytesIO(), []
    if digests:
        yield Pack(body.getvalue() + _END, tuple(digests))


def most_bytes_of(blobs: Iterable[bytes]) -> int:
    """Bytes that the packs of these blobs take at most on the line; soon told, and close above."""
    quick = zstandard.ZstdCompressor(level=_QUICK_LEVEL).compress
    sizes = [_member_size(len(quick(blob))) for blob in blobs]
    packs = sum(sizes) // PACK_BYTES + len(sizes) // PACK_BLOBS + 1
    return sum(sizes) + packs * (len(_END) + _REQUEST)


def _frame(blob: bytes) -> bytes:
    """A blob as a zstd frame, never larger than at the level at which it is told how large."""
    levels = (_LEVEL, _QUICK_LEVEL)
    return min((zstandard.ZstdCompressor(level=n).compress(blob) for n in levels), key=len)


def _member_size(frame: int) -> int:
    """Bytes that a frame of this size takes in a tar."""
    return tarfile.BLOCKSIZE + frame + -frame % tarfile.BLOCKSIZE


def _member(digest: str, frame: bytes) -> bytes:
    """A plain file in a tar: nothing in its header but name and size."""
    header = tarfile.TarInfo(digest)
    header.size = len(frame)
    padding = bytes(-len(frame) % tarfile.BLOCKSIZE)
    return header.tobuf(tarfile.USTAR_FORMAT) + frame + padding
