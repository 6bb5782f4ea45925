"""What kind of sounds lie together, so that a doubtful one is taken for what its company is.

Makers sort sounds into folders by kind, name those of a kind alike, and record one kind in one way:
where a model is at a loss with one flute, most of those beside it tell that they are flutes. The
shares of the labels in a group are estimated from the scores of its sounds by expectation
maximisation: Saerens, Latinne and Decaestecker (2002), "Adjusting the outputs of a classifier to
new a priori probabilities". A group where no label has most of the share is mixed, and changes
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.float64]
Groups = npt.NDArray[np.int64]

FEWEST_FILES: Final = 4
"""Fewer sounds are no company."""

_OTHERS: Final = 0.3
"""What is kept, of a group's sounds, for kinds that come as they like: they may be guests."""

_TRUST: Final = 0.7
"""How far company is followed; the rest is left to the sound, for groups err as a whole."""

_EVEN_SOUNDS: Final = 4.0
"""So many sounds of no kind in particular are counted beside those that were heard."""

_ROUNDS: Final = 20
_SETTLED: Final = 1e-3
_FLOOR: Final = 0.02
"""The share of a score that is spread over all labels, because no label is impossible."""


def kinds_of(
    labels: Sequence[str], scores: Rows, groups: Groups, least_share: float
) -> dict[int, str]:
    """Group to the label that most of its sounds have; mixed and small ones are left out.

    Args:
        labels: the labels of an exclusive tag set.
        scores: calibrated scores of the sounds ``[files, labels]``.
        groups: the number of each sound's group ``[files]``.
        least_share: of a group's sounds, the least that a label must have.
    """
    numbers, places, counts = np.unique(groups, return_inverse=True, return_counts=True)
    large = counts[places] >= FEWEST_FILES
    if not large.any():
        return {}
    kept, places = np.unique(places[large], return_inverse=True)
    shares = shares_of(scores[large], places)
    best = shares.argmax(axis=1)
    return {
        int(numbers[kept[row]]): labels[label]
        for row, label in enumerate(best)
        if shares[row, label] >= least_share
    }


def shares_of(scores: Rows, groups: Groups) -> Rows:
    """The share of each label in each group ``[groups, labels]``.

    Args:
        scores: calibrated scores of the sounds ``[files, labels]``.
        groups: the number of each sound's group ``[files]``; none from 0 on is left out.
    """
    order = np.argsort(groups, kind="stable")
    scores, groups = scores[order], groups[order]
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    even = 1.0 / scores.shape[1]
    counts = np.diff(starts, append=len(groups))[:, None]
    shares = np.full((len(starts), scores.shape[1]), even)
    for _ in range(_ROUNDS):
        sums = np.einsum("fl,fl->f", scores, shares[groups]) + 1e-12
        total = shares * np.add.reduceat(scores / sums[:, None], starts, axis=0)
        before, shares = shares, (total + _EVEN_SOUNDS * even) / (counts + _EVEN_SOUNDS)
        if np.abs(shares - before).max() < _SETTLED:
            break
    return shares


def in_company(scores: Mapping[str, float], kind: str | None) -> dict[str, float]:
    """Scores of a sound that lies among sounds of a kind, with the sum 1; unchanged without one.

    Args:
        scores: label to calibrated score of an exclusive tag set.
        kind: of its company; one that is not among the labels changes nothing.
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
    return {
        label: (1.0 - _TRUST) * score + _TRUST * weighed[label] / total
        for label, score in scores.items()
    }
