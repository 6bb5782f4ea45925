"""Two nets asked together, and the log loss that they are compared by."""

import numpy as np
import pytest
from benchmarks.accuracy.corpus import LABELS
from benchmarks.accuracy.heard_more import log_loss, together
from benchmarks.accuracy.leaveout import Heard

from earmark_daemon.learning.solver import probabilities


def test_together_two_nets_say_the_mean_of_what_each_says() -> None:
    random = np.random.default_rng(8)
    one, other = random.normal(0.0, 3.0, (2, 40, len(LABELS))).astype(np.float32)
    said = probabilities(together(one, other), exclusive=True)
    mean = (probabilities(one, exclusive=True) + probabilities(other, exclusive=True)) / 2
    np.testing.assert_allclose(said, mean, atol=1e-6)


def _heard(labels: np.ndarray, right: np.ndarray) -> Heard:
    logits = np.zeros((len(labels), len(LABELS)), dtype=np.float32)
    logits[np.arange(len(labels)), (labels + ~right) % len(LABELS)] = 4.0
    packs = np.array(["pack"] * len(labels))
    return Heard(logits, labels, packs, np.arange(len(labels)) % 2)


def test_each_tag_counts_alike_in_the_log_loss() -> None:
    rare = np.array([0, 0] + [1] * 98)
    even = np.array([0, 0, 1, 1])
    unsure = _heard(rare, np.ones(100, dtype=bool))
    unsure.logits[:] = 0.0
    assert log_loss(unsure) == pytest.approx(np.log(len(LABELS)), abs=1e-3)
    assert log_loss(_heard(even, np.ones(4, dtype=bool))) < 0.1
    assert log_loss(_heard(rare, rare == 1)) > 1.0, "two clips of a hundred are half of the tags"
