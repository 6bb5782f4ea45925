import pytest

from earmark_db.keys import canonical_key, canonical_root


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Am", "Am"),
        ("a minor", "Am"),
        ("Bb min", "A#m"),
        ("B♭", "A#"),
        ("F sharp minor", "F#m"),
        ("Gflat major", "F#"),
        ("Cb", "B"),
        ("e#m", "Fm"),
        ("C maj", "C"),
        ("H", None),
        ("", None),
        ("Amen", None),
        ("A minor 7", None),
    ],
)
def test_keys_have_one_spelling(text: str, key: str | None) -> None:
    assert canonical_key(text) == key


def test_a_root_has_no_mode() -> None:
    assert canonical_root("eb") == "D#"
    assert canonical_root("Am") is None
