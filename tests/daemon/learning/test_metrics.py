from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from earmark_daemon.learning.metrics import average_precision, roc_auc, summary


@pytest.mark.parametrize("seed", range(5))
def test_areas_are_those_of_scikit_learn_with_ties_too(seed: int) -> None:
    random = np.random.default_rng(seed)
    truth = random.random(60) < 0.3
    scores = random.integers(0, 12, 60) / 11.0
    assert roc_auc(scores, truth) == pytest.approx(roc_auc_score(truth, scores))
    assert average_precision(scores, truth) == pytest.approx(average_precision_score(truth, scores))


def test_what_cannot_be_said_is_none() -> None:
    told = summary(
        np.full((4, 1), 0.2),
        np.zeros((4, 1)),
        np.ones((4, 1), dtype=bool),
        ("a",),
        {"a": 0.5},
        exclusive=False,
    )
    assert told["labels"]["a"]["roc_auc"] is None
    assert told["labels"]["a"]["pr_auc"] is None
    assert told["pr_auc"] is None


def test_an_exclusive_set_has_a_confusion() -> None:
    scores = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]])
    told = summary(
        scores,
        np.array([[1, 0], [0, 1], [0, 1]]),
        np.ones((3, 2), dtype=bool),
        ("a", "b"),
        {"a": 0.5, "b": 0.5},
        exclusive=True,
    )
    assert told["confusion"] == [[1, 0], [1, 1]]
    assert told["mean_recall"] == pytest.approx(0.75)
    assert told["labels"]["b"]["recall"] == pytest.approx(0.5)


def test_an_independent_set_says_what_its_tags_are_mistaken_for() -> None:
    scores = np.array([[0.9, 0.8, 0.1], [0.9, 0.9, 0.1], [0.2, 0.7, 0.9], [0.1, 0.1, 0.9]])
    targets = np.array([[1, 0, 0], [1, 1, 0], [1, 0, 0], [0, 0, 1]])
    known = np.ones((4, 3), dtype=bool)
    known[2, 2] = False
    thresholds = {"a": 0.5, "b": 0.5, "c": 0.5}
    told = summary(scores, targets, known, ("a", "b", "c"), thresholds, exclusive=False)
    assert told["confusion"] == [[2, 2, 0], [0, 1, 0], [0, 0, 1]]
