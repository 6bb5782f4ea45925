"""A map of sounds in two dimensions: what sounds alike lies side by side. Runs in a worker.

Principal components first; then the neighbours of each sound are drawn together and others pushed
away, by the gradient of UMAP (McInnes, Healy and Melville 2018, arXiv:1802.03426) with all edges
alike and in plain numpy. It begins at the components and draws its numbers from a fixed seed, so
that the same library gives the same map.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import numpy.typing as npt

from earmark_daemon.hearing.nearest import copy_of
from earmark_db.index import Index

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

COMPONENTS = 30
NEIGHBOURS = 12
ROUNDS = 100

_PUSHES = 3
"""Sounds that each edge is pushed away from, drawn at random."""

_A, _B = 1.577, 0.895
"""UMAP's curve for a least distance of 0.1."""

_STEP = 1.0
_LONGEST = 4.0
_SPREAD = 10.0
_OUTER = 1.0
"""Percent of the sounds on each side that may lie in the edge."""

_EDGE = 0.06
_AT_ONCE = 1_024
_MIX = 2_654_435_761
"""Knuth's multiplier: numbers of contents times it are as good as shuffled."""


def places_of(index: str, backbone: str, limit: int) -> list[tuple[int, float, float]]:
    """Where sounds lie on the map.

    Args:
        index: path of the index, beside which a copy of the embeddings lies.
        backbone: digest of the model whose embeddings count.
        limit: how many sounds at most; of more, a sample that stays much the same as more come.

    Returns:
        Ids of contents, and how far to the right and down they are, 0 to 1.
    """
    path = Path(index)
    dimensions = _dimensions(path, backbone)
    if not dimensions:
        return []
    records = copy_of(path, backbone, dimensions)
    contents, rows = np.unique(records["content"], return_index=True)
    shuffled = np.argsort((contents * _MIX) % (1 << 32), kind="stable")
    chosen = np.sort(rows[shuffled[_there(path, contents[shuffled])][:limit]])
    if not len(chosen):
        return []
    vectors = records["vector"][chosen].astype(np.float32)
    ids = records["content"][chosen]
    spots = lay_out(vectors)
    return [
        (int(content), round(float(x), 4), round(float(y), 4))
        for content, (x, y) in zip(ids, spots, strict=True)
    ]


def lay_out(vectors: Floats) -> Floats:
    """Places ``[n, 2]`` from 0 to 1 for embeddings ``[n, dimensions]``."""
    parts = _components(vectors)
    spots = parts[:, :2] * (_SPREAD / max(float(np.abs(parts[:, :2]).max(initial=0.0)), 1e-9))
    if len(vectors) > NEIGHBOURS + 1:
        spots = _drawn_together(spots, *_edges(parts))
    return _fitted(spots)


def _fitted(spots: Floats) -> Floats:
    """Places from 0 to 1, of which all but the outermost fill nearly all.

    What lies further out than nearly all others is drawn in to the edge, the further out the
    nearer to it, so that a few stray sounds do not leave the rest a corner.
    """
    low, high = np.percentile(spots, [_OUTER, 100.0 - _OUTER], axis=0)
    inner = (spots - low) / np.maximum(high - low, 1e-9)
    beyond = np.maximum(inner - 1.0, 0.0) + np.maximum(-inner, 0.0)
    drawn_in = _EDGE * beyond / (beyond + _EDGE)
    placed = np.clip(inner, 0.0, 1.0) + np.where(inner < 0.5, -drawn_in, drawn_in)
    fitted: Floats = ((placed + _EDGE) / (1.0 + 2.0 * _EDGE)).astype(np.float32)
    return fitted


def _there(path: Path, contents: Ints) -> npt.NDArray[np.bool_]:
    """Of which contents a file is left."""
    with closing(Index.for_reading(path)) as index:
        there = index.lookup.there(contents.tolist())
    return np.isin(contents, list(there))


def _dimensions(path: Path, backbone: str) -> int:
    with closing(Index.for_reading(path)) as index:
        first = next(iter(index.verdicts.embeddings_after(0, backbone)), None)
    return len(first[2]) // 2 if first else 0


def _components(vectors: Floats) -> Floats:
    """Principal components, the widest first, each with the sign of its largest weight."""
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T.astype(np.float64) @ centred)
    axes = axes[:, ::-1][:, :COMPONENTS]
    largest = axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])]
    parts: Floats = (centred @ (axes * np.sign(largest))).astype(np.float32)
    if parts.shape[1] < 2:
        parts = np.pad(parts, ((0, 0), (0, 2 - parts.shape[1])))
    return parts


def _edges(parts: Floats) -> tuple[Ints, Ints]:
    """Each sound with its nearest ones."""
    squares = (parts**2).sum(axis=1)
    nearest = []
    for start in range(0, len(parts), _AT_ONCE):
        some = parts[start : start + _AT_ONCE]
        distances = squares - 2.0 * (some @ parts.T)
        distances[np.arange(len(some)), start + np.arange(len(some))] = np.inf
        nearest.append(np.argpartition(distances, NEIGHBOURS, axis=1)[:, :NEIGHBOURS])
    ends = np.concatenate(nearest).astype(np.int64)
    return np.repeat(np.arange(len(parts)), NEIGHBOURS), ends.ravel()


def _drawn_together(spots: Floats, begins: Ints, ends: Ints) -> Floats:
    random = np.random.default_rng(0)
    count = len(spots)
    for number in range(ROUNDS):
        step = np.float32(_STEP * (1.0 - number / ROUNDS))
        apart = spots[begins] - spots[ends]
        squared = (apart**2).sum(axis=1) + np.float32(1e-6)
        pull = -2.0 * _A * _B * squared ** (_B - 1.0) / (1.0 + _A * squared**_B)
        moved = _gathered(begins, pull[:, None] * apart, count)
        moved -= _gathered(ends, pull[:, None] * apart, count)
        for _ in range(_PUSHES):
            others = random.integers(0, count, len(begins))
            apart = spots[begins] - spots[others]
            squared = (apart**2).sum(axis=1)
            push = 2.0 * _B / ((0.001 + squared) * (1.0 + _A * squared**_B))
            moved += _gathered(begins, np.clip(push[:, None] * apart, -_LONGEST, _LONGEST), count)
        spots = spots + step * np.clip(moved / np.float32(NEIGHBOURS), -_LONGEST, _LONGEST)
    return spots


def _gathered(where: Ints, what: npt.NDArray[np.floating], count: int) -> Floats:
    """The sum of the moves of each sound, ``[count, 2]``."""
    sums = [np.bincount(where, weights=what[:, axis], minlength=count) for axis in (0, 1)]
    return np.stack(sums, axis=1).astype(np.float32, copy=False)
