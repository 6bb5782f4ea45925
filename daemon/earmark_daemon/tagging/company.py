"""What kind of sounds a folder holds, so that a doubtful one is taken for what its company is.

Makers sort sounds into folders by kind, and record one kind in one way: where a model is at a loss
with one flute of a folder, most of its neighbours tell that they are flutes. The shares of the
labels in a folder are estimated from the scores of its sounds by expectation maximisation: Saerens,
Latinne and Decaestecker (2002), "Adjusting the outputs of a classifier to new a priori
probabilities". A folder where no label has most of the share is mixed, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.float64]

LEAST_SHARE: Final = 0.6
"""A folder is of the kind that has this share of its sounds, at the least."""

FEWEST_FILES: Final = 2
"""A sound that is alone has no company."""

_OTHERS: Final = 0.4
"""What is kept, of a folder's sounds, for kinds that come as they like: they may be guests."""

_EVEN_SOUNDS: Final = 4.0
"""So many sounds of no kind in particular are counted beside those that were heard."""

_ROUNDS: Final = 20
_FLOOR: Final = 0.02
"""The share of a score that is spread over all labels, because no label is impossible."""


def kind_of(labels: Sequence[str], scores: Rows) -> str | None:
    """The label that most sounds of a folder have; None where it is mixed, or too small to say.

    Args:
        labels: the labels of an exclusive tag set.
        scores: calibrated scores of the folder's sounds ``[files, labels]``.
    """
    if len(scores) < FEWEST_FILES:
        return None
    shares = shares_of(scores)
    best = int(shares.argmax())
    return labels[best] if shares[best] >= LEAST_SHARE else None


def shares_of(scores: Rows) -> Rows:
    """The share of each label among sounds ``[labels]``, from their scores ``[files, labels]``."""
    files, labels = scores.shape
    shares = np.full(labels, 1.0 / labels)
    for _ in range(_ROUNDS):
        weighed = scores * shares
        weighed /= weighed.sum(axis=1, keepdims=True) + 1e-12
        shares = (weighed.sum(axis=0) + _EVEN_SOUNDS / labels) / (files + _EVEN_SOUNDS)
    return shares


def in_company(scores: Mapping[str, float], kind: str | None) -> dict[str, float]:
    """Scores of a sound that lies among sounds of a kind, with the sum 1; unchanged without one.

    Args:
        scores: label to calibrated score of an exclusive tag set.
        kind: the kind of its folder; one that is not among the labels changes nothing.
    """
    if kind not in scores:
        return dict(scores)
    even = 1.0 / len(scores)
    weighed = {
        label: ((1.0 - _FLOOR) * score + _FLOOR * even)
        * (_OTHERS * even + (1.0 - _OTHERS) * (label == kind))
        for label, score in scores.items()
    }
    total = sum(weighed.values())
    return {label: weight / total for label, weight in weighed.items()}
