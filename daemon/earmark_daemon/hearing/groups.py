"""Groups of sounds that are so much alike that one word may do for all of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

ALIKE = 0.7
"""Cosine from which sounds go into one group; `benchmarks/accuracy/alike.py` measures it."""

FEWEST = 3
MOST = 12


def alike(embeddings: Sequence[bytes], threshold: float = ALIKE) -> list[list[int]]:
    """Greedy leaders: the sound with the most others around it and these, then the next.

    Args:
        embeddings: float16 bytes of each sound, all of one length; empty for silence.
        threshold: least cosine between a group's leader and its members.

    Returns:
        Positions in ``embeddings``: groups of `FEWEST` to `MOST`, the largest first, each with its
        leader first and then the nearest. No sound is in two, silence is in none.
    """
    places = [place for place, stored in enumerate(embeddings) if stored]
    if len(places) < FEWEST:
        return []
    rows = np.stack([np.frombuffer(embeddings[place], dtype=np.float16) for place in places])
    rows = rows.astype(np.float32)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    cosines = rows @ rows.T
    near = cosines >= threshold
    groups: list[list[int]] = []
    while True:
        counts = near.sum(axis=1)
        leader = int(counts.argmax())
        if counts[leader] < FEWEST:
            return groups
        ranked = np.argsort(-cosines[leader], kind="stable")
        members = [int(each) for each in ranked if near[leader, each]][:MOST]
        groups.append([places[each] for each in members])
        near[members, :] = False
        near[:, members] = False
