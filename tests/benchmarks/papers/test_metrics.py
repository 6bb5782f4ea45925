"""The papers' measures against scikit-learn's, on known cells alone."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

from benchmarks.papers import metrics

RANDOM = np.random.default_rng(4)
SCORES = RANDOM.random((60, 3)).astype(np.float32)
TARGETS = (RANDOM.random((60, 3)) < 0.4).astype(np.float32)
KNOWN = RANDOM.random((60, 3)) < 0.7


def _by_tag(score):
    return np.mean([score(TARGETS[k, t], SCORES[k, t]) for t, k in enumerate(KNOWN.T)])


def test_areas_are_means_over_tags_of_known_cells():
    auc = metrics.mean_roc_auc(SCORES, TARGETS, KNOWN)
    assert auc == pytest.approx(_by_tag(roc_auc_score))
    precise = metrics.mean_pr_auc(SCORES, TARGETS, KNOWN)
    assert precise == pytest.approx(_by_tag(average_precision_score))


def test_a_tag_without_positives_does_not_spoil_the_mean():
    nobody = TARGETS.copy()
    nobody[:, 0] = 0
    assert 0 < metrics.mean_roc_auc(SCORES, nobody, KNOWN) < 1


def test_pooled_counts_all_known_cells_at_the_threshold():
    found = metrics.pooled(SCORES, TARGETS, KNOWN, threshold=0.7)
    given, truth = SCORES[KNOWN] >= 0.7, TARGETS[KNOWN] == 1
    assert found.recall == pytest.approx((given & truth).sum() / truth.sum())
    assert found.precision == pytest.approx((given & truth).sum() / given.sum())
    assert found.accuracy == pytest.approx((given == truth).mean())
    assert found.loss == pytest.approx(log_loss(truth, SCORES[KNOWN].astype(float)), rel=1e-5)


def test_rare_tags_have_high_accuracy_and_no_hits():
    """The MagnaTagATune project's warning."""
    rare = np.zeros((60, 2), dtype=np.float32)
    rare[0, 0] = rare[:30, 1] = 1
    scores = np.zeros((60, 2), dtype=np.float32)
    scores[:25, 1] = 0.9
    frequent, seldom = metrics.by_tag(scores, rare, np.ones((60, 2), bool), ("rare", "often"))
    assert (frequent.tag, frequent.clips, seldom.clips) == ("often", 30, 1)
    assert seldom.accuracy > frequent.accuracy
    assert seldom.true_positive_rate == 0 < frequent.true_positive_rate


def test_root_mse_of_known_cells():
    known = np.array([[True, False], [True, True]])
    given = np.array([[0.5, 9.0], [0.0, 0.5]], dtype=np.float32)
    truth = np.array([[0.0, 0.0], [0.0, 0.5]], dtype=np.float32)
    assert metrics.root_mse(given, truth, known) == pytest.approx(np.sqrt(0.25 / 3))
    assert np.isnan(metrics.root_mse(given, truth, np.zeros_like(known)))
