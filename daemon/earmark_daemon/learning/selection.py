"""Which sounds to label next: those that a head is unsure of, and that differ from one another.

`benchmarks/accuracy/fewshot.py` measures what it gains on chance; figures in
`docs/PERSONAL-TAGS.md`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
_SHORT_LIST = 6
"""So many times the wanted number are unsure enough to choose among."""


def next_to_label(embeddings: Array, scores: Array, count: int) -> npt.NDArray[np.int64]:
    """Numbers of the sounds that a word about would tell most.

    Sounds with a score near one half come first; among these such are taken as lie farthest from
    what was taken already.

    Args:
        embeddings: of unlabelled sounds, ``[N, D]``.
        scores: calibrated, ``[N, L]``.
        count: how many are wanted.
    """
    doubt = (1.0 - 2.0 * np.abs(scores - 0.5)).max(axis=1, initial=0.0)
    listed = np.argsort(-doubt, kind="stable")[: _SHORT_LIST * count]
    unit = embeddings[listed] / np.maximum(
        np.linalg.norm(embeddings[listed], axis=1, keepdims=True), 1e-9
    )
    taken = [0] if len(listed) else []
    nearest = unit @ unit[0] if len(listed) else np.zeros(0)
    while len(taken) < min(count, len(listed)):
        nearest[taken] = np.inf
        taken.append(int(np.argmin(nearest)))
        nearest = np.maximum(nearest, unit @ unit[taken[-1]])
    return np.asarray(listed[taken], dtype=np.int64)
