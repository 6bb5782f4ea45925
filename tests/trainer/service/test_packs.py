"""Packs as bytes: what is accepted, and everything that must not be."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from tests.trainer.service.client import Blob, make_pack, sha256

from earmark_trainer.limits import Limits
from earmark_trainer.problems import RefusedError, TooLargeError
from earmark_trainer.storage.packs import read_pack, unpack

LIMITS = Limits(pack_blobs=4, blob_bytes=10_000, pack_content_bytes=25_000)
BLOB = Blob(b"\x07" * 3200)


def tar_of(
    name: str = BLOB.digest,
    content: bytes | None = None,
    change: Callable[[tarfile.TarInfo], None] = lambda member: None,
) -> bytes:
    content = zstandard.compress(BLOB.data) if content is None else content
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        change(member)
        archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def make_link(kind: bytes) -> Callable[[tarfile.TarInfo], None]:
    def change(member: tarfile.TarInfo) -> None:
        member.type, member.linkname, member.size = kind, "/etc/passwd", 0

    return change


def test_entries_say_where_each_spectrogram_lies() -> None:
    blobs = [Blob(bytes([n]) * 3200) for n in range(3)]
    pack = make_pack(blobs)
    entries = read_pack(io.BytesIO(pack), LIMITS)
    assert [entry.digest for entry in entries] == [blob.digest for blob in blobs]
    for entry, blob in zip(entries, blobs, strict=True):
        frame = pack[entry.offset : entry.offset + entry.length]
        assert unpack(frame, entry.size) == blob.data


@pytest.mark.parametrize(
    "pack",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(bytes(1024), id="empty-archive"),
        pytest.param(b"\x80\x04\x95" + bytes(600), id="pickle"),
        pytest.param(tar_of("../../../etc/cron.d/evil"), id="path-upwards"),
        pytest.param(tar_of("/etc/passwd"), id="absolute-path"),
        pytest.param(tar_of(BLOB.digest.upper()), id="upper-case"),
        pytest.param(tar_of("a" * 300), id="long-name"),
        pytest.param(tar_of("0" * 64), id="wrong-digest"),
        pytest.param(tar_of(change=make_link(tarfile.SYMTYPE)), id="symbolic-link"),
        pytest.param(tar_of(change=make_link(tarfile.LNKTYPE)), id="hard-link"),
        pytest.param(tar_of(change=make_link(tarfile.CHRTYPE)), id="device"),
        pytest.param(tar_of(change=make_link(tarfile.FIFOTYPE)), id="fifo"),
        pytest.param(tar_of(change=make_link(tarfile.DIRTYPE)), id="folder"),
        pytest.param(tar_of(sha256(b"raw"), b"raw"), id="not-compressed"),
        pytest.param(tar_of(sha256(b""), zstandard.compress(b"x")[:8]), id="cut-frame"),
        pytest.param(tar_of() + b"#!/bin/sh\n", id="something-behind"),
        pytest.param(tar_of()[:520], id="cut-off"),
    ],
)
def test_what_is_no_pack_is_refused(pack: bytes) -> None:
    with pytest.raises(RefusedError):
        read_pack(io.BytesIO(pack), LIMITS)


def test_a_length_that_lies_is_refused() -> None:
    pack = bytearray(tar_of())
    lying = tarfile.TarInfo(BLOB.digest)
    lying.size = 8_000_000_000
    pack[:512] = lying.tobuf(tarfile.GNU_FORMAT)[:512]
    with pytest.raises(RefusedError):
        read_pack(io.BytesIO(pack), LIMITS)


def test_bombs_are_not_unpacked() -> None:
    bomb = b"\0" * 200_000_000
    with pytest.raises(TooLargeError):
        read_pack(io.BytesIO(tar_of(sha256(bomb), zstandard.compress(bomb))), LIMITS)


def test_counts_and_sums_are_capped() -> None:
    small = [Blob(bytes([n])) for n in range(5)]
    with pytest.raises(TooLargeError, match="more than 4"):
        read_pack(io.BytesIO(make_pack(small)), LIMITS)
    big = [Blob(bytes([n]) * 9_000) for n in range(3)]
    with pytest.raises(TooLargeError):
        read_pack(io.BytesIO(make_pack(big)), LIMITS)


@given(st.binary(max_size=64), st.integers(0, 2000), st.booleans())
def test_damage_is_never_a_surprise(noise: bytes, at: int, insert: bool) -> None:
    pack = make_pack([BLOB, Blob(b"\x01" * 100)])
    damaged = pack[:at] + noise + pack[at + (0 if insert else len(noise)) :]
    try:
        entries = read_pack(io.BytesIO(damaged), LIMITS)
    except (RefusedError, TooLargeError):
        return
    for entry in entries:
        frame = damaged[entry.offset : entry.offset + entry.length]
        assert sha256(unpack(frame, entry.size)) == entry.digest
