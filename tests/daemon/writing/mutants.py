"""Sound files broken on purpose, where their structure is: sizes, names, order, length.

The same seed makes the same mutants everywhere.
"""

import io
import random
import re
import struct
from collections.abc import Callable
from functools import cache
from pathlib import Path

import mutagen
from mutagen.id3 import APIC, COMM, TCON, TIT2
from tests.encoded import FORMATS, encoded

from earmark_daemon.containers.ogg import checksum

SECONDS = 0.08
NAMES = re.compile(
    rb"RIFF|RF64|WAVE|FORM|AIF[FC]|fmt |data|ds64|LIST|INFO|I[A-Z]{3}|id3 |ID3|COMM|SSND|FVER|"
    rb"T[A-Z0-9]{3}|APIC|fLaC|OggS|vorbis|Opus(?:Head|Tags)|ftyp|moov|mdat|trak|mdia|minf|stbl|"
    rb"stco|stsd|stsz|udta|meta|ilst|free|\xa9[a-z]{3}|----|wvpk|APETAGEX|TAG"
)
NUMBERS = (0, 1, 2, 7, 8, 0x7F, 0x80, 0xFFFF, 0x7FFFFFFF, 0x7FFFF000, 0x80000000, 0xFFFFFFFF)

Mutation = Callable[[random.Random, bytearray], None]


@cache
def seeds(kind: str) -> tuple[bytes, ...]:
    """Sound files of one format: bare, and tagged by another program."""
    bare = encoded(kind, SECONDS)
    return (bare,) if kind == "rf64" else (bare, _tagged(bare))


def mutant(number: int, seed: int, tagged_by_us: dict[str, bytes]) -> tuple[str, bytes]:
    """One broken file, by its number: its format and its bytes."""
    rng = random.Random(f"{seed}/{number}")
    kind = FORMATS[number % len(FORMATS)]
    data = bytearray(rng.choice([*seeds(kind), tagged_by_us[kind]]))
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        rng.choice(MUTATIONS)(rng, data)
    if rng.random() < 0.6:
        _mend(data)
    return kind, bytes(data)


def _tagged(data: bytes) -> bytes:
    buffer = io.BytesIO(data)
    audio = mutagen.File(buffer)
    if audio.tags is None:
        audio.add_tags()
    if hasattr(audio.tags, "getall"):
        audio.tags.add(TCON(encoding=1, text=["Vendor"]))
        audio.tags.add(TIT2(encoding=0, text=["Title"]))
        audio.tags.add(COMM(encoding=0, lang="eng", desc="", text=["A comment"]))
        audio.tags.add(APIC(mime="image/png", type=3, data=bytes(range(200))))
    elif "mp4" in audio.mime[0]:
        audio["\xa9gen"], audio["\xa9cmt"] = ["Vendor"], ["A comment"]
    else:
        audio["genre"], audio["comment"], audio["title"] = "Vendor", "A comment", "Title"
    buffer.seek(0)
    audio.save(buffer)
    return buffer.getvalue()


def _mend(data: bytearray) -> None:
    """Make the outermost size or all checksums right again, so that what is inside is looked at."""
    if len(data) >= 12 and bytes(data[:4]) in (b"RIFF", b"FORM"):
        struct.pack_into(">I" if data[:1] == b"F" else "<I", data, 4, len(data) - 8)
    position = 0
    while data[position : position + 4] == b"OggS" and position + 27 <= len(data):
        lacing = data[position + 27 : position + 27 + data[position + 26]]
        end = position + 27 + len(lacing) + sum(lacing)
        struct.pack_into("<I", data, position + 22, 0)
        struct.pack_into("<I", data, position + 22, checksum(bytes(data[position:end])))
        position = end


def _place(rng: random.Random, data: bytearray) -> int:
    """A place in the structure: at a name, or now and then anywhere."""
    found = [match.start() for match in NAMES.finditer(data)]
    if found and rng.random() < 0.85:
        return rng.choice(found)
    return rng.randrange(max(1, len(data)))


def _size(rng: random.Random, data: bytearray) -> None:
    place = _place(rng, data) + rng.choice((-4, 4, 4, 4, 6, 8, 22, 26))
    if not 0 <= place <= len(data) - 4:
        return
    order = rng.choice("<>")
    (old,) = struct.unpack_from(order + "I", data, place)
    near = (old + rng.randint(-9, 9)) & 0xFFFFFFFF
    struct.pack_into(order + "I", data, place, rng.choice((near, near, *NUMBERS)))


def _name(rng: random.Random, data: bytearray) -> None:
    place = _place(rng, data)
    others = [match.group() for match in NAMES.finditer(data)] or [b"\0\0\0\0"]
    data[place : place + 4] = rng.choice((rng.choice(others)[:4].ljust(4), b"\0\0\0\0", b"zzzz"))


def _cut(rng: random.Random, data: bytearray) -> None:
    del data[rng.choice((_place(rng, data), rng.randrange(len(data) + 1), len(data) - 1)) :]


def _remove(rng: random.Random, data: bytearray) -> None:
    place = _place(rng, data)
    del data[place : place + rng.choice((1, 2, 4, 8, rng.randrange(1, 400)))]


def _insert(rng: random.Random, data: bytearray) -> None:
    place = _place(rng, data)
    data[place:place] = rng.randbytes(rng.choice((1, 2, 4, 8, rng.randrange(1, 200))))


def _move(rng: random.Random, data: bytearray) -> None:
    first, second = sorted((_place(rng, data), _place(rng, data)))
    piece = data[first:second]
    del data[first:second]
    place = _place(rng, data)
    data[place:place] = piece


def _repeat(rng: random.Random, data: bytearray) -> None:
    first, second = sorted((_place(rng, data), _place(rng, data)))
    place = rng.choice((second, len(data)))
    data[place:place] = data[first:second][:20_000]


def _flip(rng: random.Random, data: bytearray) -> None:
    if data:
        place = min(_place(rng, data) + rng.randrange(16), len(data) - 1)
        data[place] ^= 1 << rng.randrange(8)


def _append(rng: random.Random, data: bytearray) -> None:
    tail = (b"\0", b"x" * 3, b"TAG".ljust(128, b"\0"), rng.randbytes(50), bytes(data[:64]))
    data += rng.choice(tail)


MUTATIONS: tuple[Mutation, ...] = (
    _size, _size, _size, _name, _cut, _remove, _insert, _move, _repeat, _flip, _append,
)  # fmt: skip


def write_mutant(folder: Path, data: bytes) -> str:
    """The mutant as a file; returns its path."""
    path = folder / "mutant.bin"
    path.write_bytes(data)
    return str(path)
