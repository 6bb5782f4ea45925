from __future__ import annotations

import pytest

from earmark_daemon.tagging.synonyms import other_names, synonyms
from earmark_db.queries import as_words

KNOWN = ("kick", "snare", "hihat", "bass", "fx")


def merged(counts: dict[str, int]) -> dict[str, str]:
    return {found.old: found.new for found in synonyms(counts, KNOWN)}


@pytest.mark.parametrize("word", ["kicks", "bd", "bass drum", "Kick Drum", "bassdrum"])
def test_words_for_a_kick_are_kicks(word: str) -> None:
    assert merged({word: 3}) == {word: "kick"}


def test_spelling_and_plural_go_to_the_word_that_is_used_most() -> None:
    assert merged({"lo-fi": 2, "lofi": 9, "lo fi": 1}) == {"lo-fi": "lofi", "lo fi": "lofi"}
    assert merged({"riser": 1, "risers": 4}) == {"riser": "risers"}


def test_a_slip_of_the_finger_is_seen() -> None:
    assert merged({"distorted": 12, "distroted": 1}) == {"distroted": "distorted"}


@pytest.mark.parametrize(
    "tags",
    [
        *(("dark", "bark"), ("warm", "worn"), ("glass", "class"), ("909", "808")),
        *(("crash", "cymbal"), ("🔥", "💀")),
    ],
)
def test_different_words_stay_apart(tags: tuple[str, str]) -> None:
    assert merged(dict.fromkeys(tags, 5)) == {}


def test_equals_are_merged_one_way_only() -> None:
    assert merged({"riser": 3, "risers": 3}) in ({"risers": "riser"}, {"riser": "risers"})


def test_a_word_for_several_things_is_left_alone() -> None:
    assert merged({"long": 3, "closed": 3, "punchy kick": 2}) == {}


def test_every_other_name_of_a_label_finds_its_tag() -> None:
    names = other_names()
    assert len(names) > 40
    for name, label in names.items():
        assert f'"{label}"' in as_words(name, names).wanted, name
