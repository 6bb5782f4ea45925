"""Regularised logistic regression, for exclusive and independent tags, in plain numpy.

The minimum is that of scikit-learn's `LogisticRegression`, which the tests compare with; found by
L-BFGS (Liu and Nocedal 1989) with Armijo's backtracking. The problem is convex, so there is one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
_Objective = Callable[[Array], tuple[float, Array]]

_MEMORY = 12
_MOST_STEPS = 300
_TOLERANCE = 1e-4
_ARMIJO = 1e-4
_SHORTEST = 1e-10


def fit(
    inputs: Array, targets: Array, weights: Array, penalty: float, *, exclusive: bool
) -> tuple[Array, Array]:
    """The weights with the smallest cross entropy and the fewest pretensions.

    Args:
        inputs: ``[N, D]``.
        targets: 0 or 1, ``[N, L]``.
        weights: how much each answer counts, ``[N, L]``; 0 where it is not known. In an exclusive
            set a row counts by its largest weight.
        penalty: of the squared weights, against the summed cross entropy; the bias is free.
        exclusive: one label a row (softmax), or any number (sigmoid).

    Returns:
        ``[D, L]`` and ``[L]``: scores are the sigmoid, or the softmax, of ``x @ w + b``.
    """
    x = np.hstack([inputs, np.ones((len(inputs), 1))]).astype(np.float64)
    shape = (x.shape[1], targets.shape[1])
    counted = weights.max(axis=1, keepdims=True) if exclusive else weights
    shrink = np.full((shape[0], 1), penalty)
    shrink[-1] = 0.0

    def objective(flat: Array) -> tuple[float, Array]:
        w = flat.reshape(shape)
        loss, error = _loss(x @ w, targets, counted, exclusive=exclusive)
        value = loss + 0.5 * float(np.sum(shrink * w * w))
        return value, (x.T @ error + shrink * w).ravel()

    found = _minimum(objective, np.zeros(shape[0] * shape[1])).reshape(shape)
    return found[:-1], found[-1]


def probabilities(logits: Array, *, exclusive: bool) -> Array:
    """Softmax over the labels, or the sigmoid of each."""
    if not exclusive:
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -60.0, 60.0))))
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _loss(logits: Array, targets: Array, weights: Array, *, exclusive: bool) -> tuple[float, Array]:
    """Weighted cross entropy, and its slope along the logits."""
    scores = probabilities(logits, exclusive=exclusive)
    if exclusive:
        entropy = np.log(np.exp(logits - logits.max(axis=1, keepdims=True)).sum(axis=1))
        entropy += logits.max(axis=1) - (targets * logits).sum(axis=1)
        return float(np.sum(weights[:, 0] * entropy)), weights * (scores - targets)
    entropy = np.logaddexp(0.0, logits) - targets * logits
    return float(np.sum(weights * entropy)), weights * (scores - targets)


def _minimum(objective: _Objective, start: Array) -> Array:
    """Where a convex function is smallest."""
    place = start
    value, slope = objective(place)
    enough = _TOLERANCE * max(1.0, float(np.abs(slope).max()))
    steps: deque[tuple[Array, Array]] = deque(maxlen=_MEMORY)
    for _ in range(_MOST_STEPS):
        if np.abs(slope).max() <= enough:
            break
        direction = -_curved(slope, steps)
        fall = float(direction @ slope)
        length = 1.0 if steps else 1.0 / max(1.0, float(np.linalg.norm(slope)))
        while length > _SHORTEST:
            new_value, new_slope = objective(place + length * direction)
            if new_value <= value + _ARMIJO * length * fall:
                break
            length *= 0.5
        else:
            break
        step, change = length * direction, new_slope - slope
        if step @ change > 0.0:
            steps.append((step, change))
        place, value, slope = place + step, new_value, new_slope
    return place


def _curved(slope: Array, steps: deque[tuple[Array, Array]]) -> Array:
    """The slope times the inverse curvature that the last steps tell of (two loops)."""
    result = slope.copy()
    shares = []
    for step, change in reversed(steps):
        share = (step @ result) / (step @ change)
        shares.append(share)
        result -= share * change
    if steps:
        step, change = steps[-1]
        result *= (step @ change) / (change @ change)
    for (step, change), share in zip(steps, reversed(shares), strict=True):
        result += step * (share - (change @ result) / (step @ change))
    return np.asarray(result)
