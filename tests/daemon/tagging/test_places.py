"""Where a word stands: in the name, in a folder near or far, in the file itself, or as a note."""

from __future__ import annotations

import pytest
from tests.daemon.tagging.clues import said

from earmark_daemon.tagging.lexicon import Grade
from earmark_daemon.tagging.names import Place, evidence, vendor_texts


def test_name_nearest_folder_and_farther_folders_are_told_apart() -> None:
    clues = evidence("/music/Strings/Pack/Vocals/Claps/kick 1.wav")
    assert said(clues) == {"kick": Grade.SURE}
    assert said(clues, Place.FOLDER) == {"clap": Grade.SURE}
    assert said(clues, Place.FARTHER) == {"vocal": Grade.LIKELY, "strings": Grade.LIKELY}


@pytest.mark.parametrize(
    ("path", "label", "grade"),
    [
        ("Joy Ride/Pads/JR_4.wav", "cymbal", Grade.LIKELY),
        ("The Kick Company/Ambient Pads/Slow Dawn.wav", "kick", Grade.LIKELY),
        ("Drums/Claps/Fingers/bodyclap.wav", "clap", Grade.SURE),
        ("Claps/Hits/04.wav", "clap", Grade.SURE),
        ("Joy Ride/Untitled/4.wav", "cymbal", Grade.SURE),
    ],
)
def test_a_farther_folder_counts_less_where_what_is_closer_names_something_else(
    path: str, label: str, grade: Grade
) -> None:
    assert said(evidence(path), Place.FARTHER)[label] is grade


def test_folders_far_above_say_nothing() -> None:
    assert evidence("/Kicks/a/b/c/d/e/1.wav") == ()


def test_backslashes_part_folders_too() -> None:
    assert said(evidence("C:\\Samples\\Kicks\\01.wav"), Place.FOLDER) == {"kick": Grade.SURE}


def test_embedded_texts_count_like_the_folder() -> None:
    assert said(evidence("01.wav", ["A big trumpet"]), Place.FOLDER) == {"brass": Grade.SURE}


def test_genres_and_words_of_earmarks_own_are_no_evidence() -> None:
    metadata = {"title": "Flute", "genre": ("kick",), "ours": ("kick",), "keywords": ("reed", 3)}
    assert vendor_texts(metadata) == ["Flute", "reed"]


@pytest.mark.parametrize("name", ["C4.wav", "VS_Trem_F#2.wav", "pno_As5_ff.wav", "x Bb-1.wav"])
def test_a_note_in_the_name_speaks_for_pitched_sounds(name: str) -> None:
    assert "keys" in said(evidence(name), Place.NOTE)
    assert "snare" not in said(evidence(name), Place.NOTE)


@pytest.mark.parametrize("name", ["H4.wav", "MP3.wav", "abc12.wav", "Take C.wav"])
def test_what_is_no_note_is_not_taken_for_one(name: str) -> None:
    assert said(evidence(name), Place.NOTE) == {}
