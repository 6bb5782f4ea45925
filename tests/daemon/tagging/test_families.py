"""Which names begin alike."""

from pathlib import Path

import pytest

from earmark_daemon.tagging.families import families_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zither_01.wav", "zither_02.flac"),
        ("zither C#3 v2.wav", "zither Eb4 v1.wav"),
        ("zitherLow1.wav", "Zither Low-2.wav"),
        ("Acme_Kick_01.wav", "ACME kick 7 hard.wav"),
        ("Été 1.wav", "ete_2.wav"),
        ("琴01.wav", "琴02.wav"),
    ],
)
def test_takes_of_one_thing_are_of_one_family(one: str, other: str) -> None:
    assert families_of(one)[0] == families_of(other)[0]


def test_the_closest_family_is_told_first() -> None:
    assert families_of("acme_kick_deep_01.wav") == (("acme", "kick"), ("acme",))


@pytest.mark.parametrize("name", ["001.wav", "C#3.wav", "a4_64.wav", "-"])
def test_a_name_without_a_word_has_no_family(name: str) -> None:
    assert families_of(name) == ()


def test_folders_do_not_count(tmp_path: Path) -> None:
    assert families_of(str(tmp_path / "flutes" / "zither.wav")) == (("zither",),)
