"""How examples are divided for cross-validation: near-copies together, tags spread evenly."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from earmark_daemon.learning.dataset import Dataset

FOLDS = 5


def folds_of(data: Dataset) -> npt.NDArray[np.int64]:
    """For each example the number of the fold that tests it, int64 ``[N]``.

    Stratified after Sechidis et al. 2011: groups of the rarest tag are dealt out first, each to the
    fold that has the least of that tag, and of everything where these are equal.
    """
    random = np.random.default_rng(0)
    groups, place = np.unique(data.groups, return_inverse=True)
    carried = np.zeros((len(groups), len(data.labels)))
    np.add.at(carried, place, data.targets)
    sizes = np.bincount(place, minlength=len(groups))
    open_groups = list(random.permutation(len(groups)))
    held, full = np.zeros((FOLDS, len(data.labels))), np.zeros(FOLDS)
    fold = np.zeros(len(groups), dtype=np.int64)
    while open_groups:
        left = carried[open_groups].sum(axis=0)
        rarest = int(np.argmin(np.where(left > 0, left, np.inf)))
        own = [g for g in open_groups if carried[g, rarest] > 0] if left.any() else open_groups
        for group in own:
            best = min(range(FOLDS), key=lambda f: (held[f, rarest], full[f]))
            fold[group] = best
            held[best] += carried[group]
            full[best] += sizes[group]
        dealt = set(own)
        open_groups = [group for group in open_groups if group not in dealt]
    return fold[place]
