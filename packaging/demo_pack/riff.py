"""WAV files, byte by byte, with the chunks that sample vendors add."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from enum import Enum

from demo_pack.dsp import Signal
from demo_pack.pcm import floats, integers

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")
_SPEAKERS = {1: 0x4, 2: 0x3}


class Layout(Enum):
    """How the samples of a WAV file are written down."""

    PCM_16 = "16-bit"
    PCM_24 = "24-bit"
    FLOAT = "32-bit float"
    EXTENSIBLE = "24-bit, WAVE_FORMAT_EXTENSIBLE"


def wav(x: Signal, rate: int, layout: Layout, before: bytes = b"", after: bytes = b"") -> bytes:
    """A WAV file; ``before`` and ``after`` are chunks on either side of the audio."""
    channels = 1 if x.ndim == 1 else x.shape[1]
    bits = {Layout.PCM_16: 16, Layout.FLOAT: 32}.get(layout, 24)
    audio = floats(x, "little") if layout is Layout.FLOAT else integers(x, bits, "little")
    kind = {Layout.FLOAT: _FLOAT, Layout.EXTENSIBLE: _EXTENSIBLE}.get(layout, _PCM)
    frame = channels * bits // 8
    form = struct.pack("<HHIIHH", kind, channels, rate, rate * frame, frame, bits)
    if layout is Layout.EXTENSIBLE:
        form += struct.pack("<HHIH", 22, bits, _SPEAKERS[channels], _PCM) + _GUID_TAIL
    if layout is Layout.FLOAT:
        form += struct.pack("<H", 0)
        before = chunk(b"fact", struct.pack("<I", len(x))) + before
    chunks = chunk(b"fmt ", form) + before + chunk(b"data", audio) + after
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def chunk(name: bytes, content: bytes) -> bytes:
    """A chunk, padded to an even length."""
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def info(fields: Mapping[str, str]) -> bytes:
    """A LIST/INFO chunk: genre is IGNR, comment ICMT, name INAM, artist IART."""
    items = (chunk(name.encode(), text.encode() + b"\0") for name, text in fields.items())
    return chunk(b"LIST", b"INFO" + b"".join(items))


def sampler(rate: int, note: int) -> bytes:
    """A smpl chunk: the MIDI note that the sound is tuned to, and no loop."""
    return chunk(b"smpl", struct.pack("<9I", 0, 0, 1_000_000_000 // rate, note, 0, 0, 0, 0, 0))


def broadcast(description: str, originator: str, day: str) -> bytes:
    """A bext chunk of version 1 (EBU Tech 3285)."""
    content = struct.pack(
        "<256s32s32s10s8s", *map(str.encode, (description, originator, "", day, ""))
    )
    return chunk(b"bext", content + struct.pack("<QH", 0, 1) + bytes(64 + 190))
