"""The metrics agree with scikit-learn's, ties included."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from sklearn import metrics as reference

from earmark_trainer.training import metrics

Array = npt.NDArray[Any]


@pytest.fixture(params=["distinct", "tied"])
def scored(request: pytest.FixtureRequest) -> tuple[Array, Array]:
    random = np.random.default_rng(1)
    truth = random.random(400) < 0.3
    scores = np.clip(random.normal(0.4 + 0.2 * truth, 0.2), 0.0, 1.0)
    return (np.round(scores, 1) if request.param == "tied" else scores), truth


def test_areas(scored: tuple[Array, Array]) -> None:
    scores, truth = scored
    assert metrics.roc_auc(scores, truth) == pytest.approx(reference.roc_auc_score(truth, scores))
    assert metrics.pr_auc(scores, truth) == pytest.approx(
        reference.average_precision_score(truth, scores)
    )


def test_answers(scored: tuple[Array, Array]) -> None:
    scores, truth = scored
    said = scores >= 0.5
    wanted = reference.precision_recall_fscore_support(truth, said, average="binary")[:3]
    assert metrics.precision_recall_f1(said, truth) == pytest.approx(wanted)


def test_confusion_and_mean_recall() -> None:
    random = np.random.default_rng(2)
    truth, said = random.integers(0, 5, 300), random.integers(0, 5, 300)
    table = metrics.confusion(said, truth, 5)
    assert (table == reference.confusion_matrix(truth, said)).all()
    assert metrics.mean_recall(table) == pytest.approx(
        reference.balanced_accuracy_score(truth, said)
    )


def test_areas_need_both_answers() -> None:
    assert np.isnan(metrics.roc_auc(np.array([0.1, 0.2]), np.array([True, True])))
    assert np.isnan(metrics.pr_auc(np.array([0.1, 0.2]), np.array([False, False])))


def test_calibration_error_of_an_honest_and_of_a_boastful_model() -> None:
    right = np.arange(1000) % 10 < 7
    assert metrics.calibration_error(np.full(1000, 0.7), right) == pytest.approx(0.0)
    assert metrics.calibration_error(np.full(1000, 0.95), right) == pytest.approx(0.25)


def test_summary_ignores_what_is_not_known() -> None:
    scores = np.array([[0.9, 0.1], [0.2, 0.9], [0.8, 0.9]])
    targets = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    known = np.array([[True, True], [True, True], [True, False]])
    report = metrics.summary(scores, targets, known, ("a", "b"), exclusive=False)
    assert report["labels"]["b"]["precision"] == 1.0
    assert report["labels"]["a"]["recall"] == 1.0
