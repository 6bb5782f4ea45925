from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from earmark_daemon.learning.solver import fit, probabilities


def _problem() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    which = random.integers(0, 3, 300)
    return random.normal(0.0, 1.0, (3, 12))[which] + random.normal(0.0, 1.5, (300, 12)), which


@pytest.mark.parametrize("penalty", [0.3, 3.0, 30.0])
def test_exclusive_tags_get_the_scores_that_scikit_learn_gives(penalty: float) -> None:
    x, which = _problem()
    targets = np.eye(3)[which]
    w, b = fit(x, targets, np.ones_like(targets), penalty, exclusive=True)
    wanted = LogisticRegression(C=1 / penalty, tol=1e-10, max_iter=5000).fit(x, which)
    given = probabilities(x @ w + b, exclusive=True)
    assert np.abs(given - wanted.predict_proba(x)).max() < 2e-3


@pytest.mark.parametrize("penalty", [0.3, 3.0, 30.0])
def test_independent_tags_with_weights_get_the_scores_that_scikit_learn_gives(
    penalty: float,
) -> None:
    x, which = _problem()
    targets = np.eye(3)[which]
    weights = np.random.default_rng(2).choice([0.0, 0.2, 1.0], targets.shape)
    w, b = fit(x, targets, weights, penalty, exclusive=False)
    given = probabilities(x @ w + b, exclusive=False)
    for column in range(3):
        wanted = LogisticRegression(C=1 / penalty, tol=1e-10, max_iter=5000)
        wanted.fit(x, which == column, sample_weight=weights[:, column])
        assert np.abs(given[:, column] - wanted.predict_proba(x)[:, 1]).max() < 2e-3


def test_one_sound_alone_is_no_trouble() -> None:
    w, b = fit(np.ones((1, 4)), np.ones((1, 1)), np.ones((1, 1)), 1.0, exclusive=False)
    assert np.isfinite(w).all()
    assert np.isfinite(b).all()
