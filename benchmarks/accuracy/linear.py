"""A head without a kernel, for comparison: logistic regression on the embedding itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from earmark_daemon.learning.dataset import Dataset
from earmark_daemon.learning.head import Settings
from earmark_daemon.learning.solver import fit

PENALTY = 10.0
"""Of squared weights: of 1, 3, 10, 30 and 100 the best on the packs of `personal`."""


def linear_logits(
    data: Dataset, judged: npt.NDArray[Any], settings: Settings | None = None
) -> npt.NDArray[Any]:
    """What it says of embeddings ``[N, D]``, ``[N, L]``; the library beside counts as for a head.

    Embeddings are centred and brought to an average spread of 1; the settings' penalty is a
    kernel's and is not used.
    """
    background = (settings or Settings()).background
    learnt = np.concatenate([data.embeddings, data.background]).astype(np.float64)
    centre, spread = learnt.mean(axis=0), learnt.std(axis=0)
    scale = 1.0 / max(float(np.sqrt((spread**2).mean())), 1e-9)
    beside = (len(data.background), len(data.labels))
    targets = np.concatenate([data.targets, np.zeros(beside)])
    weights = np.concatenate([data.known, np.full(beside, background)])
    found, bias = fit((learnt - centre) * scale, targets, weights, PENALTY, exclusive=False)
    return np.asarray((judged - centre) * scale @ found + bias)
