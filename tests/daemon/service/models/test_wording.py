"""Labels of a model in the words of now."""

from __future__ import annotations

import pytest
from tests.made_models import BASE

from earmark_daemon.service.models.wording import described, followed, scored

CHANGES = [("a", "b"), ("b", "c"), ("d", "a"), ("e", "f"), ("f", "e")]


def test_a_label_is_followed_to_its_end_and_no_further() -> None:
    assert followed("abcde", CHANGES) == {"a": "c", "b": "c", "d": "a"}
    assert followed("abc", ()) == {}


def test_labels_that_became_one_tag_are_as_strict_as_the_strictest() -> None:
    info = type(BASE)(
        **{
            **vars(BASE),
            "labels": ("a", "b", "c", "d"),
            "thresholds": {"a": 0.3, "b": 0.6, "c": 0.4, "d": 0.5},
        }
    )
    now = described(info, {"a": "b", "c": "z", "d": None})
    assert now.labels == ("b", "z")
    assert now.thresholds == {"b": 0.6, "z": 0.4}
    assert now.digest == info.digest
    assert described(info, {}) is info


@pytest.mark.parametrize(("exclusive", "score"), [(False, 0.5), (True, 0.8)])
def test_scores_of_labels_that_became_one(exclusive: bool, score: float) -> None:
    scores = {"a": 0.5, "b": 0.3, "c": 0.1, "d": 0.1}
    now = scored(scores, {"a": "b", "c": "z", "d": None}, exclusive=exclusive)
    assert now == pytest.approx({"b": score, "z": 0.1})
    assert scored({}, {"a": "b"}, exclusive=exclusive) == {}
