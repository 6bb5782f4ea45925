"""Words that stand together in a name: which of them says what the thing is."""

from __future__ import annotations

import pytest
from tests.daemon.tagging.clues import plainest, said

from earmark_daemon.tagging.lexicon import Grade
from earmark_daemon.tagging.names import evidence


def test_the_last_word_says_what_a_thing_is_and_those_before_it_of_what_kind() -> None:
    assert said(evidence("Piano Clap.wav")) == {"keys": Grade.LIKELY, "clap": Grade.SURE}


def test_words_that_stand_apart_count_in_full() -> None:
    assert said(evidence("cello_A3_1_piano_normal.wav")) == {
        "strings": Grade.SURE,
        "keys": Grade.SURE,
    }


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("Kick Bass.wav", {"kick", "bass"}),
        ("String Bass.wav", {"strings", "bass"}),
        ("Synth Brass.wav", {"synth", "brass"}),
        ("Double Bass pluck", {"strings", "bass"}),
        ("Finger Snap.wav", {"clap", "percussion"}),
    ],
)
def test_an_ambiguous_phrase_speaks_for_both_and_is_not_sure(name: str, labels: set[str]) -> None:
    grades = said(evidence(name))
    assert labels <= grades.keys()
    assert all(grades[label] < Grade.SURE for label in labels)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Slap Bass Guitar", "bass"),
        ("Upright Bass Guitar", "bass"),
        ("5 String Bass Guitar", "bass"),
        ("Acoustic Bass Drum", "kick"),
        ("808 Bass Drum", "kick"),
        ("Double Bass Drum", "kick"),
        ("Snare Rim Shot", "snare"),
    ],
)
def test_of_two_phrases_that_share_a_word_the_second_says_what_a_thing_is(
    name: str, label: str
) -> None:
    assert plainest(evidence(f"{name}.wav")) == {label}


@pytest.mark.parametrize(
    ("thing", "played", "alone"),
    [
        ("Clap", "808", "bass"),
        ("BD", "808", "bass"),
        ("Piano", "Chord", "synth"),
        ("Horns", "Stab", "synth"),
        ("Sax", "Lead", "synth"),
        ("Flute", "Phrase", "vocal"),
        ("Violin", "Riff", "guitar"),
    ],
)
def test_how_a_thing_is_played_speaks_only_where_nothing_says_what_it_is(
    thing: str, played: str, alone: str
) -> None:
    assert said(evidence(f"{thing} {played} 03.wav")) == said(evidence(f"{thing} 03.wav"))
    assert alone in plainest(evidence(f"{played}.wav"))


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Kick Vinyl 3", "kick"),
        ("Guitar Chorus", "guitar"),
        ("Lead Laser", "synth"),
        ("SN Glass", "snare"),
        ("Vinyl Crackle", "fx"),
        ("Laser 4", "fx"),
        ("Rain On Glass", "fx"),
        ("Verse 2", "vocal"),
    ],
)
def test_what_a_thing_is_like_speaks_only_where_nothing_says_what_it_is(
    name: str, label: str
) -> None:
    assert {clue.label for clue in evidence(f"{name}.wav")} == {label}


@pytest.mark.parametrize("thing", ["Snare", "Kick", "Room Tom"])
def test_the_overheads_are_no_open_hat(thing: str) -> None:
    assert said(evidence(f"{thing}_OH_v04.wav")) == said(evidence(f"{thing}_v04.wav"))
    assert plainest(evidence("OH_01.wav")) == {"hihat"}


@pytest.mark.parametrize(
    "name",
    [
        "Full Loop No Hats",
        "Full Loop NoSnare",
        "Full Mix w-o Kick",
        "Full Mix without Bass Drum",
        "Full Mix Minus Horns",
        "Ohne Bass",
        "Drum and Bass Loop",
    ],
)
def test_what_is_missing_says_nothing(name: str) -> None:
    assert evidence(f"{name}.wav") == ()


def test_what_is_missing_ends_with_the_thing() -> None:
    assert plainest(evidence("Piano No Drums.wav")) == {"keys"}
    assert plainest(evidence("No 3 Kick.wav")) == {"kick"}
    assert plainest(evidence("Kick No 12 Snare.wav")) == {"kick", "snare"}
