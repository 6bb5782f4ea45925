"""Fields that hold several values, or the same twice: whatever vendors wrote stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mutagen
import pytest
from mutagen.id3 import COMM, TCON
from mutagen.mp4 import MP4
from tests.daemon.writing.past import past
from tests.encoded import FORMATS, encoded, sample

from earmark_daemon.writing import Prepared, Refused, Undone, commit, prepare, undo
from earmark_daemon.writing.formats.mp4 import Mp4File
from earmark_daemon.writing.merge import split_genres

TAGGABLE = [kind for kind in FORMATS if kind != "rf64"]
GENRES = ["Techno", "Deep House"]
COMMENTS = ["made in Berlin", "and in Lagos"]


def vendor(path: str) -> None:
    """Two genres and two comments, as mutagen writes several values."""
    audio: Any = mutagen.File(path)
    if audio.tags is None:
        audio.add_tags()
    if hasattr(audio.tags, "getall"):
        audio.tags.add(TCON(encoding=3, text=GENRES))
        audio.tags.add(COMM(encoding=3, lang="eng", desc="", text=COMMENTS))
    elif isinstance(audio, MP4):
        audio["\xa9gen"], audio["\xa9cmt"] = GENRES, COMMENTS
    else:
        audio["genre"], audio["comment"] = GENRES, COMMENTS
    audio.save()


def words(path: str) -> tuple[set[str], str]:
    """The genres, and all comments in one text, as mutagen reads them."""
    tags: Any = mutagen.File(path).tags
    if hasattr(tags, "getall"):
        genres, comments = tags["TCON"].text, [t for each in tags.getall("COMM") for t in each.text]
    elif isinstance(tags, mutagen.mp4.MP4Tags):
        genres, comments = tags["\xa9gen"], tags["\xa9cmt"]
    else:
        genres, comments = tags["genre"], tags["comment"]
    return set(split_genres(tuple(str(genre) for genre in genres))), " ".join(map(str, comments))


def write(path: str, term: str) -> Prepared:
    written = prepare(path, (term,))
    assert isinstance(written, Prepared), written
    commit(written)
    return written


@pytest.mark.parametrize("kind", TAGGABLE)
def test_every_value_of_a_vendor_stays_and_comes_back(tmp_path: Path, kind: str) -> None:
    path = sample(tmp_path, kind)
    vendor(path)
    before = Path(path).read_bytes()
    written = write(path, "kick")
    genres, comments = words(path)
    assert genres == {*GENRES, "kick"}
    assert all(comment in comments for comment in COMMENTS)
    assert undo(past(path, written)).kind is Undone.RESTORED
    assert Path(path).read_bytes() == before


@pytest.mark.parametrize("kind", ["flac", "ogg", "opus", "oggflac"])
def test_a_word_of_a_vendor_that_shares_a_value_with_others_stays(
    tmp_path: Path, kind: str
) -> None:
    path = sample(tmp_path, kind)
    audio: Any = mutagen.File(path)
    audio["genre"] = "kick; drums"
    audio.save()
    for term in ("kick", "snare"):
        written = write(path, term)
        assert words(path)[0] == {"kick", "drums", term}
    audio = mutagen.File(path)
    audio["title"] = "saved by another program"
    audio.save()
    undone = undo(past(path, written))
    assert undone.kind is Undone.MARKS_REMOVED
    assert mutagen.File(path)["genre"] == ["kick; drums"]


def with_numbered_genre(path: str, genres: list[str], number: int) -> None:
    """Genres in words, and one beside them by its number, which mutagen would not write."""
    audio = MP4(path)
    audio["\xa9gen"], audio["\xa9grp"] = genres, [f"\0{chr(number)}"]
    audio.save()
    data = Path(path).read_bytes()
    assert data.count(b"\xa9grp") == 1
    Path(path).write_bytes(data.replace(b"\xa9grp", b"gnre"))


@pytest.mark.parametrize(
    ("genres", "expected"),
    [
        (["Techno"], ["Techno; Rock; kick"]),
        (["Rock"], ["Rock; kick"]),
        (["Rock", "Rock"], ["Rock; Rock; kick"]),
    ],
)
def test_a_genre_in_mp4_that_stands_there_by_number_stays_in_words(
    tmp_path: Path, genres: list[str], expected: list[str]
) -> None:
    path = sample(tmp_path, "m4a")
    with_numbered_genre(path, genres, 18)
    write(path, "kick")
    assert MP4(path)["\xa9gen"] == expected


def test_a_genre_that_our_own_reader_overlooks_is_missed_before_the_copy_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sample(tmp_path, "m4a")
    vendor(path)
    before = Path(path).read_bytes()
    texts = Mp4File._texts
    monkeypatch.setattr(Mp4File, "_texts", lambda self, wanted: texts(self, wanted)[:1])
    refused = prepare(path, ("kick",))
    assert isinstance(refused, Refused)
    assert "a genre that was in the file is missing" in refused.problem.message
    assert Path(path).read_bytes() == before


def test_a_number_of_ours_is_taken_out_again(tmp_path: Path) -> None:
    path = sample(tmp_path, "m4a")
    for terms in (("80", "kick"), ("kick",), ()):
        written = prepare(path, terms)
        assert isinstance(written, Prepared), written
        commit(written)
    assert "\xa9gen" not in MP4(path)


def test_a_word_that_a_vendor_has_in_the_other_store_is_theirs_in_both(tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    info = b"INFOIGNR" + (6).to_bytes(4, "little") + b"drums\0"
    data = encoded("wav") + b"LIST" + len(info).to_bytes(4, "little") + info
    path.write_bytes(data[:4] + (len(data) - 8).to_bytes(4, "little") + data[8:])
    for terms in (("drums", "kick"), ("snare",), ()):
        prepared = prepare(str(path), terms)
        assert isinstance(prepared, Prepared), prepared
        commit(prepared)
    assert path.read_bytes()[8:].startswith(data[8:])
    tags: Any = mutagen.File(path).tags
    assert tags.pprint() == "TCON=drums"
