"""Everything written can be taken back to the original byte."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import mutagen
import pytest
from mutagen.id3 import APIC, ID3, TCON, TXXX
from tests.daemon.writing.commenting import comment_first, comment_last, comments
from tests.daemon.writing.past import past
from tests.encoded import FORMATS, encoded, sample

from earmark_daemon.containers import content_digest
from earmark_daemon.writing import (
    Prepared,
    Undone,
    WriteOptions,
    WrittenBefore,
    commit,
    prepare,
    undo,
)

YEAR_2300 = 10_413_792_000
"""In seconds; in nanoseconds it fills more than the 64 bits of SQLite's integers."""


def write(path: str, *terms: str) -> Prepared:
    prepared = prepare(path, terms)
    assert isinstance(prepared, Prepared), prepared
    commit(prepared)
    return prepared


def take_back(path: str, written: Prepared, *older: Prepared) -> Undone:
    """As `Undoing` does it: what older writes changed is known too."""
    changes = tuple(change for each in (*older, written) for change in each.changes)
    before = WrittenBefore(changes, written.content)
    return undo(past(path, written, before)).kind


@pytest.mark.parametrize("kind", FORMATS)
def test_a_write_is_taken_back_to_the_original_byte(tmp_path: Path, kind: str) -> None:
    path = sample(tmp_path, kind)
    written = write(path, "kick", "dark")
    assert len(written.patch) < 200
    assert take_back(path, written) is Undone.RESTORED
    assert Path(path).read_bytes() == encoded(kind)
    assert take_back(path, written) is Undone.NOTHING_TO_DO
    assert os.listdir(tmp_path) == [Path(path).name]


@pytest.mark.parametrize("kind", FORMATS)
def test_several_writes_are_taken_back_last_first(tmp_path: Path, kind: str) -> None:
    path = sample(tmp_path, kind)
    history = [(Path(path).read_bytes(), write(path, *words.split())) for words in ("a b", "c", "")]
    for before, written in reversed(history):
        assert take_back(path, written) is Undone.RESTORED
        assert Path(path).read_bytes() == before


@pytest.mark.parametrize("date", [1e9, YEAR_2300])
def test_what_kept_the_date_of_a_file_is_taken_back_without_changing_it(
    tmp_path: Path, date: float
) -> None:
    path = sample(tmp_path, "wav")
    os.utime(path, (date, date))
    before = os.stat(path).st_mtime_ns

    def taken_back(options: WriteOptions) -> int:
        written = prepare(path, ("kick",), options)
        assert isinstance(written, Prepared)
        commit(written)
        undo(past(path, written))
        return os.stat(path).st_mtime_ns

    assert taken_back(WriteOptions(keep_mtime=True)) == before
    assert taken_back(WriteOptions()) != before


def bare_flac(padding: bytes = b"") -> bytes:
    """A FLAC file that has no block of tags, and perhaps one of padding."""
    data = encoded("flac")
    head, audio = data[8:42], data[data.index(b"\xff\xf8") :]
    if not padding:
        return b"fLaC\x80" + len(head).to_bytes(3) + head + audio
    blocks = b"\0" + len(head).to_bytes(3) + head + b"\x81" + len(padding).to_bytes(3) + padding
    return b"fLaC" + blocks + audio


def long_sized_m4a() -> bytes:
    """An M4A file whose description tells its size in eight bytes."""
    data = encoded("m4a")
    place = data.index(b"moov") - 4
    size = int.from_bytes(data[place : place + 4]) + 8
    return data[:place] + b"\0\0\0\1moov" + size.to_bytes(8) + data[place + 8 :]


UNUSUAL = {
    "no tags.flac": bare_flac,
    "padding alone.flac": lambda: bare_flac(bytes(4000)),
    "little padding.flac": lambda: bare_flac(bytes(8)),
    "long size.m4a": long_sized_m4a,
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_an_unusual_file_is_written_and_taken_back(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    before = UNUSUAL[name]()
    path.write_bytes(before)
    digest = content_digest(str(path))
    written = write(str(path), "kick")
    assert "kick" in mutagen.File(path)["\xa9gen" if path.suffix == ".m4a" else "genre"]
    assert content_digest(str(path)) == digest
    assert take_back(str(path), written) is Undone.RESTORED
    assert path.read_bytes() == before


def test_padding_makes_room_for_tags_where_there_are_none(tmp_path: Path) -> None:
    path = tmp_path / "kick.flac"
    path.write_bytes(bare_flac(bytes(4000)))
    size = path.stat().st_size
    write(str(path), "kick")
    assert path.stat().st_size == size


def retag(path: str) -> None:
    audio = mutagen.File(path)
    if isinstance(audio.tags, ID3):
        audio.tags["TCON"].text = [f"Techno; {audio.tags['TCON'].text[0]}"]
    else:
        key = "\xa9gen" if path.endswith("m4a") else "genre"
        audio[key] = [f"Techno; {audio[key][0]}"]
    audio.save()


@pytest.mark.parametrize("kind", ["wav", "aiff", "mp3", "m4a", "wv"])
def test_where_others_wrote_since_only_our_marks_go(tmp_path: Path, kind: str) -> None:
    path = sample(tmp_path, kind)
    written = write(path, "kick", "dark")
    retag(path)
    assert take_back(path, written) is Undone.MARKS_REMOVED
    data = Path(path).read_bytes()
    assert b"Techno" in data
    assert b"kick" not in data
    assert take_back(path, written) is Undone.NOTHING_TO_DO


WITH_SEVERAL_COMMENTS = ["wav", "aiff", "mp3", "flac", "ogg", "opus", "oggflac"]


@pytest.mark.parametrize("add", [comment_first, comment_last])
@pytest.mark.parametrize("kind", WITH_SEVERAL_COMMENTS)
def test_a_comment_that_somebody_added_stays_alone_when_ours_goes(
    tmp_path: Path, kind: str, add: Callable[[str, str], None]
) -> None:
    path = sample(tmp_path, kind)
    written = write(path, "kick", "dark")
    add(path, "mine")
    assert take_back(path, written) is Undone.MARKS_REMOVED
    assert comments(path) == ["mine"]
    assert b"earmark" not in Path(path).read_bytes().lower()


@pytest.mark.parametrize("kind", WITH_SEVERAL_COMMENTS)
def test_our_words_stay_where_they_are_when_somebody_puts_a_comment_before_them(
    tmp_path: Path, kind: str
) -> None:
    path = sample(tmp_path, kind)
    write(path, "kick")
    comment_first(path, "mine")
    write(path, "kick", "dark")
    assert sorted(comments(path)) == ["[earmark: kick, dark]", "mine"]


@pytest.mark.parametrize("kind", WITH_SEVERAL_COMMENTS)
def test_a_copy_of_our_words_in_another_comment_keeps_nobody_from_taking_them_back(
    tmp_path: Path, kind: str
) -> None:
    path = sample(tmp_path, kind)
    comment_first(path, "one", "two")
    written = write(path, "kick")
    comment_first(path, "one [earmark: kick]", "two [earmark: kick]")
    assert take_back(path, written) is Undone.MARKS_REMOVED
    assert {"one", "two [earmark: kick]"} <= set(comments(path))


def double_the_record(path: str) -> None:
    before = Path(path).read_bytes().lower().count(b"earmark")
    audio = mutagen.File(path)
    if isinstance(audio.tags, ID3):
        audio.tags["double"] = TXXX(audio.tags["TXXX:EARMARK"])
    else:
        audio["earmark"] = audio["earmark"] * 2
    audio.save()
    assert Path(path).read_bytes().lower().count(b"earmark") == before + 1


@pytest.mark.parametrize("kind", WITH_SEVERAL_COMMENTS)
def test_a_record_of_ours_that_another_program_doubled_goes_as_a_whole(
    tmp_path: Path, kind: str
) -> None:
    path = sample(tmp_path, kind)
    vendor(path)
    first, second = write(path, "kick"), write(path, "kick", "dusty")
    double_the_record(path)
    assert take_back(path, second) is Undone.MARKS_REMOVED
    assert take_back(path, first) is Undone.NOTHING_TO_DO
    assert b"earmark" not in Path(path).read_bytes().lower()
    assert genres(path) == ["Techno"]


def genres(path: str) -> list[str]:
    tags = mutagen.File(path).tags
    return list(tags["TCON"].text if isinstance(tags, ID3) else tags["genre"])


def vendor(path: str) -> None:
    audio = mutagen.File(path)
    if audio.tags is None:
        audio.add_tags()
    if isinstance(audio.tags, ID3):
        audio.tags.add(TCON(encoding=3, text=["Techno"]))
    else:
        audio["\xa9gen" if path.endswith("m4a") else "genre"] = ["Techno"]
    audio.save()


def genre(path: str) -> str:
    """As ffprobe reads it, which knows all kinds of tags."""
    asked = ("-show_entries", "format_tags=genre:stream_tags=genre", "-of", "csv=p=0")
    done = subprocess.run(
        ["ffprobe", "-v", "error", *asked, path], capture_output=True, text=True, check=True
    )
    return done.stdout.strip().strip('"')


def rewrite_by_ffmpeg(path: str) -> None:
    """Another program makes the file anew and carries over the tags that it knows."""
    new = f"{os.path.splitext(path)[0]} new{os.path.splitext(path)[1]}"
    subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-c", "copy", new], check=True)
    os.replace(new, path)


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="needs ffmpeg")
@pytest.mark.parametrize("kind", ["wav", "mp3", "flac", "ogg", "m4a"])
def test_our_words_go_where_another_program_dropped_the_record_of_them(
    tmp_path: Path, kind: str
) -> None:
    path = sample(tmp_path, kind)
    vendor(path)
    first, second = write(path, "kick"), write(path, "kick", "dusty")
    rewrite_by_ffmpeg(path)
    assert "dusty" in genre(path)
    assert take_back(path, second, first) is Undone.MARKS_REMOVED
    assert "dusty" not in genre(path)
    assert take_back(path, first) is not Undone.REFUSED
    assert genre(path) == "Techno"


WITH_MUTAGEN = [*WITH_SEVERAL_COMMENTS, "m4a", "wv"]


@pytest.mark.parametrize("kind", WITH_MUTAGEN)
def test_what_was_written_into_a_file_says_nothing_of_another_that_took_its_name(
    tmp_path: Path, kind: str
) -> None:
    path = sample(tmp_path, kind)
    written = write(path, "Techno")
    Path(path).write_bytes(encoded(kind, 0.7))
    vendor(path)
    theirs = Path(path).read_bytes()
    assert take_back(path, written) is Undone.NOTHING_TO_DO
    assert Path(path).read_bytes() == theirs


def keep_genre_alone(path: str, *comment: str) -> None:
    """Another program drops our record, and the comment but for what it puts in its place."""
    audio = mutagen.File(path)
    names = list(audio.keys())
    for name in names:
        if "gen" not in name.lower() and name != "TCON":
            del audio[name]
    audio.save()
    if comment:
        comment_last(path, *comment)


@pytest.mark.parametrize("kind", WITH_MUTAGEN)
def test_our_genres_go_from_the_audio_they_were_written_into_though_nothing_else_is_left(
    tmp_path: Path, kind: str
) -> None:
    path = sample(tmp_path, kind)
    vendor(path)
    written = write(path, "kick")
    keep_genre_alone(path)
    assert take_back(path, written) in (Undone.MARKS_REMOVED, Undone.RESTORED)
    assert b"kick" not in Path(path).read_bytes()
    assert b"Techno" in Path(path).read_bytes()


@pytest.mark.parametrize("kind", ["mp3", "flac"])
def test_where_the_audio_of_a_write_is_not_known_our_block_says_which_genres_are_ours(
    tmp_path: Path, kind: str
) -> None:
    path = sample(tmp_path, kind)
    vendor(path)
    written = replace(write(path, "kick", "dark"), content="")
    keep_genre_alone(path)
    assert take_back(path, written) is Undone.NOTHING_TO_DO
    keep_genre_alone(path, "carried over [earmark: dark]")
    assert take_back(path, written) is Undone.MARKS_REMOVED
    assert "; ".join(genres(path)) == "Techno; kick"


@pytest.mark.parametrize("kind", ["mp3", "wav"])
def test_a_large_picture_costs_the_patch_nothing(tmp_path: Path, kind: str) -> None:
    path = sample(tmp_path, kind)
    audio = mutagen.File(path)
    if audio.tags is None:
        audio.add_tags()
    audio.tags.add(APIC(mime="image/png", type=3, data=os.urandom(3_000_000)))
    audio.tags.add(TCON(encoding=1, text=["Vendor"]))
    audio.save()
    before = Path(path).read_bytes()
    written = write(path, "kick")
    assert len(written.patch) < 4096
    assert take_back(path, written) is Undone.RESTORED
    assert Path(path).read_bytes() == before


def test_ogg_pages_that_had_to_be_numbered_again_are_restored(tmp_path: Path) -> None:
    path = sample(tmp_path, "ogg")
    before = Path(path).read_bytes()
    written = write(path, *(f"word{number}" for number in range(3000)))
    assert Path(path).read_bytes().count(b"OggS") > before.count(b"OggS")
    assert len(written.patch) < 4096
    assert take_back(path, written) is Undone.RESTORED
    assert Path(path).read_bytes() == before


def test_a_patch_of_another_file_is_refused(tmp_path: Path) -> None:
    path = sample(tmp_path, "wav")
    written = write(path, "kick")
    outcome = undo(replace(past(path, written), patch=b"broken"))
    assert outcome.kind is Undone.REFUSED
    assert outcome.problem is not None
    assert outcome.problem.code == "patch"
    other = sample(tmp_path, "wav24", "other")
    wrong = write(other, "snare", "bright")
    outcome = undo(replace(past(path, written), patch=wrong.patch))
    assert outcome.kind is Undone.REFUSED
    assert b"kick" in Path(path).read_bytes()
    assert sorted(os.listdir(tmp_path)) == ["other.wav", "tone.wav"]
