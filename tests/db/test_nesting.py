"""Tags under broader ones: put there, renamed with them, and never in a ring."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.db.sounds import tagged

from earmark_db.index import Index
from earmark_db.labels import Label
from earmark_db.merges import Word
from earmark_db.nesting import broader, renamed, taken_back, with_narrower
from earmark_db.records import Step

TAGS = "abcde"


def put(index: Index, *pairs: str) -> None:
    for tag, above in map(tuple, pairs):
        assert index.nesting.put(tag, above)


def test_a_tag_lies_under_one_other_and_never_under_itself(index: Index) -> None:
    put(index, "ab", "bc", "db")
    assert index.nesting.above() == {"a": "b", "b": "c", "d": "b"}
    assert list(broader("a", index.nesting.above())) == ["b", "c"]
    assert with_narrower(["b"], index.nesting.above()) == {"a", "b", "d"}
    assert with_narrower([], index.nesting.above()) == set()
    for tag, above in ("a", "a"), ("b", "a"), ("c", "a"), ("c", "d"):
        assert not index.nesting.put(tag, above)
    assert index.nesting.put("a", "c")
    assert index.nesting.put("b", None)
    assert index.nesting.above() == {"a": "c", "d": "b"}


@pytest.mark.parametrize(
    ("above", "after"),
    [
        ({"a": "c"}, {"b": "c"}),
        ({"c": "a"}, {"c": "b"}),
        ({"a": "c", "b": "d"}, {"b": "d"}),
        ({"a": "b"}, {}),
        ({"b": "a"}, {}),
        ({"b": "a", "a": "c"}, {"b": "c"}),
        ({"b": "d", "d": "a", "a": "c"}, {"d": "b", "b": "c"}),
        ({"a": "d", "d": "b"}, {"d": "b"}),
        ({"c": "d"}, {"c": "d"}),
    ],
)
def test_a_new_name_takes_the_place_of_the_old_one(
    above: dict[str, str], after: dict[str, str]
) -> None:
    assert renamed(above, "a", "b") == after


@some.composite
def trees(draw: some.DrawFn) -> dict[str, str]:
    """Each tag on top or under one that comes before it in some order."""
    order = draw(some.sampled_from(list(permutations(TAGS))))
    places = {
        tag: draw(some.sampled_from([None, *order[:place]])) for place, tag in enumerate(order)
    }
    return {tag: above for tag, above in places.items() if above is not None}


@given(trees(), some.permutations(TAGS))
def test_no_renaming_makes_a_ring(above: dict[str, str], names: list[str]) -> None:
    after = renamed(above, *names[:2])
    assert names[0] not in {*after, *after.values()}
    for start in after:
        tag = start
        for _ in TAGS:
            tag = after.get(tag, "")
        assert tag == ""


@given(trees(), some.permutations(TAGS))
def test_each_renaming_goes_back(above: dict[str, str], names: list[str]) -> None:
    after = renamed(above, *names[:2])
    moves = {tag: (above.get(tag), after.get(tag)) for tag in TAGS}
    assert taken_back(after, moves) == above


def test_a_renaming_goes_back_but_for_what_was_moved_since(index: Index) -> None:
    put(index, "ac", "da", "ea")
    made = index.merges.merge(Word("own", "a"), Word("own", "b"))
    assert made is not None
    assert set(made.moved) == {"a", "b", "d", "e"}
    assert index.merges.all() == [made]
    assert index.nesting.above() == {"b": "c", "d": "b", "e": "b"}
    put(index, "ec")
    undone = index.merges.undo(made.id)
    assert undone is not None
    assert set(undone.moved) == set(made.moved)
    assert index.nesting.above() == {"a": "c", "d": "a", "e": "c"}


def test_going_back_makes_no_ring_with_what_was_moved_since(index: Index) -> None:
    put(index, "da")
    made = index.merges.merge(Word("own", "a"), Word("own", "b"))
    assert made is not None
    put(index, "ad")
    assert index.nesting.above() == {"a": "d", "d": "b"}
    index.merges.undo(made.id)
    assert index.nesting.above() == {"a": "d"}


def test_labels_and_places_are_renamed_in_one_go(index: Index) -> None:
    tagged(index, "/s/a.wav", content="content")
    content = "content"
    index.labels.put(content, [Label("own", "a", True)])
    put(index, "ac")
    made = index.merges.merge(Word("own", "a"), Word("own", "b"))
    assert made is not None
    assert made.sounds == (content,)
    assert index.labels.of(content) == (Label("own", "b", True),)
    assert index.nesting.above() == {"b": "c"}
    assert index.merges.merge(Word("own", "nobody's"), Word("own", "b")) is None


def test_only_sounds_with_a_tag_wait_for_their_turn(index: Index) -> None:
    kick, _ = (tagged(index, f"/s/{tag}.wav", tag) for tag in ("kick", "snare"))
    assert index.queue.add_all(Step.RETAG, carrying=["nobody's"]) == 0
    assert index.queue.add_all(Step.RETAG, carrying=["kick", "nobody's"]) == 1
    assert index.queue.add_all(Step.RETAG, carrying=["kick"]) == 1
    assert [task.file_id for task in index.queue.due(Step.RETAG, 9)] == [kick]
