"""Near-copies among sounds, by their embeddings: the same sound twice, or as good as that.

Encoding anew and a change of level leave nine sounds of ten this close to themselves, a shift by
20 ms half of them; `benchmarks/accuracy/copies.py` prints how many, and how many strangers come so
close.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

NEAR_COPY = 0.97
"""Cosine of two embeddings from which on sounds are never on both sides of a test."""

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]


def near_pairs(embeddings: Array, least: float = NEAR_COPY) -> Iterator[tuple[int, int]]:
    """Pairs of rows of ``[N, D]`` whose cosine is at least this, the lower number first.

    Of sounds that are all alike there are too many to keep: they come one by one.
    """
    for row, near in _near(embeddings, least):
        yield from ((row, int(other)) for other in near)


def groups_of(embeddings: Array, least: float = NEAR_COPY) -> Ints:
    """For each row of ``[N, D]`` the number of its group; near-copies chain into one."""
    group = np.arange(len(embeddings))
    for row, near in _near(embeddings, least):
        if (group[near] != group[row]).any():
            joined = np.unique(group[[row, *near]])
            group[np.isin(group, joined)] = joined[0]
    return group


def _near(embeddings: Array, least: float) -> Iterator[tuple[int, Ints]]:
    """Each row, and the rows after it that are near."""
    unit = embeddings / np.maximum(np.linalg.norm(embeddings, axis=1, keepdims=True), 1e-9)
    for row in range(len(unit) - 1):
        yield row, row + 1 + np.flatnonzero(unit[row + 1 :] @ unit[row] >= least)
