"""AIFF and AIFC files, byte by byte."""

from __future__ import annotations

import struct

from demo_pack.dsp import Signal
from demo_pack.pcm import integers

_AIFC_VERSION = 0xA2805140


def aiff(x: Signal, rate: int, bits: int, extra: bytes = b"") -> bytes:
    """An AIFF file; ``extra`` are chunks before the audio."""
    return _form(b"AIFF", _common(x, rate, bits) + extra + _audio(integers(x, bits, "big")))


def aifc(x: Signal, rate: int) -> bytes:
    """An AIFC file as Macs write them: 16-bit, least significant byte first ("sowt")."""
    version = chunk(b"FVER", struct.pack(">I", _AIFC_VERSION))
    common = _common(x, rate, 16, b"sowt" + b"\0\0")
    return _form(b"AIFC", version + common + _audio(integers(x, 16, "little")))


def chunk(name: bytes, content: bytes) -> bytes:
    """A chunk, padded to an even length."""
    return name + struct.pack(">I", len(content)) + content + b"\0" * (len(content) % 2)


def _form(kind: bytes, chunks: bytes) -> bytes:
    return b"FORM" + struct.pack(">I", 4 + len(chunks)) + kind + chunks


def _common(x: Signal, rate: int, bits: int, compression: bytes = b"") -> bytes:
    channels = 1 if x.ndim == 1 else x.shape[1]
    head = struct.pack(">HIH", channels, len(x), bits)
    return chunk(b"COMM", head + _extended(rate) + compression)


def _audio(samples: bytes) -> bytes:
    return chunk(b"SSND", bytes(8) + samples)


def _extended(rate: int) -> bytes:
    """A whole number as an 80-bit float: exponent, then a mantissa with its leading one."""
    exponent = rate.bit_length() - 1
    return struct.pack(">HQ", 16383 + exponent, rate << (63 - exponent))
