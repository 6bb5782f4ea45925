"""A file is known by its sound, whatever stands around it."""

import os
import struct
import tracemalloc
from pathlib import Path

import mutagen
import pytest
from mutagen.id3 import ID3, TCON
from mutagen.wave import WAVE
from tests.encoded import FORMATS, encoded, sample
from tests.shared import shared

from earmark_daemon.containers import Container, content_digest, identify

CONTAINERS = {
    "rf64": Container.RF64,
    "aiff": Container.AIFF,
    "aifc": Container.AIFC,
    "flac": Container.FLAC,
    "ogg": Container.VORBIS,
    "oggflac": Container.OGG_FLAC,
    "opus": Container.OPUS,
    "mp3": Container.MPEG,
    "m4a": Container.MP4,
    "m4afast": Container.MP4,
    "wv": Container.WAVPACK,
}


@pytest.mark.parametrize("kind", FORMATS)
def test_files_are_known_by_content_not_by_name(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "misleading.txt"
    path.write_bytes(encoded(kind))
    assert identify(str(path)) is CONTAINERS.get(kind, Container.WAV)


def tag_by_mutagen(path: str, kind: str) -> None:
    audio = mutagen.File(path)
    if audio.tags is None:
        audio.add_tags()
    if isinstance(audio.tags, ID3):
        audio.tags.add(TCON(encoding=3, text=["Somebody's genre"]))
    elif kind.startswith("m4a"):
        audio["\xa9gen"] = ["Somebody's genre " * 500]
    else:
        audio["genre"] = ["Somebody's genre " * 500]
    audio.save()


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind != "rf64"])
def test_tags_by_another_program_leave_the_digest_alone(tmp_path: Path, kind: str) -> None:
    path = sample(tmp_path, kind)
    before, size = content_digest(path), os.path.getsize(path)
    tag_by_mutagen(path, kind)
    assert os.path.getsize(path) > size or kind == "flac"
    assert content_digest(path) == before


@pytest.mark.parametrize("kind", FORMATS)
def test_other_audio_has_another_digest(tmp_path: Path, kind: str) -> None:
    path = sample(tmp_path, kind)
    before = content_digest(path)
    data = bytearray(Path(path).read_bytes())
    data[len(data) // 2] ^= 1
    Path(path).write_bytes(data)
    assert content_digest(path) != before


def test_the_sample_rate_is_part_of_the_sound(tmp_path: Path) -> None:
    path = Path(sample(tmp_path, "wav"))
    before = content_digest(str(path))
    data = path.read_bytes()
    path.write_bytes(data[:24] + struct.pack("<I", 22_050) + data[28:])
    assert content_digest(str(path)) != before


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("keep", [0, 1, 11, 13, 30, 45, 200])
def test_every_broken_file_has_a_digest(tmp_path: Path, kind: str, keep: int) -> None:
    path = tmp_path / "cut"
    path.write_bytes(encoded(kind)[:keep])
    assert len(content_digest(str(path))) == 32
    identify(str(path))


def test_a_digest_takes_constant_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    path.write_bytes(encoded("wav"))
    size = 256 << 20
    with path.open("r+b") as file:
        file.write(struct.pack("<4sI", b"RIFF", size - 8))
        file.seek(40)
        file.write(struct.pack("<I", size - 44))
        file.truncate(size)
    tracemalloc.start()
    content_digest(str(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20


def test_real_files_keep_their_digest_when_tagged(tmp_path: Path) -> None:
    for original in sorted(shared("pack-files").rglob("*.wav")):
        path = tmp_path / "copy.wav"
        path.write_bytes(original.read_bytes())
        if original.name in ("empty.wav", "full.wav"):
            continue
        before = content_digest(str(path))
        audio = WAVE(path)
        if audio.tags is None:
            audio.add_tags()
        assert audio.tags is not None
        audio.tags.add(TCON(encoding=0, text=["Drums"]))
        try:
            audio.save()
        except mutagen.MutagenError:
            continue
        assert content_digest(str(path)) == before, original


@pytest.mark.parametrize("kind", ["mp3", "wv"])
def test_an_ape_tag_of_any_length_leaves_the_digest_alone(tmp_path: Path, kind: str) -> None:
    """In one of 131 bytes the TAG in its own name stands where that of an ID3v1 tag would."""
    path = Path(sample(tmp_path, kind))
    bare = path.read_bytes()
    known = {content_digest(str(path))}
    for length in range(50, 57):
        item = struct.pack("<II", length, 0) + b"Title\0" + b"x" * length
        head, foot = (
            b"APETAGEX" + struct.pack("<IIII8x", 2000, len(item) + 32, 1, flags)
            for flags in (0xA0000000, 0x80000000)
        )
        path.write_bytes(bare + head + item + foot)
        known.add(content_digest(str(path)))
    assert len(known) == 1
