"""A head: kernel logistic regression on embeddings that are there already, fitted in a moment.

A sound's score is a weighted sum of how near it lies to landmarks, some of the sounds that were
learnt from, by a Gaussian kernel on embeddings of length 1. The landmarks span the fit as in the
Nyström method (Williams and Seeger 2001). The settings were chosen on packs that the embedding's
net had never heard (`benchmarks/accuracy/fewshot.py`, figures in `docs/PERSONAL-TAGS.md`).

Where a data set knows who lies beside its sounds, the head is fitted to sounds as they are heard
together with these, and is to be asked the same way (`fellows.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark_daemon.learning.dataset import Dataset
from earmark_daemon.learning.fellows import Fellows
from earmark_daemon.learning.solver import fit, probabilities

Array = npt.NDArray[Any]

LANDMARKS = 512
"""At most; they bound the file and the time."""

_UNLABELLED = 256
"""So many of them at most are unlabelled sounds; more of these tell no more."""

SHORTEST = 1e-6
"""Embeddings are divided by their length, or by this."""

_LEAST_DISTANCE = 0.02
"""The median squared distance is taken for this at least, where all sounds are nearly the same."""
_RIDGE = 1e-6
"""Added to the kernel's diagonal, so that landmarks may be the same sound twice."""


@dataclass(frozen=True)
class Settings:
    """How a head is fitted.

    Attributes:
        penalty: of the squared norm of the fitted function.
        beside: the same where sounds are heard together with their fellows, for an average varies
            less.
        background: what an unlabelled sound counts as "not this", beside a labelled one; sounds
            are unlabelled for want of time, not because they are none.
    """

    penalty: float = 0.01
    beside: float = 0.003
    background: float = 0.1


@dataclass(frozen=True)
class Head:
    """Scores are softmax or sigmoid of ``kernel(x, landmarks) @ weights + bias``.

    Attributes:
        landmarks: of length 1, ``[M, D]``.
        gamma: the kernel of two sounds is ``exp(-gamma * d * d)``, with ``d`` the distance of
            their embeddings of length 1.
        weights: ``[M, L]``.
        bias: ``[L]``.
        exclusive: softmax, else sigmoid.
    """

    landmarks: Array
    gamma: float
    weights: Array
    bias: Array
    exclusive: bool

    def logits(self, embeddings: Array, fellows: Fellows | None = None) -> Array:
        """``[N, L]``, of the sounds alone or together with those beside them."""
        alone = self._alone(embeddings)
        if fellows is None:
            return alone
        return fellows.mixed(alone, self._alone(fellows.embeddings))

    def _alone(self, embeddings: Array) -> Array:
        near = _kernel(_unit(embeddings), self.landmarks, self.gamma)
        return np.asarray(near @ self.weights + self.bias)

    def scores(self, embeddings: Array, fellows: Fellows | None = None) -> Array:
        """``[N, L]``, 0 to 1."""
        return probabilities(self.logits(embeddings, fellows), exclusive=self.exclusive)

    def calibrated(self, temperature: float, shift: float) -> Head:
        """The same with all logits divided by the one, and the other added."""
        bias = self.bias / temperature + shift
        return replace(self, weights=self.weights / temperature, bias=bias)


def fit_head(data: Dataset, settings: Settings | None = None) -> Head:
    """Fit a head to all labelled sounds of a data set, and its background."""
    settings = settings or Settings()
    inputs, targets = _unit(data.embeddings), data.targets
    weights = data.known.astype(np.float64)
    background = _unit(data.background[: 0 if data.exclusive else None])
    landmarks = _landmarks(inputs, targets, background)
    gamma = _gamma(landmarks)
    near = _near(inputs, data.fellows, landmarks, gamma)
    if len(background):
        beside = _near(background, data.background_fellows, landmarks, gamma)
        near = np.concatenate([near, beside])
        shape = (len(background), len(data.labels))
        targets = np.concatenate([targets, np.zeros(shape)])
        weights = np.concatenate([weights, np.full(shape, settings.background)])
    penalty = settings.penalty if data.fellows is None else settings.beside
    root = _root(_kernel(landmarks, landmarks, gamma)) / np.sqrt(penalty)
    found, bias = fit(near @ root, targets, weights, 1.0, exclusive=data.exclusive)
    return Head(landmarks, gamma, root @ found, bias, data.exclusive)


def _unit(embeddings: Array) -> Array:
    """Embeddings of length 1, ``[N, D]``; those of length 0 stay as they are."""
    exact = np.asarray(embeddings, dtype=np.float64)
    return np.asarray(exact / np.maximum(np.linalg.norm(exact, axis=1, keepdims=True), SHORTEST))


def _kernel(one: Array, other: Array, gamma: float) -> Array:
    """How near each of ``[N, D]`` lies to each of ``[M, D]``, all of length 1: ``[N, M]``."""
    return np.asarray(np.exp(2.0 * gamma * (one @ other.T - 1.0)))


def _near(inputs: Array, fellows: Fellows | None, landmarks: Array, gamma: float) -> Array:
    """The kernel of sounds and landmarks, averaged over who lies beside them: ``[N, M]``."""
    alone = _kernel(inputs, landmarks, gamma)
    if fellows is None:
        return alone
    return fellows.mixed(alone, _kernel(_unit(fellows.embeddings), landmarks, gamma))


def _landmarks(labelled: Array, targets: Array, background: Array) -> Array:
    """Labelled sounds, each tag's in turn, then unlabelled ones: `LANDMARKS` at most."""
    return np.concatenate([labelled[_in_turn(targets)], background[:_UNLABELLED]])[:LANDMARKS]


def _in_turn(targets: Array) -> Array:
    """Numbers of the rows: one of each tag and one without any, then a second of each..."""
    order = np.random.default_rng(0).permutation(len(targets))
    none = ~targets.any(axis=1, keepdims=True)
    carried = np.hstack([targets > 0, none])[order]
    turn = np.where(carried, carried.cumsum(axis=0), len(order) + 1).min(axis=1)
    return np.asarray(order[np.argsort(turn, kind="stable")])


def _gamma(landmarks: Array) -> float:
    """Such that the kernel is 1/e at the median distance of landmarks (Garreau et al. 2017)."""
    squared = 2.0 * (1.0 - landmarks @ landmarks.T)[np.triu_indices(len(landmarks), 1)]
    median = float(np.median(squared)) if len(squared) else _LEAST_DISTANCE
    return 1.0 / max(median, _LEAST_DISTANCE)


def _root(kernel: Array) -> Array:
    """``R [M, M]`` such that the products of ``kernel @ R`` with itself are the kernel again."""
    lower = np.linalg.cholesky(kernel + _RIDGE * np.eye(len(kernel)))
    return np.asarray(np.linalg.inv(lower).T)
