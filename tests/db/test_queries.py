"""What a person types, as FTS5 takes it; and what the paths above watched folders are worth."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.db.sounds import STAMP, tagged

from earmark_db import search
from earmark_db.index import Index
from earmark_db.queries import as_words, folder_words

Form = Literal["NFC", "NFD"]
FORMS: tuple[Form, ...] = ("NFC", "NFD")
OTHER_NAMES = {"hi hat": "hihat", "hat": "hihat", "hh": "hihat", "vox": "vocal", "fxs": "fx"}
SYNTAX = ("hi", " ", "hats", "-", "tag:", "name:", '"', "vox", "hi-hat", ":", "/", "risers", "(")
TAPE_1, TAPE_2 = "/Volumes/Tape 1/Music/Samples", "/Volumes/Tape 2/MyMusic/Zoë_mix/Loops"


@given(st.text(max_size=40) | st.lists(st.sampled_from(SYNTAX)).map("".join))
def test_no_query_is_a_syntax_error(query: str) -> None:
    words = as_words(query, OTHER_NAMES)
    with sqlite3.connect(":memory:") as connection:
        connection.execute("create virtual table words using fts5(tags, name, folder, metadata)")
        for expression in filter(None, (words.wanted, words.unwanted)):
            connection.execute("select * from words where words match ?", [expression]).fetchall()
    connection.close()


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_folder_has_words(folder: str, root: str) -> None:
    assert isinstance(folder_words(folder, root), str)
    assert folder_words(folder, None).split() == folder_words(folder, "/").split()


def fill(index: Index) -> None:
    first, second = (index.roots.add(root) for root in (TAPE_1, TAPE_2))
    tagged(index, f"{TAPE_1}/Kicks/boom.wav", "kick", root=first)
    tagged(index, f"{TAPE_1}/Bells/Music box.wav", "percussion", root=first)
    tagged(index, f"{TAPE_1}/OldMusic/thud.wav", root=first)
    tagged(index, f"{TAPE_2}/tape stop.wav", "fx", root=second, genre="Musical")
    tagged(index, "/tmp/Music/stray.wav")
    tagged(index, "/tmp/Music/gone.wav")
    index.files.gone(["/tmp/Music/gone.wav"])


def found(index: Index, query: str) -> set[str]:
    hits = index.search.find(query)
    names = {Path(hit.path).stem for hit in hits}
    assert index.search.count(query) == len(hits) == len(names)
    return names


PASTED = [
    (f"{TAPE_1}/Bells/Music box.wav", {"Music box"}),
    (f'"{TAPE_1}/Bells/Music box.wav"', {"Music box"}),
    (f" {TAPE_1}/Bells/Mus", {"Music box"}),
    (TAPE_1, {"boom", "Music box", "thud"}),
    ("file:///Volumes/Tape%202/MyMusic/Zo%C3%AB_mix/Loops/tape%20stop.wav", {"tape stop"}),
    ("/tmp/Music/gone.wav", set()),
    ("/Bells", {"Music box"}),
    ("/tmp/\ud800", {"stray"}),
    ("/tmp/\0", {"stray"}),
]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        *PASTED,
        ("music", {"Music box", "thud", "tape stop", "stray"}),
        ("m", {"Music box", "thud", "tape stop", "stray"}),
        ("tape", {"tape stop"}),
        ('"tape 2"', set()),
        ("volumes", set()),
        ("zoe", set()),
        ("boom -music -volumes", {"boom"}),
        ("samples", {"boom", "Music box", "thud"}),
        ("kicks", {"boom"}),
        ("folder:music", {"boom", "Music box", "thud", "tape stop", "stray"}),
        ("FOLDER:volumes/tape-1", {"boom", "Music box", "thud"}),
        ('folder:"Tape 2"', {"tape stop"}),
        ("folder:zoe_mi", {"tape stop"}),
        ("folder:mix-loops", {"tape stop"}),
        ("folder:samples/old", {"thud"}),
        ("folder:box", set()),
        (f'folder:"{TAPE_1}/OldMusic"', {"thud"}),
        (f"{TAPE_1}/Kicks", {"boom"}),
        (f'"{TAPE_1}"', {"boom", "Music box", "thud"}),
        ("-folder:volumes boom", set()),
    ],
)
@pytest.mark.parametrize("most", [0, 10_000])
def test_words_above_a_watched_folder_are_found_by_folder_or_path_alone(
    index: Index, query: str, names: set[str], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_RANKED", most)
    fill(index)
    assert found(index, query) == names


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "query", ["café", "ÜBER", "müsik/größe", "folder:jürgen/musik", "folder:jurgen"]
)
def test_letters_are_the_same_however_a_disk_spells_them(
    index: Index, query: str, form: Form
) -> None:
    root = unicodedata.normalize("NFD", "/Users/Jürgen/Müsik")
    path = unicodedata.normalize("NFD", "/Users/Jürgen/Müsik/Größe/Café Überton.wav")
    tagged(index, path, root=index.roots.add(root))
    assert index.search.count(unicodedata.normalize(form, query)) == 1
    assert index.search.count("jürgen") == 0


def test_a_path_in_the_home_folder_may_begin_with_a_tilde(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/zoe")
    tagged(index, "/home/zoe/a sound.wav")
    assert found(index, "~/a so") == {"a sound"}
    assert found(index, "~/b") == set()


def test_a_file_that_is_moved_has_the_words_of_where_it_lies(index: Index) -> None:
    fill(index)
    second = index.roots.add(TAPE_2)
    index.files.moved(f"{TAPE_1}/Kicks/boom.wav", f"{TAPE_2}/Drums/boom.wav", STAMP, second)
    assert found(index, "samples") == {"Music box", "thud"}
    assert found(index, "loops drums") == {"boom"}
    assert found(index, 'folder:"tape 2/my music"') == {"boom", "tape stop"}


def test_an_index_in_which_all_words_of_a_path_were_alike_is_migrated(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    index = Index.for_writing(path)
    fill(index)
    with index.transaction() as connection:
        connection.execute("update words set folder = 'Volumes Tape Music Samples Kicks'")
        connection.execute("delete from _sqlite_migrations where name = 'm007_above'")
    assert len(found(index, "tape")) == 5
    index.close()
    index = Index.for_writing(path)
    assert found(index, "tape") == {"tape stop"}
    assert found(index, "folder:tape") == {"boom", "Music box", "thud", "tape stop"}
    assert found(index, "tag:kick kicks") == {"boom"}
    index.files.gone([f"{TAPE_1}/Kicks/boom.wav"])
    assert found(index, "kicks") == set()
    index.close()


@pytest.mark.parametrize("word", ["한글", "ガラス", "Ёлка", "Việt", "किक"])
@pytest.mark.parametrize("typed", FORMS)
@pytest.mark.parametrize("kept", FORMS)
def test_letters_are_found_however_a_system_takes_them_apart(
    index: Index, word: str, kept: Form, typed: Form
) -> None:
    word = unicodedata.normalize(kept, word)
    root = index.roots.add(f"/{word}")
    tagged(index, f"/Lib/{word}.wav")
    tagged(index, f"/{word}/root.wav", root=root)
    tagged(index, f"/Lib/{word}/folder.wav")
    tagged(index, "/Lib/said.wav", comment=[word])
    query = unicodedata.normalize(typed, word)
    assert found(index, f"name:{query}") == {word}
    assert found(index, f"folder:{query}") == {"root", "folder"}
    assert found(index, query) == {word, "root", "folder", "said"}


@pytest.fixture
def named(tmp_path: Path, index: Index) -> Iterator[Index]:
    """An index in which sounds carry tags that have other names; no path says any of them."""
    for path, tags in (
        ("/p/tss.wav", ["hihat"]),
        ("/p/aah.wav", ["vocal", "riser"]),
        ("/p/Hi Hat Loop.wav", []),
        ("/p/hatsune.wav", []),
        ("/p/vox.wav", ["one shot"]),
    ):
        tagged(index, path, *tags)
    reader = Index.for_reading(tmp_path / "index.sqlite", OTHER_NAMES)
    yield reader
    reader.close()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("hat", {"tss", "Hi Hat Loop", "hatsune"}),
        ("hats", {"tss", "hatsune"}),
        ("HH", {"tss"}),
        ("hi hat", {"tss", "Hi Hat Loop"}),
        ("Hi-Hats", {"tss"}),
        ("hihats", {"tss"}),
        ("hi hat loop", {"Hi Hat Loop"}),
        ("-hats", {"aah", "Hi Hat Loop", "vox"}),
        ("vox", {"aah", "vox"}),
        ("tag:vox", {"aah"}),
        ("tag:hi-hat", {"tss"}),
        ("tag:risers", {"aah"}),
        ("one-shots", {"vox"}),
        ("vox risers", {"aah"}),
        ('"hi hat"', {"Hi Hat Loop"}),
        ('"vox"', {"vox"}),
        ("tag:=vox", set()),
        ("name:vox", {"vox"}),
        ("x/vox", set()),
        ("hi name:hat", {"Hi Hat Loop"}),
        ("hi -hat", set()),
        ("hihat -hats", {"tss"}),
        ("tag:hihat -hat", {"tss"}),
        ("vox.wav", {"vox"}),
        ("tag:=\udcff", set()),
    ],
)
@pytest.mark.parametrize("most", [0, 10_000])
def test_another_name_or_the_plural_of_a_tag_finds_what_carries_it(
    named: Index, query: str, names: set[str], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_RANKED", most)
    assert found(named, query) == names
