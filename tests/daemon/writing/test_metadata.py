"""What vendors wrote is read from every format, and our own words are kept apart."""

import os
import struct
from pathlib import Path

import mutagen
import pytest
from mutagen.id3 import COMM, ID3, TBPM, TCON, TIT2, TKEY, TPE1, TXXX
from tests.encoded import FORMATS, encoded, sample
from tests.shared import shared

from earmark_daemon.writing import EmbeddedMetadata, Prepared, commit, prepare, read_metadata

TAGGABLE = [kind for kind in FORMATS if kind != "rf64"]


def vendor_tags(path: str, kind: str) -> None:
    audio = mutagen.File(path)
    if audio.tags is None:
        audio.add_tags()
    if hasattr(audio.tags, "getall"):
        for frame in (
            TIT2(text="Big Kick"),
            TPE1(text="A Vendor"),
            TCON(text="Techno"),
            COMM(lang="eng", desc="", text="Made in Berlin"),
            TBPM(text="128"),
            TKEY(text="Am"),
            TXXX(desc="keywords", text="deep; round"),
        ):
            audio.tags.add(frame)
    elif kind.startswith("m4a"):
        audio["\xa9nam"], audio["\xa9ART"] = ["Big Kick"], ["A Vendor"]
        audio["\xa9gen"], audio["\xa9cmt"], audio["tmpo"] = ["Techno"], ["Made in Berlin"], [128]
        audio["----:com.apple.iTunes:initialkey"] = [b"Am"]
        audio["keyw"] = ["deep; round"]
    else:
        audio["title"], audio["artist"], audio["genre"] = "Big Kick", "A Vendor", "Techno"
        audio["comment"], audio["bpm"], audio["initialkey"] = "Made in Berlin", "128", "Am"
        audio["keywords"] = "deep; round"
    audio.save()


@pytest.mark.parametrize("kind", TAGGABLE)
def test_vendors_fields_are_read_and_ours_kept_apart(tmp_path: Path, kind: str) -> None:
    path = sample(tmp_path, kind)
    vendor_tags(path, kind)
    expected = EmbeddedMetadata(
        title="Big Kick",
        artist="A Vendor",
        genre=("Techno",),
        comment="Made in Berlin",
        keywords=("deep", "round"),
        bpm=128.0,
        key="Am",
    )
    assert read_metadata(path) == expected
    prepared = prepare(path, ("kick", "dark"))
    assert isinstance(prepared, Prepared)
    commit(prepared)
    found = read_metadata(path)
    assert found.ours == ("kick", "dark")
    assert (found.genre, found.comment) == (expected.genre, expected.comment)


def with_chunks(path: Path, *chunks: tuple[bytes, bytes]) -> str:
    data = encoded("wav") + b"".join(
        name + struct.pack("<I", len(content)) + content for name, content in chunks
    )
    path.write_bytes(data[:4] + struct.pack("<I", len(data) - 8) + data[8:])
    return str(path)


def acid(flags: int) -> bytes:
    return struct.pack("<IHHfIHHf", flags, 60, 0, 0.0, 8, 4, 4, 174.0)


def test_chunks_of_wav_files_are_read(tmp_path: Path) -> None:
    bext = b"A field recording".ljust(602, b"\0")
    info = b"INFO" + b"INAM" + struct.pack("<I", 6) + b"Title\0"
    info += b"IKEY" + struct.pack("<I", 10) + b"Gr\xf6\xdfe;dark"
    path = with_chunks(tmp_path / "a.wav", (b"bext", bext), (b"acid", acid(0)), (b"LIST", info))
    found = read_metadata(path)
    assert (found.title, found.description, found.bpm) == ("Title", "A field recording", 174.0)
    assert found.keywords == ("Größe", "dark")


def test_what_acid_calls_a_one_shot_has_no_tempo_in_other_fields_either(tmp_path: Path) -> None:
    tags = ID3()
    tags.add(TBPM(text="128"))
    tags.save(tmp_path / "tags")
    id3 = (tmp_path / "tags").read_bytes()
    loop = with_chunks(tmp_path / "loop.wav", (b"acid", acid(2)), (b"id3 ", id3))
    shot = with_chunks(tmp_path / "shot.wav", (b"acid", acid(1)), (b"id3 ", id3))
    assert (read_metadata(loop).bpm, read_metadata(shot).bpm) == (174.0, None)


def test_what_a_person_took_out_is_told(tmp_path: Path) -> None:
    path = sample(tmp_path, "mp3")
    for terms in (("kick", "dark"), ("kick", "dark", "boomy")):
        prepared = prepare(path, terms)
        assert isinstance(prepared, Prepared)
        commit(prepared)
        audio = mutagen.File(path)
        audio.tags["TCON"].text = [audio.tags["TCON"].text[0].replace("dark", "bright")]
        audio.save()
    found = read_metadata(path)
    assert found.refused == ("dark",)
    assert found.genre == ("bright",)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("keep", [0, 5, 20, 60, 400])
def test_broken_files_say_nothing_and_break_nothing(tmp_path: Path, kind: str, keep: int) -> None:
    path = tmp_path / "cut.bin"
    path.write_bytes(encoded(kind)[:keep] + os.urandom(200))
    assert isinstance(read_metadata(str(path)), EmbeddedMetadata)


def test_real_files_are_read() -> None:
    found = [
        read_metadata(str(path)) for path in shared("pack-files").rglob("*.*") if path.is_file()
    ]
    assert sum(1 for each in found if each.title) > 10
