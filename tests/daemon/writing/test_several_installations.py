"""Two Earmarks that write into the same files: neither takes out the other's words, and it ends."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import mutagen
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen.id3 import TCON
from tests.daemon.audio_files import write as write_sound
from tests.daemon.writing.past import past
from tests.encoded import FORMATS, sample

from earmark_daemon.writing import (
    Prepared,
    Unchanged,
    Undone,
    WriteOptions,
    WrittenBefore,
    commit,
    prepare,
    read_metadata,
    undo,
)
from earmark_daemon.writing import record as records
from earmark_daemon.writing.ableton import FILE, FOLDER
from earmark_daemon.writing.desktop import XDG
from earmark_daemon.writing.formats.base import Store
from earmark_daemon.writing.merge import merge, split_genres
from earmark_daemon.writing.outcomes import FieldChange
from earmark_daemon.writing.record import ANYBODY
from earmark_daemon.writing.terms import clean

DESK, LAPTOP = "d" * 16, "a" * 16
ALL = WriteOptions()
WORDS = st.lists(st.sampled_from(["kick", "Kick", "dark", "deep", "lo-fi", "キック"]), max_size=4)


def write_as(who: str, path: str, *terms: str, **options: Any) -> Prepared | None:
    """Write as an installation does; None where the file says all of it already."""
    prepared = prepare(path, terms, WriteOptions(writer=who, **options))
    if isinstance(prepared, Unchanged):
        return None
    assert isinstance(prepared, Prepared), prepared
    commit(prepared)
    return prepared


def take_back(who: str, path: str, write: Prepared, *changes: FieldChange) -> Undone:
    assert write.writer == who
    written = WrittenBefore(changes or write.changes, write.content, who)
    return undo(past(path, write, written)).kind


def until_it_ends(path: str, wanted: Mapping[str, tuple[str, ...]], **options: Any) -> int:
    """Have installations write in turns until none of them changes anything; how many wrote."""
    writes = 0
    for _ in range(5):
        before = writes
        writes += sum(bool(write_as(who, path, *terms, **options)) for who, terms in wanted.items())
        if writes == before:
            return writes
    raise AssertionError("it does not end")


def ours(path: str) -> set[str]:
    return set(read_metadata(path).ours)


@pytest.mark.parametrize("kind", FORMATS)
def test_each_keeps_its_own_words_and_it_ends(tmp_path: Path, kind: str) -> None:
    path = sample(tmp_path, kind)
    assert until_it_ends(path, {DESK: ("kick", "dark"), LAPTOP: ("kick", "deep")}) == 2
    assert ours(path) == {"kick", "dark", "deep"}

    assert until_it_ends(path, {LAPTOP: ("snare",), DESK: ("kick", "dark")}) == 1
    assert ours(path) == {"kick", "dark", "snare"}

    assert until_it_ends(path, {DESK: ("dark",), LAPTOP: ("kick", "snare")}) == 2
    assert ours(path) == {"kick", "dark", "snare"}, "what one of them unsaid, the other still says"

    write_as(DESK, path)
    assert ours(path) == {"kick", "snare"}
    write_as(LAPTOP, path)
    left = read_metadata(path)
    assert (left.ours, left.genre, left.comment) == ((), (), "")


@pytest.mark.parametrize("kind", FORMATS)
def test_each_takes_back_its_own_words_alone(tmp_path: Path, kind: str) -> None:
    path = sample(tmp_path, kind)
    vendors = Path(path).read_bytes()
    first = write_as(DESK, path, "kick", "dark")
    theirs = Path(path).read_bytes()
    second = write_as(LAPTOP, path, "kick", "deep")
    assert first
    assert second

    both = Path(path).read_bytes()
    assert take_back(DESK, path, first) is Undone.MARKS_REMOVED
    assert ours(path) == {"deep"}

    Path(path).write_bytes(both)
    assert take_back(LAPTOP, path, second) is Undone.RESTORED
    assert Path(path).read_bytes() == theirs
    assert take_back(DESK, path, first) is Undone.RESTORED
    assert Path(path).read_bytes() == vendors


@pytest.mark.parametrize("kind", FORMATS)
def test_words_of_all_go_where_all_are_meant(tmp_path: Path, kind: str) -> None:
    path = sample(tmp_path, kind)
    until_it_ends(path, {DESK: ("kick",), LAPTOP: ("deep", "dark"), "c" * 16: ("lo-fi",)})
    write_as(ANYBODY, path)
    left = read_metadata(path)
    assert (left.ours, left.genre, left.comment) == ((), (), "")
    assert prepare(path, ()) == Unchanged(path)


def test_a_record_from_before_there_were_ids_is_ours_and_is_not_written_for_its_id_alone(
    tmp_path: Path,
) -> None:
    path = sample(tmp_path, "flac")
    write_as(ANYBODY, path, "kick", "dark")
    assert write_as(DESK, path, "kick", "dark") is None
    assert write_as(LAPTOP, path, "kick", "deep")
    assert ours(path) == {"kick", "deep"}
    assert until_it_ends(path, {DESK: ("kick", "dark"), LAPTOP: ("kick", "deep")}) == 1
    assert ours(path) == {"kick", "dark", "deep"}


def test_an_older_build_finds_the_words_of_whoever_wrote_last(tmp_path: Path) -> None:
    path = sample(tmp_path, "flac")
    until_it_ends(path, {DESK: ("kick",), LAPTOP: ("deep",)})
    (text,) = mutagen.File(path)["earmark"]
    said = json.loads(text)
    assert said["v"] == 1
    assert {word for words, refused in said["fields"].values() for word in words} == {"deep"}
    assert all(len(mark) == 2 for mark in said["fields"].values())


def test_what_a_person_took_out_stays_out_whoever_had_written_it(tmp_path: Path) -> None:
    path = sample(tmp_path, "mp3")
    until_it_ends(path, {DESK: ("kick", "dark"), LAPTOP: ("kick", "dark", "deep")})
    tags = mutagen.File(path)
    tags["TCON"] = TCON(encoding=3, text=["kick; deep"])
    comment = tags.tags.getall("COMM")[0]
    comment.text = [comment.text[0].replace("[earmark: kick, dark]", "[earmark: kick]")]
    tags.save()
    for _ in range(2):
        until_it_ends(path, {LAPTOP: ("kick", "dark", "deep"), DESK: ("kick", "dark")})
        assert ours(path) == {"kick", "deep"}


def test_tags_in_the_desktop_and_in_live_are_shared_too(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "tone.wav")
    wanted = {DESK: ("kick", "dark"), LAPTOP: ("kick", "deep")}
    assert until_it_ends(path, wanted, xdg_tags=True, ableton=True) == 2
    assert os.getxattr(path, XDG) == b"kick,dark,deep"
    live = tmp_path / FOLDER / FILE
    for word in ("Drums|Kick", "Earmark|Dark", "Earmark|Deep"):
        assert live.read_text().count(f">{word}<") == 1

    write_as(DESK, path)
    assert os.getxattr(path, XDG) == b"deep"
    assert "Drums|Kick" not in live.read_text()
    assert "Earmark|Deep" in live.read_text()


def test_what_stands_beside_a_file_is_taken_back_for_one_of_them_alone(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "tone.wav")
    first = write_as(DESK, path, "dark", xdg_tags=True, ableton=True)
    between = Path(path).read_bytes()
    assert first
    assert write_as(LAPTOP, path, "dark", "deep", xdg_tags=True, ableton=True)
    attributes = {name: os.getxattr(path, name) for name in os.listxattr(path)}
    Path(path).write_bytes(between)
    for name, value in attributes.items():
        os.setxattr(path, name, value)
    assert take_back(DESK, path, first) is Undone.RESTORED
    assert os.getxattr(path, XDG) == b"deep"
    live = (tmp_path / FOLDER / FILE).read_text()
    assert "Earmark|Deep" in live
    assert "Earmark|Dark" not in live


class Shared:
    """Two stores of one file and its record, as each installation in turn writes them."""

    def __init__(self, genre: str, comment: str, apart: tuple[str, ...]) -> None:
        self.stores: tuple[Store, ...] = (
            Store("INFO", (genre,) if genre else (), comment, codec="cp1252"),
            Store("Vorbis", apart, comment, joined=False),
        )
        self.record = ""

    def write(self, who: str, terms: tuple[str, ...]) -> bool:
        """Whether that changes anything."""
        known = records.load(self.record, who)
        stores, new = merge(self.stores, known, terms, ALL)
        if stores == self.stores and new == known:
            return False
        self.stores, self.record = stores, records.dump(new, who)
        return True

    def standing(self) -> set[str]:
        return {word.casefold() for word in split_genres(self.stores[1].genre)}


@given(
    st.lists(st.sampled_from(["Vendor", "kick", "Drum;Deep", " dark "]), max_size=3),
    st.sampled_from(["", "Berlin", "x [earmark: lead]", "[earmark: lead, pad] y"]),
    st.lists(st.tuples(st.booleans(), WORDS), max_size=8),
    WORDS,
    WORDS,
)
def test_whatever_two_of_them_write_ends_with_the_words_of_both(
    theirs: list[str],
    comment: str,
    rounds: list[tuple[bool, list[str]]],
    desks: list[str],
    laptops: list[str],
) -> None:
    file = Shared("; ".join(theirs), comment, tuple(theirs))
    before = file.standing()
    for by_desk, terms in rounds:
        file.write(DESK if by_desk else LAPTOP, clean(terms))
    wanted = {DESK: clean(desks), LAPTOP: clean(laptops)}
    for _ in range(4):
        last = [file.write(who, terms) for who, terms in wanted.items()]
    assert not any(last), "it does not end"
    both = {term.casefold() for terms in wanted.values() for term in terms}
    assert file.standing() == before | both
    file.write(DESK, ())
    assert file.standing() >= before | {term.casefold() for term in wanted[LAPTOP]} - {
        term.casefold() for term in wanted[DESK]
    }
    file.write(LAPTOP, ())
    assert file.standing() == before
