"""Scores come to mean what they say, and thresholds keep the precision asked for."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from earmark_trainer.training import calibrate, metrics

Array = npt.NDArray[Any]


def _overconfident(count: int, classes: int) -> tuple[Array, Array]:
    random = np.random.default_rng(4)
    honest = random.normal(0.0, 1.5, (count, classes))
    chances = calibrate.scores_of(honest, 1.0, exclusive=True)
    label = np.array([random.choice(classes, p=row) for row in chances])
    return honest * 3.0, np.eye(classes)[label]


def test_temperature_finds_how_much_a_model_boasts() -> None:
    logits, targets = _overconfident(4000, 4)
    known = np.ones_like(targets)
    found = calibrate.temperature_of(logits, targets, known, exclusive=True)
    assert found == pytest.approx(3.0, rel=0.1)
    scores = calibrate.scores_of(logits, found, exclusive=True)
    right = scores.argmax(1) == targets.argmax(1)
    assert metrics.calibration_error(scores.max(1), right) < 0.03


def test_thresholds_keep_the_precision() -> None:
    logits, targets = _overconfident(4000, 4)
    known = np.ones_like(targets)
    scores = calibrate.scores_of(logits, 3.0, exclusive=True)
    labels = ("a", "b", "c", "d")
    chosen = calibrate.thresholds_of(scores, targets, known, labels, 0.8, exclusive=True)
    lowest = np.array([chosen[label] for label in labels])
    given = scores.max(1) >= lowest[scores.argmax(1)]
    right = scores.argmax(1) == targets.argmax(1)
    assert 0.78 <= right[given].mean() <= 0.85
    assert 0.05 < given.mean() < 0.9


def test_a_label_that_is_never_right_is_hardly_ever_given() -> None:
    scores = np.tile([[0.9, 0.1]], (50, 1))
    targets = np.tile([[0.0, 1.0]], (50, 1))
    targets[0] = [1.0, 0.0]
    chosen = calibrate.thresholds_of(
        scores, targets, np.ones_like(targets), ("a", "b"), 0.8, exclusive=True
    )
    assert chosen == {"a": calibrate.SUREST, "b": calibrate.UNTESTED}


def test_a_model_that_is_right_about_all_needs_some_sureness_all_the_same() -> None:
    scores, targets = np.full((50, 1), 0.001), np.ones((50, 1))
    known = np.ones_like(targets, dtype=bool)
    chosen = calibrate.thresholds_of(scores, targets, known, ("a",), 0.8, exclusive=False)
    assert chosen == {"a": calibrate.LOWEST}


def test_independent_scores_leave_unknown_answers_out() -> None:
    logits = np.array([[4.0], [4.0], [-4.0]])
    targets = np.array([[1.0], [0.0], [0.0]])
    known = np.array([[True], [False], [True]])
    sure = calibrate.temperature_of(logits, targets, known, exclusive=False)
    unsure = calibrate.temperature_of(logits, targets, np.ones_like(known), exclusive=False)
    assert sure < unsure


def test_independent_labels_have_a_threshold_each_whichever_scores_higher() -> None:
    scores = np.repeat([[0.9, 0.6], [0.2, 0.1]], 10, axis=0)
    targets = np.repeat([[1.0, 1.0], [0.0, 0.0]], 10, axis=0)
    known = np.ones_like(targets, dtype=bool)
    chosen = calibrate.thresholds_of(scores, targets, known, ("a", "b"), 0.95, exclusive=False)
    assert chosen == {"a": 0.9, "b": 0.6}


def test_an_unknown_answer_moves_no_threshold() -> None:
    scores, targets = np.repeat([[0.8], [0.6]], 10, axis=0), np.repeat([[0.0], [1.0]], 10, axis=0)
    known = targets >= 0.5
    chosen = calibrate.thresholds_of(scores, targets, known, ("a",), 0.95, exclusive=False)
    assert chosen == {"a": 0.6}


def test_a_clip_counts_as_often_as_its_weight_says() -> None:
    scores = np.array([[0.9], [0.8], [0.7], [0.6]])
    targets = np.array([[1.0], [0.0], [1.0], [1.0]])
    known, times = np.ones_like(targets, dtype=bool), np.array([1, 4, 1, 2])
    once = (scores, targets, known)
    often = (scores.repeat(times, 0), targets.repeat(times, 0), known.repeat(times, 0))

    def lowest(told: tuple[Array, Array, Array], weights: Array | None) -> dict[str, float]:
        return calibrate.thresholds_of(*told, ("a",), 0.75, exclusive=False, weights=weights)

    def entropy(told: tuple[Array, Array, Array], weights: Array | None) -> float:
        return calibrate.cross_entropy(*told, 2.0, exclusive=False, weights=weights)

    assert lowest(once, times) == lowest(often, None)
    assert entropy(once, times) == pytest.approx(entropy(often, None))


def test_the_fewer_clips_carry_a_label_the_more_careful_it_is_given() -> None:
    def lowest(yes: int) -> float:
        scores = np.repeat([[0.9], [0.1]], [yes, 50], axis=0)
        targets = np.repeat([[1.0], [0.0]], [yes, 50], axis=0)
        found = calibrate.careful_thresholds(scores, targets, np.ones_like(scores), ("a",))
        return found["a"]

    assert lowest(0) == calibrate.CAREFUL
    assert calibrate.CAREFUL_RANGE[0] < lowest(50) < lowest(1) < calibrate.CAREFUL
