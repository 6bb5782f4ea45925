"""Who lies beside a sound, and what a model says of them together."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from earmark_daemon.tagging import fellows
from earmark_daemon.tagging.fellows import NEAREST, SHARE, Beside, Fellow, shares_of, together


def at(degrees: float) -> np.ndarray:
    """An embedding in this direction, of any length."""
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], np.float32) * 3.0


def folder(sounds: Iterable[tuple[str, float]]) -> Beside:
    beside = Beside()
    for name, degrees in sounds:
        beside.take(f"/{name}.wav", Fellow(name, at(degrees), {}))
    return beside


def nearest(beside: Beside, name: str, degrees: float) -> list[str]:
    return [fellow.content for fellow in beside.nearest(name, at(degrees))]


def test_the_nearest_come_first_and_a_sound_is_not_its_own_fellow() -> None:
    beside = folder([("far", 70), ("itself", 0), ("near", 5), ("between", 40)])
    assert nearest(beside, "itself", 0) == ["near", "between", "far"]
    assert nearest(beside, "a new one", 70) == ["far", "between", "near", "itself"]


def test_strangers_say_nothing() -> None:
    beside = folder([("alike", 70), ("stranger", 85), ("contrary", 180)])
    assert nearest(beside, "itself", 0) == ["alike"]


def test_no_more_than_so_many_speak() -> None:
    beside = folder([(f"{number:03}", number) for number in range(40)])
    assert nearest(beside, "000", 0) == [f"{number:03}" for number in range(1, NEAREST + 1)]


def test_a_sound_that_lies_alone_has_none() -> None:
    assert nearest(Beside(), "itself", 0) == []
    assert nearest(folder([("itself", 0)]), "itself", 0) == []


def test_what_is_known_anew_of_a_sound_replaces_what_was() -> None:
    beside = folder([("a", 0), ("b", 10), ("c", 50)])
    beside.take("/b.wav", Fellow("b", at(70), {}))
    assert nearest(beside, "a", 0) == ["c", "b"]


def test_what_lay_at_a_path_before_speaks_no_more() -> None:
    beside = folder([("a", 0), ("b", 10), ("c", 50)])
    beside.take("/copy of c.wav", Fellow("c", at(50), {}))
    for path in ("/b.wav", "/c.wav"):
        beside.take(path, Fellow("new", at(20), {}))
    assert nearest(beside, "a", 0) == ["new", "c"]
    beside.take("/copy of c.wav", Fellow("new", at(20), {}))
    assert nearest(beside, "a", 0) == ["new"]


def test_a_large_folder_has_the_same_sample_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fellows, "REMEMBERED", 5)
    sounds = [(f"{number:02}", 10.0 * number) for number in range(9)]
    for order in (sounds, sounds[::-1], sounds[4:] + sounds[:4]):
        assert sorted(nearest(folder(order), "new", 0)) == ["00", "01", "02", "03", "04"]


def test_a_new_sound_concerns_those_that_are_like_it() -> None:
    beside = folder([("near", 5), ("between", 60), ("stranger", 130), ("new", 0)])
    assert beside.alike({"new"}) == {"new", "near", "between"}
    assert beside.alike({"new", "stranger"}) == {"new", "near", "between", "stranger"}
    assert beside.alike({"not there"}) == Beside().alike({"new"}) == set()


def test_the_nearest_counts_most_and_where_few_are_alike_most_is_left_to_the_sound() -> None:
    assert shares_of(NEAREST).sum() == pytest.approx(SHARE)
    assert (np.diff(shares_of(NEAREST)) < 0).all()
    assert shares_of(3) == pytest.approx(shares_of(NEAREST)[:3])
    assert shares_of(0).sum() == 0.0


def test_logits_are_averaged() -> None:
    own, one, other = 0.2, 0.9, 0.6
    nearest_counts, next_counts = shares_of(2)
    logit = (
        (1 - nearest_counts - next_counts) * np.log(own / (1 - own))
        + nearest_counts * np.log(one / (1 - one))
        + next_counts * np.log(other / (1 - other))
    )
    told = together({"a": own}, [{"a": one}, {"a": other}], exclusive=False)
    assert told["a"] == pytest.approx(1 / (1 + np.exp(-logit)))


def test_scores_of_labels_that_exclude_one_another_still_sum_to_1() -> None:
    told = together({"a": 0.6, "b": 0.4}, 4 * [{"a": 0.0, "b": 1.0}], exclusive=True)
    assert sum(told.values()) == pytest.approx(1.0)
    assert told["b"] > 0.9


@pytest.mark.parametrize("exclusive", [True, False])
def test_who_is_not_heard_says_nothing(exclusive: bool) -> None:
    own = {"a": 0.6, "b": 0.4}
    assert together(own, [{}, {"other": 1.0}], exclusive=exclusive) == own
    assert together({}, [own], exclusive=exclusive) == {}
    assert together(own, [{}, own], exclusive=exclusive) == pytest.approx(own)
