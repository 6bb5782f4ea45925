"""What is said of a head, and from which score on it gives a tag."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.daemon.learning.clouds import clouds

from earmark_daemon.learning.dataset import Dataset
from earmark_daemon.learning.evaluate import Answers, answers_of_fold, merged
from earmark_daemon.learning.folds import FOLDS
from earmark_daemon.learning.judging import Judged, judge
from earmark_daemon.learning.solver import probabilities


def judged(data: Dataset) -> Judged:
    return judge(data, merged([answers_of_fold(data, fold) for fold in range(FOLDS)]))


@pytest.mark.parametrize("exclusive", [True, False])
def test_tags_that_sound_different_are_told_apart(exclusive: bool) -> None:
    result = judged(clouds({"a": 12, "b": 12, "c": 12}, exclusive=exclusive))
    assert result.untellable == ()
    for told in result.metrics["labels"].values():
        assert told["f1"] > 0.8
        assert told["pr_auc"] > 0.9


def test_a_tag_given_by_tossing_a_coin_is_found_out() -> None:
    found = 0
    for seed in range(10):
        data = clouds({"a": 12, "b": 24}, background=0, seed=seed)
        coin = np.random.default_rng(seed).permutation(np.arange(36) < 12).astype(np.float32)
        data = replace(data, targets=np.stack([coin, data.targets[:, 1]], axis=1))
        found += "a" in judged(data).untellable
    assert found >= 8


def test_a_tag_that_half_of_the_library_would_get_is_found_out() -> None:
    data = clouds({"a": 15, "b": 15})
    data = replace(data, background=np.tile(data.embeddings[:15], (10, 1)) + 0.01)
    assert "a" in judged(data).untellable


@pytest.mark.parametrize("seed", range(5))
def test_a_small_library_of_more_of_the_same_does_not_speak_against_a_tag(seed: int) -> None:
    """As when half of a small folder was labelled, and the rest is what that half is."""
    data = clouds({"a": 14, "b": 12}, background=0, seed=seed)
    some = np.arange(26) % 2 == 0
    assert judged(replace(data.rows(some), background=data.embeddings[~some])).untellable == ()


def test_without_others_even_a_small_library_is_told_from() -> None:
    data = clouds({"a": 12}, background=12)
    assert judged(data).untellable == ()
    same = replace(data, background=data.embeddings + 0.01)
    assert judged(same).untellable == ("a",)


def test_scores_add_up_to_what_is_known() -> None:
    """Also where a head of few examples says "no" to most; unlabelled sounds count a tenth."""
    data = clouds({"a": 6, "b": 6}, apart=1.5, background=300)
    answers = merged([answers_of_fold(data, fold) for fold in range(FOLDS)])
    result = judge(data, answers)
    labelled, beside = (
        probabilities(logits / result.temperature + result.shift, exclusive=False)
        for logits in (answers.logits, answers.background)
    )
    assert labelled.sum() + 0.1 * beside.sum() == pytest.approx(data.targets.sum(), rel=1e-3)


def test_scores_say_little_where_nothing_was_told_apart() -> None:
    data = clouds({"a": 10, "b": 10}, background=0)
    shuffled = np.random.default_rng(3).permutation(data.targets)
    logits = -(10.0 * shuffled - 5.0) + np.random.default_rng(4).normal(size=shuffled.shape)
    result = judge(replace(data, targets=shuffled), Answers(logits, data.background[:, :2]))
    assert result.temperature == pytest.approx(5.0)
    assert set(result.untellable) == {"a", "b"}


def test_a_wrong_tag_is_worse_than_none() -> None:
    """Half of the sounds are told surely; the others would bring three wrong ones for ten."""
    data = clouds({"a": 100, "b": 100}, background=0)
    sure = np.where(np.arange(100) < 50, 3.0, 0.0)
    doubtful = np.where(np.arange(100) < 30, 0.0, -3.0)
    of_a = np.concatenate([sure, doubtful])
    result = judge(data, Answers(np.stack([of_a, of_a[::-1]], axis=1), np.zeros((0, 2))))
    for told in result.metrics["labels"].values():
        assert told["precision"] == 1.0
        assert told["recall"] == 0.5


def test_a_tag_of_few_sounds_is_given_with_care() -> None:
    result = judged(clouds({"few": 4, "many": 60}))
    assert result.thresholds["few"] > 0.55
    assert result.thresholds["few"] > result.thresholds["many"]
