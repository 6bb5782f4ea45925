"""Broader tags come with narrower ones, and a person's word outranks that."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from earmark_daemon.tagging.broader import Hierarchy, in_order, with_broader
from earmark_db.records import Tag

INSTRUMENTS = ("kick", "snare")


def set_of(tag: str) -> str:
    return "instrument" if tag in INSTRUMENTS else "own"


def tags(
    given: dict[str, tuple[float, str]],
    above: dict[str, str],
    refused: Any = (),
    off: Any = (),
    exclusive: Any = ("instrument",),
    sure_from: Any = MappingProxyType({}),
) -> dict[str, tuple[float, str]]:
    own = [Tag(tag, set_of(tag), score, source) for tag, (score, source) in given.items()]
    hierarchy = Hierarchy(above, set_of, exclusive, off, sure_from)
    found = with_broader(own, hierarchy, refused)
    assert len({(tag.set, tag.tag) for tag in found}) == len(found)
    return {tag.tag: (tag.score, tag.source) for tag in found}


SUB = {"808": "kick", "kick": "drums", "snare": "drums", "drums": "rhythm"}


def test_all_that_is_broader_comes_along_as_sure_as_the_surest() -> None:
    assert tags({"kick": (0.8, "name")}, SUB) == {
        "kick": (0.8, "name"),
        "drums": (0.8, "narrower"),
        "rhythm": (0.8, "narrower"),
    }
    both = tags({"kick": (0.6, "model"), "dusty": (0.9, "model")}, {**SUB, "dusty": "drums"})
    assert both["drums"] == both["rhythm"] == (0.9, "narrower")


def test_nothing_changes_where_nothing_lies_under_anything() -> None:
    given = {"kick": (0.8, "model"), "dusty": (0.6, "person")}
    assert tags(given, {"tom": "drums"}) == given


def test_what_is_given_already_stays_unless_a_narrower_one_is_surer() -> None:
    assert tags({"kick": (0.8, "model"), "drums": (1.0, "person")}, SUB)["drums"][1] == "person"
    assert tags({"kick": (0.8, "model"), "drums": (0.9, "model")}, SUB)["drums"] == (0.9, "model")
    assert tags({"kick": (0.8, "model"), "drums": (0.7, "model")}, SUB)["drums"] == (
        0.8,
        "narrower",
    )


def test_what_a_person_refused_is_not_given_nor_what_lies_above_it() -> None:
    refused = {("own", "drums")}
    assert set(tags({"kick": (0.8, "model")}, SUB, refused)) == {"kick"}
    other_way = {**SUB, "loud": "rhythm"}
    given = {"kick": (0.8, "model"), "loud": (0.5, "model")}
    assert tags(given, other_way, refused)["rhythm"] == (0.5, "narrower")


def test_a_tag_that_is_off_is_left_out_and_those_above_it_are_not() -> None:
    assert set(tags({"kick": (0.8, "model")}, SUB, off={"drums"})) == {"kick", "rhythm"}


def test_a_broader_tag_may_have_to_be_surer() -> None:
    wanted = {"drums": 0.8}
    assert set(tags({"kick": (0.7, "model")}, SUB, sure_from=wanted)) == {"kick", "rhythm"}
    surer = {"kick": (0.7, "model"), "snare": (0.8, "model")}
    assert "drums" in tags(surer, SUB, sure_from=wanted, exclusive=())


def test_an_exclusive_set_keeps_one_tag_the_surest_or_a_persons() -> None:
    surer = tags({"snare": (0.5, "model"), "808": (0.9, "model")}, SUB)
    assert set(surer) == {"808", "kick", "drums", "rhythm"}
    assert surer["kick"] == (0.9, "narrower")
    less = tags({"snare": (0.95, "model"), "808": (0.9, "model")}, SUB)
    assert set(less) == {"808", "snare", "drums", "rhythm"}
    alike = tags({"snare": (0.9, "model"), "808": (0.9, "model")}, SUB)
    assert set(alike) == {"808", "snare", "drums", "rhythm"}
    said = tags({"snare": (1.0, "person"), "808": (1.0, "person")}, SUB)
    assert set(said) == {"808", "snare", "drums", "rhythm"}
    two_words = {"snare": (1.0, "person"), "kick": (1.0, "person")}
    assert set(tags(two_words, SUB)) == {"snare", "kick", "drums", "rhythm"}
    assert "kick" in tags({"snare": (0.5, "model"), "808": (0.4, "model")}, SUB, exclusive=())


def test_one_tag_of_an_exclusive_set_may_lie_under_another() -> None:
    for above in ({"snare": "kick"}, {"kick": "snare"}):
        (narrow, broad), *_ = above.items()
        for source in ("model", "person"):
            both = tags({narrow: (0.8, source)}, above)
            assert both == {narrow: (0.8, source), broad: (0.8, "narrower")}
        surer = tags({narrow: (0.5, "model"), "808": (0.9, "model")}, {**above, "808": broad})
        assert surer == {narrow: (0.5, "model"), "808": (0.9, "model"), broad: (0.9, "narrower")}


def test_tags_are_listed_below_the_broader_one_the_most_frequent_first() -> None:
    counts = {
        ("instrument", "kick"): 5,
        ("instrument", "snare"): 7,
        ("own", "808"): 2,
        ("own", "drums"): 12,
        ("own", "warm"): 9,
        ("own", "zap"): 9,
    }
    above = {"808": "kick", "kick": "drums", "snare": "drums", "zap": "gone"}
    assert [(depth, tag) for depth, (_, tag) in in_order(counts, above)] == [
        (0, "drums"),
        (1, "snare"),
        (1, "kick"),
        (2, "808"),
        (0, "warm"),
        (0, "zap"),
    ]
