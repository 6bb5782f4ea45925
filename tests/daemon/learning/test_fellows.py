"""Data sets that know who lies beside their sounds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression
from tests.daemon.learning.clouds import clouds

from earmark_daemon.learning.dataset import Dataset, load, save
from earmark_daemon.learning.evaluate import answers_of_fold, merged
from earmark_daemon.learning.fellows import Fellows
from earmark_daemon.learning.folds import FOLDS
from earmark_daemon.learning.head import Settings, fit_head
from earmark_daemon.learning.judging import judge
from earmark_daemon.learning.metrics import average_precision


def test_what_is_mixed_are_shares() -> None:
    fellows = Fellows(
        np.zeros((3, 2), np.float32),
        np.array([[0, 2], [1, 0], [0, 0]]),
        np.array([[0.5, 0.25], [0.4, 0.0], [0.0, 0.0]]),
    )
    own, theirs = np.array([[1.0], [2.0], [3.0]]), np.array([[10.0], [20.0], [30.0]])
    assert fellows.mixed(own, theirs)[:, 0] == pytest.approx([0.25 + 5 + 7.5, 1.2 + 8, 3.0])
    assert fellows.rows(np.array([2, 0])).mixed(own[[2, 0]], theirs)[:, 0] == pytest.approx(
        [3.0, 12.75]
    )


def test_without_anybody_beside_a_sound_is_heard_alone() -> None:
    none = Fellows(np.zeros((0, 2), np.float32), np.zeros((2, 5), np.int64), np.zeros((2, 5)))
    assert none.mixed(np.array([[1.0], [2.0]]), np.zeros((0, 1))).tolist() == [[1.0], [2.0]]


def in_folders(data: Dataset, *, kin: bool) -> Dataset:
    """With four takes of each sound beside it, or four sounds that have nothing to do with it."""
    random = np.random.default_rng(5)

    def fellows(sounds: np.ndarray) -> Fellows:
        near = np.repeat(sounds if kin else random.permutation(sounds), 4, axis=0)
        noise = random.normal(0.0, 3.0 if kin else 0.5, near.shape)
        which = np.arange(len(near)).reshape(len(sounds), 4)
        shares = np.full(which.shape, 1 / 6)
        return Fellows((near + noise).astype(np.float32), which, shares)

    return replace(
        data, fellows=fellows(data.embeddings), background_fellows=fellows(data.background)
    )


def mean_precision(data: Dataset) -> float:
    answers = merged([answers_of_fold(data, fold) for fold in range(FOLDS)])
    columns = zip(answers.logits.T, data.targets.T, strict=True)
    return float(np.mean([average_precision(logits, truth > 0) for logits, truth in columns]))


def test_fellows_are_heard_when_a_head_is_judged() -> None:
    alone = clouds({"a": 30, "b": 30}, apart=0.5)
    kin, strangers = in_folders(alone, kin=True), in_folders(alone, kin=False)
    assert mean_precision(kin) > mean_precision(alone) + 0.02
    assert mean_precision(strangers) < mean_precision(alone)
    answers = merged([answers_of_fold(kin, fold) for fold in range(FOLDS)])
    assert not np.isnan(answers.logits).any()
    assert not np.isnan(answers.background).any()
    assert set(judge(kin, answers).thresholds) == {"a", "b"}


@pytest.mark.parametrize("kept", ["all", "some", "none"])
def test_a_data_set_comes_back_as_it_was_kept(tmp_path: Path, kept: str) -> None:
    data = clouds({"a": 6, "b": 5})
    if kept != "none":
        data = in_folders(data, kin=True)
    if kept == "some":
        data = data.rows(np.arange(4)).beside(np.arange(20))
    save(data, tmp_path / "data.npz")
    again = load(tmp_path / "data.npz")
    asked = np.random.default_rng(0).normal(0.0, 1.0, (8, data.embeddings.shape[1]))
    assert np.array_equal(fit_head(again).logits(asked), fit_head(data).logits(asked))
    assert (again.fellows is None) == (kept == "none")
    assert (again.background_fellows is None) == (kept == "none")


@pytest.mark.parametrize("exclusive", [True, False])
def test_a_head_is_fitted_to_sounds_as_they_are_heard_together(exclusive: bool) -> None:
    """As by scikit-learn, on the features of each sound averaged with those of its fellows."""
    counts = {"a": 20, "b": 25, "c": 30}
    alone = clouds(counts, apart=0.5, exclusive=exclusive, background=0 if exclusive else 40)
    data = in_folders(alone, kin=True)
    assert data.fellows is not None
    assert data.background_fellows is not None
    settings = Settings(beside=0.05, background=0.2)
    head = fit_head(data, settings)
    landmarks = np.concatenate([data.embeddings, data.background])
    space = Nystroem(gamma=head.gamma, n_components=len(landmarks)).fit(_unit(landmarks))

    def seen(sounds: np.ndarray, fellows: Fellows) -> np.ndarray:
        some = np.concatenate([sounds, fellows.embeddings])
        return fellows.mixed(*np.split(space.transform(_unit(some)), [len(sounds)]))

    learnt = seen(data.embeddings, data.fellows)
    which = data.targets.argmax(axis=1)
    asked = in_folders(clouds(counts, apart=0.5, seed=1), kin=True)
    assert asked.fellows is not None
    given, told = (
        head.scores(asked.embeddings, asked.fellows),
        seen(asked.embeddings, asked.fellows),
    )
    peer = LogisticRegression(C=1 / settings.beside, tol=1e-10, max_iter=5000)
    if exclusive:
        wanted = peer.fit(learnt, which).predict_proba(told)
    else:
        learnt = np.concatenate([learnt, seen(data.background, data.background_fellows)])
        which = np.concatenate([which, np.full(len(data.background), -1)])
        counted = np.where(which < 0, settings.background, 1.0)
        columns = [
            peer.fit(learnt, which == tag, counted).predict_proba(told)[:, 1] for tag in range(3)
        ]
        wanted = np.stack(columns, axis=1)
    assert np.abs(given - wanted).max() < 5e-3


def _unit(embeddings: np.ndarray) -> np.ndarray:
    return embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
