"""“or” in a search: what it joins, and that it finds what either side finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.db.sounds import tagged

from earmark_db.alternatives import take_alternatives
from earmark_db.index import Index

OTHER_NAMES = {"hi hat": "hihat", "hat": "hihat", "vox": "vocal"}
SIDES = ("kick", "hi hat", '"deep house"', "tag:=snare", "length:>1.2", "-kick", "is:untagged", "!")


@pytest.mark.parametrize(
    ("query", "plain", "choices"),
    [
        ("kick or snare", "", [["kick", "snare"]]),
        ("kick OR snare | clap", "", [["kick", "snare", "clap"]]),
        ("kick|snare", "", [["kick", "snare"]]),
        ("dusty kick or snare -loop", "dusty -loop", [["kick", "snare"]]),
        ("kick or hi hat loud", "loud", [["kick", "hi hat"]]),
        ("a or b c or d", "", [["a", "b"], ["c", "d"]]),
        ('"a or b" or bpm:90-100', "", [['"a or b"', "bpm:90-100"]]),
        ("kick or", "kick or", []),
        ("kick OR", "kick", []),
        ("kick |", "kick", []),
        ("or gan", "or gan", []),
        ("| kick || ", "kick", []),
        ("kick or or snare", "kick", [["or", "snare"]]),
        ("", "", []),
    ],
)
def test_or_joins_the_parts_beside_it(query: str, plain: str, choices: list[list[str]]) -> None:
    assert take_alternatives(query, OTHER_NAMES) == (plain, choices)


def test_what_has_no_or_stays_as_it_was_typed() -> None:
    query = '  kick   "deep  house" -loop '
    assert take_alternatives(query, OTHER_NAMES) == (query, [])


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    path = tmp_path_factory.mktemp("alternatives") / "index.sqlite"
    index = Index.for_writing(path)
    for number, (name, tags) in enumerate(
        [
            ("boom", ["kick"]),
            ("crack", ["snare"]),
            ("tick", ["hihat"]),
            ("pad", ["deep house"]),
            ("kick and tick", ["kick", "hihat"]),
            ("nothing", []),
        ]
    ):
        tagged(index, f"/Drums {number}/{name}.wav", *tags)
    index.close()
    reader = Index.for_reading(path, OTHER_NAMES)
    yield reader
    reader.close()


def found(index: Index, query: str) -> set[str]:
    names = [Path(hit.path).stem for hit in index.search.find(query)]
    assert len(names) == len(set(names)) == index.search.count(query)
    return set(names)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("snare or kick", {"boom", "crack", "kick and tick"}),
        ("kick or snare -tick", {"boom", "crack"}),
        ("tag:snare or hi hat", {"crack", "tick", "kick and tick"}),
        ("tag:=snare or is:untagged", {"crack", "nothing"}),
        ("tag:kick or snare tag:hihat or trombone", {"kick and tick"}),
        ("is:untagged or -is:tagged", {"nothing"}),
        ("trombone or tuba", set()),
        ("! or !", set()),
        ("kick ! or !", {"boom", "kick and tick"}),
    ],
)
def test_either_is_found(library: Index, query: str, names: set[str]) -> None:
    assert found(library, query) == names


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    sides=st.lists(st.sampled_from(SIDES), min_size=2, max_size=4), beside=st.sampled_from(SIDES)
)
def test_or_finds_what_its_sides_find(library: Index, sides: list[str], beside: str) -> None:
    meant = [side for side in sides if side != "!"]
    either = set[str]().union(*(found(library, side) for side in meant))
    assert found(library, " or ".join(sides)) == either
    if meant and beside != "!":
        both = found(library, f"{beside} {' | '.join(sides)}")
        assert both == either & found(library, beside)
