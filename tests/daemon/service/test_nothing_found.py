"""What is said of a search that finds nothing."""

from __future__ import annotations

import pytest
from tests.db.sounds import tagged

from earmark_daemon.service.nothing_found import misread, why_nothing
from earmark_db.filters import FILTERS, take_filters
from earmark_db.index import Index


@pytest.fixture
def library(index: Index) -> Index:
    tagged(index, "/Drums/boom 01.wav", "kick", "deep house")
    tagged(index, "/Drums/crack 01.wav", "snare")
    return index


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("bpm:fast", "“bpm:fast” is not understood; write it like bpm:128, bpm:120-130 or"),
        ("kick Key:H", "“Key:H” is not understood; write it like Key:Am or Key:F#."),
        ("kind:lop", "write it like kind:one-shot or kind:loop."),
        (
            "drum:kick",
            "“drum:” is nothing to search by; these are: tag:, name:, folder:, bpm:, len",
        ),
        ("tag:kik", "Nothing matches “tag:kik”. Did you mean “kick”?"),
        ("boom snair", "Nothing matches “snair”. Did you mean “snare”?"),
        ('tag:"Deep hause"', 'Nothing matches “tag:"Deep hause"”. Did you mean “deep house”?'),
        ("trombone or bpm:fast", "“bpm:fast” is not understood"),
        ("trombone OR snair", "Nothing matches “snair”. Did you mean “snare”?"),
        ("kick trombone", "No sound at all matches “trombone”."),
        ("kick bpm:128", "No sound at all matches “bpm:128”."),
        ("trombone bpm:fast", "“bpm:fast” is not understood"),
        ("trombone", None),
        ("bpm:128", None),
        ("kick crack", None),
        ('tag:="deep hause"', 'Nothing matches “tag:="deep hause"”. Did you mean “deep house”?'),
        ("kick -tag:kick", None),
        ("-kik snare kick", None),
        ("https://trombone", None),
        (r"c:\trombone", None),
        ("()*", None),
        ("", None),
    ],
)
def test_a_slip_is_named(library: Index, query: str, said: str | None) -> None:
    assert library.search.count(query) == 0 or not query
    why = why_nothing(library, query)
    assert why is None if said is None else said in (why or "")


@pytest.mark.parametrize(
    ("query", "understood"),
    [
        ("trombone bpm:fast", False),
        ("kick drum:x", False),
        ("trombone OR drum:x", False),
        ("trombone OR tuba", True),
        ("trombone", True),
        ("tag:kik", True),
        ("bpm:128", True),
    ],
)
def test_what_is_not_understood_is_told_apart_from_what_is_not_there(
    library: Index, query: str, understood: bool
) -> None:
    assert (misread(library, query) is None) is understood


def test_what_looks_like_a_filter_and_stands_in_a_name_is_understood(library: Index) -> None:
    tagged(library, "/Vinyl/side:a.wav")
    assert misread(library, "trombone side:a") is None


def test_every_form_that_is_proposed_is_understood() -> None:
    for name, known in FILTERS.items():
        assert known.values
        for value in known.values:
            assert len(take_filters(f"{name}:{value}")[1]) == 1, f"{name}:{value}"


def test_tags_are_named_once_whatever_set_they_are_of(library: Index) -> None:
    tagged(library, "/Drums/another.wav", "kick")
    assert library.tags.names() == ["deep house", "kick", "snare"]


def test_an_index_without_tags_names_none(index: Index) -> None:
    assert index.tags.names() == []
    assert why_nothing(index, "tag:kik") is None


def test_a_tag_that_only_sounds_of_folders_of_before_have_is_not_proposed_for_itself(
    library: Index,
) -> None:
    tagged(library, "/Unwatched/hum.wav", "wobble")
    library.files.gone(["/Unwatched/hum.wav"])
    assert "wobble”?" not in (why_nothing(library, "wobble") or "")


def test_a_tag_whose_sounds_are_gone_is_not_what_was_meant(library: Index) -> None:
    tagged(library, "/gone/01.wav", "mine2")
    assert why_nothing(library, "tag:mine1") == "Nothing matches “tag:mine1”. Did you mean “mine2”?"
    library.files.gone(["/gone/01.wav"])
    assert why_nothing(library, "tag:mine1") is None
