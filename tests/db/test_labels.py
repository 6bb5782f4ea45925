"""People's words stand in the set that their tag belongs to, and none is lost on the way."""

from __future__ import annotations

from tests.db.sounds import tagged

from earmark_db.index import Index
from earmark_db.labels import Label

DARK, LOFI = Label("mood", "dark", True), Label("own", "lofi", True)


def said(index: Index, *labels: Label) -> None:
    """A person says so of one sound, one word after the other."""
    tagged(index, "/pack/a.wav", content="a")
    for label in labels:
        index.labels.put("a", [label])


def settled(index: Index, exclusive: bool = False) -> set[Label]:
    """What is known of the sound once all words stand in the set "mood"."""
    index.labels.settle(lambda tag: "mood", {"mood"} if exclusive else ())
    return set(index.labels.of("a"))


def test_a_word_goes_to_the_set_that_it_belongs_to(index: Index) -> None:
    said(index, DARK, LOFI)
    assert settled(index) == {DARK, Label("mood", "lofi", True)}


def test_a_word_that_finds_no_room_in_an_exclusive_set_stays_where_it_is(index: Index) -> None:
    said(index, LOFI, DARK)
    assert settled(index, exclusive=True) == {DARK, LOFI}


def test_a_word_that_is_said_of_no_other_sound_finds_room(index: Index) -> None:
    said(index, LOFI, Label("mood", "dark", False))
    tagged(index, "/pack/b.wav", content="b")
    index.labels.put("b", [DARK])
    assert settled(index, exclusive=True) == {
        Label("mood", "dark", False),
        Label("mood", "lofi", True),
    }


def test_not_this_always_finds_room(index: Index) -> None:
    said(index, DARK, Label("own", "lofi", False))
    assert settled(index, exclusive=True) == {DARK, Label("mood", "lofi", False)}


def test_of_two_words_about_one_tag_the_newer_counts(index: Index) -> None:
    said(index, Label("mood", "lofi", False), LOFI)
    assert settled(index) == {Label("mood", "lofi", True)}
    index.labels.put("a", [Label("own", "lofi", False)])
    index.labels.put("a", [Label("mood", "lofi", True)])
    assert settled(index) == {Label("mood", "lofi", True)}
