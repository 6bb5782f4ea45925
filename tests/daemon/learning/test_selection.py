"""Which sounds to label next."""

import numpy as np

from earmark_daemon.learning.selection import next_to_label

SURE, DOUBTFUL = 0.98, 0.5


def test_doubtful_sounds_come_before_sure_ones() -> None:
    random = np.random.default_rng(0)
    embeddings = random.normal(size=(40, 8))
    scores = np.full((40, 2), SURE)
    scores[[3, 17, 29], [0, 1, 0]] = DOUBTFUL
    assert next_to_label(embeddings, scores, 1)[0] in {3, 17, 29}
    scores[:20] = DOUBTFUL
    assert set(next_to_label(embeddings, scores, 3)) <= set(range(20))


def test_among_doubtful_sounds_such_are_taken_as_differ() -> None:
    near, far = np.eye(6)[[0, 0, 0, 0]], np.eye(6)[[1, 2]]
    embeddings = np.concatenate([near, far])
    chosen = next_to_label(embeddings, np.full((6, 1), DOUBTFUL), 3)
    assert {4, 5} <= set(chosen)
    assert len(set(chosen)) == 3


def test_there_may_be_fewer_sounds_than_wanted_none_or_no_tag() -> None:
    embeddings = np.eye(3)
    assert sorted(next_to_label(embeddings, np.full((3, 1), SURE), 10)) == [0, 1, 2]
    assert len(next_to_label(embeddings[:0], np.zeros((0, 1)), 10)) == 0
    assert len(next_to_label(embeddings, np.zeros((3, 0)), 2)) == 2
    assert len(next_to_label(embeddings, np.full((3, 1), DOUBTFUL), 0)) == 0
