"""A head: logistic regression on embeddings that are there already, fitted in well under a second.

The settings were chosen on packs that the embedding's net had never heard
(`benchmarks/accuracy/fewshot.py`, figures in `docs/PERSONAL-TAGS.md`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark_daemon.learning.dataset import Dataset
from earmark_daemon.learning.solver import fit, probabilities

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Settings:
    """How a head is fitted.

    Attributes:
        penalty: of squared weights, for embeddings brought to an average spread of 1.
        background: what an unlabelled sound counts as "not this", beside a labelled one; sounds
            are unlabelled for want of time, not because they are none.
    """

    penalty: float = 10.0
    background: float = 0.1


@dataclass(frozen=True)
class Head:
    """Scores are softmax or sigmoid of ``((x - centre) * scale) @ weights + bias``.

    Attributes:
        centre: ``[D]``.
        scale: one number.
        weights: ``[D, L]``.
        bias: ``[L]``.
        exclusive: softmax, else sigmoid.
    """

    centre: Array
    scale: float
    weights: Array
    bias: Array
    exclusive: bool

    def logits(self, embeddings: Array) -> Array:
        """``[N, L]``."""
        return np.asarray(self._near(embeddings) @ self.weights + self.bias)

    def scores(self, embeddings: Array) -> Array:
        """``[N, L]``, 0 to 1."""
        return probabilities(self.logits(embeddings), exclusive=self.exclusive)

    def cooled(self, temperature: float) -> Head:
        """The same with all logits divided by this."""
        return replace(self, weights=self.weights / temperature, bias=self.bias / temperature)

    def _near(self, embeddings: Array) -> Array:
        return (np.asarray(embeddings, dtype=np.float64) - self.centre) * self.scale


def fit_head(data: Dataset, settings: Settings | None = None) -> Head:
    """Fit a head to all labelled sounds of a data set, and its background."""
    settings = settings or Settings()
    everything = np.concatenate([data.background, data.embeddings]).astype(np.float64)
    centre = everything.mean(axis=0)
    scale = 1.0 / max(float((everything - centre).std()), 1e-9)
    inputs, targets = data.embeddings, data.targets
    weights = data.known.astype(np.float64)
    if not data.exclusive and len(data.background):
        inputs = np.concatenate([inputs, data.background])
        shape = (len(data.background), len(data.labels))
        targets = np.concatenate([targets, np.zeros(shape)])
        weights = np.concatenate([weights, np.full(shape, settings.background)])
    near = (np.asarray(inputs, dtype=np.float64) - centre) * scale
    found, bias = fit(near, targets, weights, settings.penalty, exclusive=data.exclusive)
    return Head(centre, scale, found, bias, data.exclusive)
