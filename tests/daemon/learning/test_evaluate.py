from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.daemon.learning.clouds import clouds

from earmark_daemon.learning.dataset import Dataset
from earmark_daemon.learning.evaluate import Judged, answers_of_fold, curve_at, judge, merged
from earmark_daemon.learning.folds import FOLDS, folds_of
from earmark_daemon.learning.head import fit_head


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


def test_no_answer_comes_from_a_head_that_knew_the_sound() -> None:
    """With labels shuffled, a head that had seen them would still know them."""
    data = clouds({"a": 30, "b": 30}, background=0)
    shuffled = np.random.default_rng(3).permutation(data.targets)
    result = judged(replace(data, targets=shuffled))
    assert abs(result.metrics["labels"]["a"]["roc_auc"] - 0.5) < 0.2
    known = fit_head(replace(data, targets=shuffled)).scores(data.embeddings)
    assert np.mean((known[:, 0] > 0.5) == (shuffled[:, 0] > 0.5)) > 0.7


def test_more_examples_help_on_the_learning_curve() -> None:
    data = clouds({"a": 40, "b": 40, "c": 4}, apart=1.0)
    few, many = curve_at(data, 2), curve_at(data, 20)
    assert "c" not in many
    assert many["a"] + many["b"] > few["a"] + few["b"]


def test_every_sound_is_tested_once() -> None:
    data = clouds({"a": 9, "b": 7})
    folds = folds_of(data)
    for fold in range(FOLDS):
        answers = answers_of_fold(data, fold)
        assert (~np.isnan(answers.logits[:, 0]) == (folds == fold)).all()
