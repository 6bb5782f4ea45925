from __future__ import annotations

import unicodedata

import pytest

from earmark_daemon.tagging.tokens import words_of


def test_words_are_parted_by_case_digits_separators_and_lose_their_accents() -> None:
    assert words_of("HHOpen_02-BigRoom(Größe)") == ("hh", "open", "02", "big", "room", "grosse")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Cœur", ("coeur",)),
        ("SŒUR", ("soeur",)),
        ("Trær", ("traer",)),
        ("Fløjte", ("flojte",)),
        ("Głos", ("glos",)),
    ],
)
def test_letters_that_are_two_in_one_part_no_word(name: str, words: tuple[str, ...]) -> None:
    assert words_of(name) == words


def test_a_loop_in_katakana_is_a_word_of_its_own() -> None:
    assert words_of("ドラムループ01") == ("ドラム", "ループ", "01")
    assert words_of("ループベース") == ("ループ", "ベース")


def test_japanese_is_parted_where_one_kind_of_letter_ends() -> None:
    assert words_of("ピアノの和音3ベース・ギター") == (
        "ピアノ",
        "の",
        "和音",
        "3",
        "ベース",
        "ギター",
    )


@pytest.mark.parametrize("name", ["パッド", "ガム", "Größe", "Рабочий", "킥"])
def test_a_word_is_the_same_in_pieces_as_macos_writes_it(name: str) -> None:
    assert words_of(unicodedata.normalize("NFD", name)) == words_of(name)


def test_a_voiced_kana_is_a_letter_of_its_own() -> None:
    assert words_of("パッド") != words_of("ハット")


def test_capitals_in_the_plural_are_one_word_without_its_s() -> None:
    assert words_of("HHs GTRs_04 SDS HHsoft As") == ("hh", "gtr", "04", "sds", "h", "hsoft", "as")
