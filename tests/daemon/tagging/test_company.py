import numpy as np
import pytest

from earmark_daemon.tagging.company import in_company, kind_of, shares_of

KINDS = ("kick", "snare", "flute", "voice")


def heard(*rows: tuple[float, ...]) -> np.ndarray:
    return np.array(rows, dtype=np.float64)


LOST = (0.1, 0.1, 0.4, 0.4)
FLUTE = (0.05, 0.05, 0.8, 0.1)
VOICE = (0.05, 0.05, 0.1, 0.8)


def test_a_folder_where_most_sounds_are_flutes_is_one_of_flutes() -> None:
    assert kind_of(KINDS, heard(*[FLUTE] * 6, *[LOST] * 4)) == "flute"


def test_a_mixed_folder_is_of_no_kind() -> None:
    assert kind_of(KINDS, heard(*[FLUTE] * 8, *[VOICE] * 8)) is None


def test_sounds_that_nobody_recognises_make_no_kind() -> None:
    assert kind_of(KINDS, heard(*[(0.25,) * 4] * 50)) is None


@pytest.mark.parametrize("count", [0, 1])
def test_a_sound_alone_has_no_company(count: int) -> None:
    assert kind_of(KINDS, np.array([FLUTE] * count).reshape(count, 4)) is None


def test_two_sounds_say_less_than_twenty() -> None:
    assert shares_of(heard(*[FLUTE] * 2))[2] < shares_of(heard(*[FLUTE] * 20))[2]


def test_shares_are_those_of_the_sounds_behind_fair_scores() -> None:
    """Scores that are right as often as they say: the estimate finds the shares they came from."""
    random = np.random.default_rng(1)
    truth = random.choice(4, size=4000, p=(0.7, 0.1, 0.1, 0.1))
    likelihood = 0.1 * np.ones((4, 4)) + 0.6 * np.eye(4)
    seen = np.array([random.choice(4, p=likelihood[label]) for label in truth])
    scores = likelihood[:, seen].T / likelihood[:, seen].sum(axis=0)[:, None]
    assert shares_of(scores)[0] == pytest.approx(0.7, abs=0.03)


def test_company_moves_scores_towards_its_kind() -> None:
    before = dict(zip(KINDS, LOST, strict=True))
    after = in_company(before, "flute")
    assert after["flute"] > before["flute"]
    assert after["voice"] < before["voice"]
    assert sum(after.values()) == pytest.approx(1.0)


def test_without_a_kind_scores_stay() -> None:
    before = dict(zip(KINDS, LOST, strict=True))
    assert in_company(before, None) == before
    assert in_company(before, "tom") == before
    assert in_company({}, "kick") == {}
