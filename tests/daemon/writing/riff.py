"""WAV files built chunk by chunk, sound or broken in ways that real files are."""

import struct

import numpy as np

Chunk = tuple[bytes, bytes]

PCM, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE
_GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")


def format_chunk(
    bits: int = 16, channels: int = 1, rate: int = 44_100, code: int = PCM, inner: int = PCM
) -> Chunk:
    """A ``fmt`` chunk; EXTENSIBLE carries the inner code in its sub-format."""
    frame = channels * bits // 8
    data = struct.pack("<HHIIHH", code, channels, rate, rate * frame, frame, bits)
    if code == EXTENSIBLE:
        data += struct.pack("<HHIH", 22, bits, 0, inner) + _GUID_TAIL
    return b"fmt ", data


def noise(size: int, seed: int = 0) -> Chunk:
    """A ``data`` chunk of so many bytes."""
    return b"data", np.random.default_rng(seed).integers(0, 256, size, np.uint8).tobytes()


def float_noise(frames: int) -> Chunk:
    """A ``data`` chunk of 32-bit floats that are numbers."""
    values = np.random.default_rng(0).uniform(-1, 1, frames).astype("<f4")
    return b"data", values.tobytes()


def render(chunk: Chunk, pad: bool = True) -> bytes:
    """A chunk with its header, and its pad byte where it is odd."""
    name, data = chunk
    return name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2 if pad else 0)


def wave(chunks: list[Chunk], pad_last: bool = True) -> bytes:
    """A well-formed WAV file of these chunks."""
    body = b"WAVE" + b"".join(map(render, chunks[:-1])) + render(chunks[-1], pad_last)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def rf64(chunks: list[Chunk], pad_last: bool = True) -> bytes:
    """The same as an RF64 file, whose sizes stand in ``ds64``."""
    rest = b"".join(map(render, chunks[:-1])) + render(chunks[-1], pad_last)
    data_size = next(len(data) for name, data in chunks if name == b"data")
    ds64 = b"ds64", struct.pack("<QQQI", 4 + 36 + len(rest), data_size, 0, 0)
    rest = rest.replace(b"data" + struct.pack("<I", data_size), b"data\xff\xff\xff\xff", 1)
    return b"RF64\xff\xff\xff\xffWAVE" + render(ds64) + rest
