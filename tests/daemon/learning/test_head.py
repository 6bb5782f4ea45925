from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression
from tests.daemon.learning.clouds import DIMENSIONS, clouds

from earmark_daemon.learning.dataset import Dataset
from earmark_daemon.learning.head import LANDMARKS, Settings, fit_head
from earmark_daemon.learning.metrics import roc_auc


def _unit(embeddings: np.ndarray) -> np.ndarray:
    return embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)


@pytest.mark.parametrize("exclusive", [True, False])
def test_scores_are_those_of_logistic_regression_with_a_gaussian_kernel(exclusive: bool) -> None:
    data = clouds({"a": 20, "b": 25, "c": 30}, apart=1.0, exclusive=exclusive, background=40)
    settings = Settings(penalty=0.05, background=0.2)
    head = fit_head(data, settings)
    fitted, which = data.embeddings, data.targets.argmax(axis=1)
    counts = np.ones(len(fitted))
    if not exclusive:
        fitted = np.concatenate([fitted, data.background])
        which = np.concatenate([which, np.full(len(data.background), -1)])
        counts = np.where(which < 0, settings.background, 1.0)
    space = Nystroem(gamma=head.gamma, n_components=len(fitted)).fit(_unit(fitted))
    peer = LogisticRegression(C=1 / settings.penalty, tol=1e-10, max_iter=5000)
    asked = np.random.default_rng(1).normal(0.0, 3.0, (50, DIMENSIONS))
    given, seen, known = head.scores(asked), space.transform(_unit(asked)), space.transform
    if exclusive:
        wanted = peer.fit(known(_unit(fitted)), which).predict_proba(seen)
    else:
        columns = [
            peer.fit(known(_unit(fitted)), which == tag, counts).predict_proba(seen)[:, 1]
            for tag in range(3)
        ]
        wanted = np.stack(columns, axis=1)
    assert np.abs(given - wanted).max() < 5e-3


def test_a_tag_may_lie_in_several_places() -> None:
    """On both sides of what it is told from, where no straight line parts them."""
    random = np.random.default_rng(2)
    direction = np.eye(DIMENSIONS)[np.repeat([0, 0, 1, 1], 10)]
    side = np.tile(np.repeat([3.0, -3.0], 10), 2)[:, None]
    data = clouds({"both sides": 20, "between": 20}, background=0)
    data = replace(data, embeddings=direction * side + random.normal(0.0, 0.3, direction.shape))
    other = direction * side + random.normal(0.0, 0.3, direction.shape)
    scores = fit_head(data).scores(other)
    assert roc_auc(scores[:, 0], data.targets[:, 0] > 0) == 1.0


def test_how_long_an_embedding_is_makes_no_difference() -> None:
    data = clouds({"a": 10, "b": 10})
    head = fit_head(data)
    assert np.allclose(head.scores(data.embeddings), head.scores(7.0 * data.embeddings))


def test_calibrating_divides_and_shifts_every_logit() -> None:
    data = clouds({"a": 10, "b": 10})
    head = fit_head(data)
    expected = head.logits(data.embeddings) / 2.0 + 0.7
    assert np.allclose(head.calibrated(2.0, 0.7).logits(data.embeddings), expected)


def test_landmarks_are_bounded_and_a_rare_tag_keeps_its_own() -> None:
    data = clouds({"common": 900, "rare": 6}, background=900)
    head = fit_head(data)
    assert len(head.landmarks) == LANDMARKS
    rare = _unit(data.embeddings[data.targets[:, 1] > 0].astype(np.float64))
    assert ((rare @ head.landmarks.T).max(axis=1) > 1.0 - 1e-9).all()
    scores = head.scores(data.embeddings)
    assert roc_auc(scores[:, 1], data.targets[:, 1] > 0) > 0.99


def test_unlabelled_sounds_are_landmarks_too_unless_only_one_tag_can_be_given() -> None:
    counts = {"a": 10, "b": 10}
    assert len(fit_head(clouds(counts, background=50)).landmarks) == 70
    assert len(fit_head(clouds(counts, background=50, exclusive=True)).landmarks) == 20


def _alone() -> Dataset:
    return clouds({"a": 1}, background=0)


def _all_the_same(exclusive: bool) -> Dataset:
    data = clouds({"a": 5, "b": 5}, exclusive=exclusive)
    same = np.ones_like(data.embeddings)
    return replace(data, embeddings=same, background=np.ones_like(data.background))


def _silent() -> Dataset:
    data = clouds({"a": 5, "b": 5})
    return replace(data, embeddings=np.zeros_like(data.embeddings))


@pytest.mark.parametrize(
    "data",
    [_alone(), _all_the_same(exclusive=True), _all_the_same(exclusive=False), _silent()],
    ids=["one sound", "equal, exclusive", "equal", "silence"],
)
def test_sounds_that_tell_nothing_get_scores_that_say_so(data: Dataset) -> None:
    head = fit_head(data)
    asked = np.concatenate([data.embeddings, np.zeros((1, DIMENSIONS)), np.eye(DIMENSIONS)])
    scores = head.scores(asked)
    assert np.isfinite(scores).all()
    assert np.ptp(scores[: len(data.embeddings)], axis=0).max() < 1e-6
    if data.exclusive:
        assert np.abs(scores[: len(data.embeddings)] - 0.5).max() < 1e-2


def test_a_sound_that_is_there_many_times_does_no_harm() -> None:
    data = clouds({"a": 8, "b": 8})
    many = replace(data.rows(np.tile(np.arange(16), 20)), background=data.background)
    scores = fit_head(many).scores(data.embeddings)
    assert (scores[:8, 0] > 0.9).all()
    assert (scores[8:, 0] < 0.1).all()
