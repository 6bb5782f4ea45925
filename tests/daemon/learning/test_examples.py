from __future__ import annotations

from earmark_daemon.learning.examples import Example, Said, examples_of

SAID = [
    Said("a", "rim", True, "/kit"),
    Said("a", "lofi", True, "/kit"),
    Said("b", "rim", False, "/kit"),
    Said("c", "lofi", True, "/other"),
    Said("c", "dusty", False, "/other"),
]


def test_what_was_said_is_gathered_sound_by_sound() -> None:
    examples = examples_of(SAID, "own", exclusive=False)
    assert examples.items == (
        Example("a", ("lofi", "rim"), (), "a", "/kit"),
        Example("b", (), ("rim",), "b", "/kit"),
        Example("c", ("lofi",), ("dusty",), "c", "/other"),
    )


def test_a_tag_that_no_sound_carries_is_no_label() -> None:
    examples = examples_of(SAID, "own", exclusive=False)
    assert examples.labels == ("lofi", "rim")
    assert examples.counts() == {"lofi": {"yes": 2, "no": 0}, "rim": {"yes": 1, "no": 1}}


def test_sounds_that_say_nothing_of_the_kept_tags_are_dropped() -> None:
    examples = examples_of(SAID, "own", exclusive=False).only(["rim"])
    assert [(item.content, item.yes, item.no) for item in examples.items] == [
        ("a", ("rim",), ()),
        ("b", (), ("rim",)),
    ]


def test_groups_are_put_in_by_content() -> None:
    examples = examples_of(SAID, "own", exclusive=False).grouped({"a": "g", "b": "g"})
    assert [item.group for item in examples.items] == ["g", "g", "c"]


def test_what_carries_a_tag_carries_those_above_unless_it_was_refused_them() -> None:
    said = [
        Said("a", "boomy", True),
        Said("b", "boomy deep", True),
        Said("c", "boomy deep", True),
        Said("c", "boomy", False),
    ]
    above = {"boomy deep": "boomy", "boomy": "drums"}
    examples = examples_of(said, "own", exclusive=False).with_broader(above)
    assert [(item.content, item.yes) for item in examples.items] == [
        ("a", ("boomy",)),
        ("b", ("boomy", "boomy deep")),
        ("c", ("boomy deep",)),
    ]


def test_where_a_sound_has_one_tag_at_most_the_narrowest_is_learnt() -> None:
    said = [Said("a", "kick", True), Said("a", "drums", True), Said("b", "drums", True)]
    said += [Said("c", "kick", True), Said("c", "snare", True)]
    above = {"kick": "acoustic", "acoustic": "drums"}
    examples = examples_of(said, "own", exclusive=True).narrowest(above)
    assert [item.yes for item in examples.items] == [("kick",), ("drums",), ("kick", "snare")]
    assert examples.labels == ("drums", "kick", "snare")
    examples = examples_of(said[:2], "own", exclusive=True).narrowest(above)
    assert examples.labels == ("kick",)
