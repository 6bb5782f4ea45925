"""The gradient-boosted-trees baseline: hand-made features, one small forest for each tag.

The poster says "GBT+features" and no more; the features here are, for each mel band, mean,
deviation and the two of its change over time, in all windows of a song together.
"""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from benchmarks.papers.experiment import Floats, Prepared
from benchmarks.papers.loaders.collection import Bools, Ints


def features(prepared: Prepared, clips: Ints) -> Floats:
    """float32 ``[clips, 4 * n_mels]`` from the cached spectrograms."""
    rows = prepared.rows(clips).reshape(len(clips), prepared.heard.windows)
    return np.stack([_of_song(np.asarray(prepared.heard.clips[own])) for own in rows])


def _of_song(windows: Floats) -> Floats:
    picture = np.concatenate(list(windows), axis=1).astype(np.float32) / 255.0
    change = np.diff(picture, axis=1)
    parts = (picture.mean(axis=1), picture.std(axis=1), change.mean(axis=1), change.std(axis=1))
    return np.concatenate(parts).astype(np.float32)


def fit_and_score(prepared: Prepared, train: Ints, test: Ints, degrees: Bools, seed: int) -> Floats:
    """Scores ``[test, L]``: probabilities of classification tags, values of regression tags."""
    data = prepared.collection
    shown, asked = features(prepared, train), features(prepared, test)
    given = np.zeros((len(test), len(data.labels)), dtype=np.float32)
    for tag in range(len(data.labels)):
        use = data.known[train, tag]
        wanted = data.targets[train, tag][use]
        if degrees[tag]:
            forest = HistGradientBoostingRegressor(random_state=seed).fit(shown[use], wanted)
            given[:, tag] = forest.predict(asked)
        elif len(np.unique(wanted)) < 2:
            given[:, tag] = wanted.mean() if len(wanted) else 0.0
        else:
            trees = HistGradientBoostingClassifier(random_state=seed).fit(shown[use], wanted >= 0.5)
            given[:, tag] = trees.predict_proba(asked)[:, 1]
    return given
