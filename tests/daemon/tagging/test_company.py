import numpy as np
import pytest

from earmark_daemon.tagging.company import in_company, kinds_of, shares_of

KINDS = ("kick", "snare", "flute", "voice")


def heard(*rows: tuple[float, ...]) -> np.ndarray:
    return np.array(rows, dtype=np.float64)


LOST = (0.1, 0.1, 0.4, 0.4)
FLUTE = (0.05, 0.05, 0.8, 0.1)
VOICE = (0.05, 0.05, 0.1, 0.8)


def kind_of(scores: np.ndarray, least_share: float = 0.6) -> str | None:
    return kinds_of(KINDS, scores, np.zeros(len(scores), dtype=np.int64), least_share).get(0)


def test_a_group_where_most_sounds_are_flutes_is_one_of_flutes() -> None:
    assert kind_of(heard(*[FLUTE] * 6, *[LOST] * 4)) == "flute"


def test_a_mixed_group_is_of_no_kind() -> None:
    assert kind_of(heard(*[FLUTE] * 8, *[VOICE] * 8)) is None


def test_what_most_sounds_are_depends_on_how_many_that_must_be() -> None:
    mostly = heard(*[FLUTE] * 6, *[VOICE] * 4)
    assert (kind_of(mostly, 0.5), kind_of(mostly, 0.6)) == ("flute", None)


def test_sounds_that_nobody_recognises_make_no_kind() -> None:
    assert kind_of(heard(*[(0.25,) * 4] * 50)) is None


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_sound_or_three_are_no_company(count: int) -> None:
    assert kind_of(np.array([FLUTE] * count).reshape(count, 4), 0.1) is None


def test_four_sounds_are_company() -> None:
    assert kind_of(heard(*[FLUTE] * 4), 0.5) == "flute"


def test_each_group_has_its_own_kind() -> None:
    scores = heard(*[FLUTE, VOICE, LOST] * 8)
    groups = np.array([7, 3, 5] * 8)
    assert kinds_of(KINDS, scores, groups, 0.6) == {7: "flute", 3: "voice"}


def test_groups_beside_it_do_not_change_a_groups_shares() -> None:
    alone = shares_of(heard(*[FLUTE] * 5, *[VOICE] * 3), np.zeros(8, dtype=np.int64))
    scores = heard(VOICE, *[FLUTE] * 5, LOST, *[VOICE] * 3)
    together = shares_of(scores, np.array([1, 0, 0, 0, 0, 0, 1, 0, 0, 0]))
    assert together[0] == pytest.approx(alone[0])


def test_two_sounds_say_less_than_twenty() -> None:
    scores, groups = heard(*[FLUTE] * 22), np.array([0] * 2 + [1] * 20)
    few, many = shares_of(scores, groups)[:, 2]
    assert few < many


def test_shares_are_those_of_the_sounds_behind_fair_scores() -> None:
    """Scores that are right as often as they say: the estimate finds the shares they came from."""
    random = np.random.default_rng(1)
    truth = random.choice(4, size=4000, p=(0.7, 0.1, 0.1, 0.1))
    likelihood = 0.1 * np.ones((4, 4)) + 0.6 * np.eye(4)
    seen = np.array([random.choice(4, p=likelihood[label]) for label in truth])
    scores = likelihood[:, seen].T / likelihood[:, seen].sum(axis=0)[:, None]
    shares = shares_of(scores, np.zeros(4000, dtype=np.int64))
    assert shares[0, 0] == pytest.approx(0.7, abs=0.03)


def test_company_moves_scores_towards_its_kind() -> None:
    before = dict(zip(KINDS, LOST, strict=True))
    after = in_company(before, "flute")
    assert after["flute"] > before["flute"]
    assert after["voice"] < before["voice"]
    assert sum(after.values()) == pytest.approx(1.0)


def test_company_never_outweighs_a_sound_that_is_sure() -> None:
    sure = dict(zip(KINDS, (0.97, 0.01, 0.01, 0.01), strict=True))
    after = in_company(sure, "flute")
    assert max(after, key=lambda kind: after[kind]) == "kick"
    assert all(0.0 <= score <= 1.0 for score in after.values())


def test_without_a_kind_scores_stay() -> None:
    before = dict(zip(KINDS, LOST, strict=True))
    assert in_company(before, None) == before
    assert in_company(before, "tom") == before
    assert in_company({}, "kick") == {}
