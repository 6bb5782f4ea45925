from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.daemon.learning.clouds import clouds

from earmark_daemon.learning.copies import groups_of
from earmark_daemon.learning.folds import FOLDS, folds_of


def test_every_fold_tests_every_tag() -> None:
    data = clouds({"a": 10, "b": 100, "c": 5})
    folds = folds_of(data)
    counts = [data.targets[folds == fold].sum(axis=0).tolist() for fold in range(FOLDS)]
    assert counts == [[2, 20, 1]] * FOLDS


def test_near_copies_are_never_on_both_sides() -> None:
    data = clouds({"a": 40, "b": 40})
    twins = data.embeddings.copy()
    twins[1::2] = twins[::2] * 1.7 + 0.001
    data = replace(data, groups=groups_of(twins))
    assert len(np.unique(data.groups)) == 40
    folds = folds_of(data)
    for group in np.unique(data.groups):
        assert len(np.unique(folds[data.groups == group])) == 1


def test_the_same_examples_are_divided_the_same_way() -> None:
    data = clouds({"a": 17, "b": 9})
    assert (folds_of(data) == folds_of(data)).all()
