"""Near-copies among sounds, by their embeddings: the same sound twice, or as good as that.

Encoding anew and a change of level leave nine sounds of ten this close to themselves, a shift by
20 ms half of them; `benchmarks/accuracy/copies.py` prints how many, and how many strangers come so
close.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

NEAR_COPY = 0.97
"""Cosine of two embeddings from which on sounds are never on both sides of a test."""

Array = npt.NDArray[Any]


def near_pairs(embeddings: Array, least: float = NEAR_COPY) -> list[tuple[int, int]]:
    """Pairs of rows of ``[N, D]`` whose cosine is at least this, the lower number first."""
    unit = embeddings / np.maximum(np.linalg.norm(embeddings, axis=1, keepdims=True), 1e-9)
    pairs = []
    for row in range(len(unit) - 1):
        near = np.flatnonzero(unit[row + 1 :] @ unit[row] >= least)
        pairs += [(row, row + 1 + int(other)) for other in near]
    return pairs


def groups_of(embeddings: Array, least: float = NEAR_COPY) -> npt.NDArray[np.int64]:
    """For each row of ``[N, D]`` the number of its group; near-copies chain into one."""
    parent = list(range(len(embeddings)))

    def top(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    for one, other in near_pairs(embeddings, least):
        low, high = sorted((top(one), top(other)))
        parent[high] = low
    return np.array([top(row) for row in range(len(parent))], dtype=np.int64)
