"""What heads say of sounds that were kept from them, and the learning curve."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.daemon.learning.clouds import clouds

from earmark_daemon.learning.evaluate import answers_of_fold, curve_at, merged
from earmark_daemon.learning.folds import FOLDS, folds_of
from earmark_daemon.learning.head import fit_head
from earmark_daemon.learning.metrics import roc_auc


def test_no_answer_comes_from_a_head_that_knew_the_sound() -> None:
    """With labels shuffled, a head that had seen them would still know them."""
    data = clouds({"a": 30, "b": 30}, background=0)
    shuffled = np.random.default_rng(3).permutation(data.targets)
    data = replace(data, targets=shuffled)
    told = merged([answers_of_fold(data, fold) for fold in range(FOLDS)]).logits[:, 0]
    assert abs(roc_auc(told, shuffled[:, 0] > 0) - 0.5) < 0.2
    known = fit_head(data).scores(data.embeddings)
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
