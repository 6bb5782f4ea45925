"""A new tag says what an older one beside it says, for many programs read one of them alone."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mutagen
import pytest
from mutagen.id3 import COMM, ID3, TALB, TCON, TIT2, TPE1
from mutagen.wave import WAVE
from tests.daemon.writing import riff
from tests.daemon.writing.past import past
from tests.encoded import encoded, sample

from earmark_daemon.writing import (
    Prepared,
    Unchanged,
    Undone,
    WriteOptions,
    WrittenBefore,
    commit,
    prepare,
    undo,
)

GENRE_ALONE = WriteOptions(comment=False)
SAID = {"title": "Boom", "artist": "Me", "album": "Vol. 2", "genre": "Rock", "comment": "Text"}
FRAMES = {"title": TIT2, "artist": TPE1, "album": TALB, "genre": TCON}
ITEMS = {
    "title": b"INAM", "artist": b"IART", "album": b"IPRD", "genre": b"IGNR", "comment": b"ICMT",
}  # fmt: skip
BOTH = {**SAID, "genre": "Rock; kick", "comment": "Text [earmark: kick]"}


def with_id3v1(folder: Path) -> str:
    """An MP3 file with an old tag at its end: track 7 of 2020, and a genre by its number."""
    fields = (SAID["title"], SAID["artist"], SAID["album"])
    texts = b"".join(text.encode("latin-1").ljust(30, b"\0") for text in fields)
    path = Path(sample(folder, "mp3"))
    comment = SAID["comment"].encode().ljust(29, b"\0")
    path.write_bytes(encoded("mp3") + b"TAG" + texts + b"2020" + comment + bytes([7, 17]))
    return str(path)


def with_info(folder: Path, codec: str = "cp1252", **texts: str) -> str:
    """A WAV file whose tags stand in LIST/INFO alone."""
    said = SAID | texts
    items = [(name, said[field].encode(codec) + b"\0") for field, name in ITEMS.items()]
    info = b"LIST", b"INFO" + b"".join(map(riff.render, items))
    path = folder / "tone.wav"
    path.write_bytes(riff.wave([riff.format_chunk(), riff.noise(4000), info]))
    return str(path)


def with_id3(folder: Path, version: int = 3, **texts: str) -> str:
    """A WAV file whose tags stand in ID3 alone."""
    said = SAID | texts
    path = sample(folder, "wav")
    audio = WAVE(path)
    audio.add_tags()
    tags: Any = audio.tags
    for field, frame in FRAMES.items():
        tags.add(frame(encoding=1, text=[said[field]]))
    tags.add(COMM(encoding=1, lang="eng", desc="", text=[said["comment"]]))
    audio.save(v2_version=version)
    return path


MAKERS = {"ID3v1": with_id3v1, "INFO": with_info, "ID3": with_id3}


def write(path: str, *terms: str, options: WriteOptions | None = None) -> Prepared:
    prepared = prepare(path, terms, options or WriteOptions())
    assert isinstance(prepared, Prepared), prepared
    commit(prepared)
    assert prepare(path, terms, options or WriteOptions()) == Unchanged(path)
    return prepared


def id3(path: str) -> dict[str, str]:
    """What stands in ID3v2, as mutagen reads it."""
    tags: Any = ID3(path, load_v1=False) if path.endswith("mp3") else WAVE(path).tags
    comment = {"comment": str(tags["COMM::eng"])} if "COMM::eng" in tags else {}
    named = {field: str(tags[frame.__name__]) for field, frame in FRAMES.items()}
    return {**named, **comment}


def info(path: str) -> dict[str, str]:
    """What stands in LIST/INFO, by a walk that shares nothing with the program."""
    data = Path(path).read_bytes()
    found, place = {}, data.index(b"LIST") + 12
    names = {name: field for field, name in ITEMS.items()}
    while data[place : place + 4] in names:
        size = int.from_bytes(data[place + 4 : place + 8], "little")
        text = data[place + 8 : place + 8 + size].rstrip(b"\0").decode("cp1252")
        found[names[data[place : place + 4]]] = text
        place += 8 + size + size % 2
    return found


@pytest.mark.parametrize("maker", MAKERS)
def test_a_new_tag_repeats_an_older_one_and_undo_takes_it_away(tmp_path: Path, maker: str) -> None:
    path = MAKERS[maker](tmp_path)
    before = Path(path).read_bytes()
    written = write(path, "kick")
    assert id3(path) == BOTH
    if maker != "ID3v1":
        assert info(path) == BOTH
    assert not {"Rock", "Text"} & {change.after for change in written.changes}
    assert undo(past(path, written)).kind is Undone.RESTORED
    assert Path(path).read_bytes() == before


@pytest.mark.skipif(not shutil.which("ffprobe"), reason="needs ffprobe")
@pytest.mark.parametrize("maker", MAKERS)
def test_what_ffmpeg_found_it_finds_still(tmp_path: Path, maker: str) -> None:
    def found() -> dict[str, str]:
        asked = ["ffprobe", "-v", "error", "-show_format", "-of", "json", path]
        done = subprocess.run(asked, capture_output=True, check=True)
        return dict(json.loads(done.stdout)["format"]["tags"])

    path = MAKERS[maker](tmp_path)
    before = found()
    write(path, "kick")
    after = found()
    assert {field: after[field].partition("; kick")[0] for field in before} == {
        **before,
        "comment": "Text [earmark: kick]",
    }


def test_year_and_track_of_an_old_tag_are_repeated(tmp_path: Path) -> None:
    path = with_id3v1(tmp_path)
    write(path, "kick")
    tags = ID3(path, load_v1=False)
    assert (str(tags["TDRC"]), str(tags["TRCK"])) == ("2020", "7")


def with_both(folder: Path) -> str:
    """An MP3 file whose genre stands in an old tag at its end alone, beside a newer tag."""
    path = with_id3v1(folder)
    tags = ID3()
    tags.add(TIT2(encoding=0, text=["Newer"]))
    return save_newer(tags, path)


def save_newer(tags: ID3, path: str) -> str:
    """Save the newer tag alone; the old one at the end stays as it is."""
    old = Path(path).read_bytes()[-128:]
    tags.save(path, v1=0, v2_version=3)
    Path(path).write_bytes(Path(path).read_bytes() + old)
    return path


def test_a_genre_in_an_old_tag_alone_is_repeated_in_the_newer_one(tmp_path: Path) -> None:
    path = with_both(tmp_path)
    before = Path(path).read_bytes()
    written = write(path, "kick")
    assert str(ID3(path, load_v1=False)["TCON"]) == str(mutagen.File(path)["TCON"]) == "Rock; kick"
    assert "TPE1" not in ID3(path, load_v1=False)
    assert undo(past(path, written)).kind is Undone.RESTORED
    assert Path(path).read_bytes() == before


def test_a_genre_that_somebody_took_out_of_the_newer_tag_is_not_repeated(tmp_path: Path) -> None:
    path = with_both(tmp_path)
    write(path, "kick")
    tags = ID3(path, load_v1=False)
    del tags["TCON"]
    save_newer(tags, path)
    write(path, "kick", "dark")
    assert str(ID3(path, load_v1=False)["TCON"]) == "dark"


@pytest.mark.parametrize("maker", [with_id3v1, with_both])
def test_words_of_ours_go_whatever_an_old_tag_says(
    tmp_path: Path, maker: Callable[[Path], str]
) -> None:
    path = maker(tmp_path)
    write(path, "kick")
    tags = ID3(path, load_v1=False)
    del tags["TCON"]
    save_newer(tags, path)
    write(path)
    assert not {"TCON", "TXXX:EARMARK"} & ID3(path, load_v1=False).keys()


def test_a_number_that_stands_for_no_genre_is_not_repeated(tmp_path: Path) -> None:
    path = with_info(tmp_path, genre="255")
    write(path, "kick")
    assert info(path)["genre"] == "255; kick"
    assert id3(path)["genre"] == "kick"
    write(path)
    assert info(path)["genre"] == "255"


@pytest.mark.parametrize("codec", ["cp1252", "utf-8"])
def test_a_list_is_repeated_in_the_same_letters(tmp_path: Path, codec: str) -> None:
    path = with_info(tmp_path, codec, title="Größe", comment="Ö")
    write(path, "kick")
    assert id3(path) == {**BOTH, "title": "Größe", "comment": "Ö [earmark: kick]"}


@pytest.mark.parametrize(
    ("genre", "repeated"),
    [
        ("17", "Rock"),
        ("(17)Slow", "Rock; Slow"),
        ("((Live)", "(Live)"),
        ("Deep\nHouse", "Deep House"),
    ],
)
def test_a_genre_of_a_list_is_repeated_as_every_program_reads_it(
    tmp_path: Path, genre: str, repeated: str
) -> None:
    path = with_info(tmp_path, genre=genre)
    write(path, "kick")
    assert info(path)["genre"] == f"{genre}; kick"
    assert id3(path)["genre"] == f"{repeated}; kick"


@pytest.mark.parametrize("version", [3, 4])
def test_what_a_list_cannot_spell_is_not_repeated_in_it(tmp_path: Path, version: int) -> None:
    path = with_id3(tmp_path, version, title="キック", artist="Zoë")
    write(path, "kick")
    repeated = {**BOTH, "title": "キック", "artist": "Zoë"}
    assert id3(path) == repeated
    del repeated["title"]
    assert info(path) == repeated


def test_words_that_a_list_cannot_spell_begin_none(tmp_path: Path) -> None:
    path = with_id3(tmp_path)
    write(path, "キック")
    assert b"INFO" not in Path(path).read_bytes()


@pytest.mark.parametrize("body", [b"\7Title", b"\1\0\xd8"])
def test_a_title_that_nobody_can_read_is_not_repeated(tmp_path: Path, body: bytes) -> None:
    frame = b"TIT2" + len(body).to_bytes(4) + bytes(2) + body
    tag = b"ID3\3\0\0" + bytes(3) + bytes([len(frame)]) + frame
    path = tmp_path / "tone.wav"
    path.write_bytes(riff.wave([riff.format_chunk(), riff.noise(4000), (b"id3 ", tag)]))
    write(str(path), "kick")
    assert info(str(path)) == {"genre": "kick", "comment": "[earmark: kick]"}
    assert frame in path.read_bytes()


@pytest.mark.parametrize("maker", MAKERS)
def test_a_word_that_a_vendor_wrote_is_theirs_in_the_new_tag_too(
    tmp_path: Path, maker: str
) -> None:
    path = MAKERS[maker](tmp_path)
    write(path, "rock", options=GENRE_ALONE)
    assert id3(path) == SAID
    if maker != "ID3v1":
        assert info(path) == SAID
    write(path, "snare", options=GENRE_ALONE)
    assert id3(path)["genre"] == "Rock; snare"


@pytest.mark.parametrize("maker", MAKERS)
def test_where_others_wrote_since_what_was_repeated_stays(tmp_path: Path, maker: str) -> None:
    path = MAKERS[maker](tmp_path)
    written = write(path, "kick")
    audio: Any = mutagen.File(path)
    audio.tags["TIT2"].text = ["Another"]
    audio.save()
    assert undo(past(path, written)).kind is Undone.MARKS_REMOVED
    assert id3(path) == {**SAID, "title": "Another"}
    assert b"kick" not in Path(path).read_bytes()


def test_no_tag_is_begun_where_words_go(tmp_path: Path) -> None:
    path = with_info(tmp_path)
    written = write(path, "kick")
    data = Path(path).read_bytes()
    end = data.index(b"id3 ")
    Path(path).write_bytes(data[:4] + (end - 8).to_bytes(4, "little") + data[8:end])
    undone = undo(past(path, written, WrittenBefore(written.changes, written.content)))
    assert undone.kind is Undone.RESTORED
    assert info(path) == SAID
    assert b"id3 " not in Path(path).read_bytes()


def test_a_list_that_somebody_took_out_is_not_begun_with_our_words(tmp_path: Path) -> None:
    path = with_id3(tmp_path)
    write(path, "kick")
    data = Path(path).read_bytes()
    begin = data.index(b"LIST")
    Path(path).write_bytes(data[:4] + (begin - 8).to_bytes(4, "little") + data[8:begin])
    write(path, "kick", "dark")
    assert info(path)["genre"] == "dark"
    assert id3(path)["genre"] == "Rock; kick; dark"
