"""Who speaks for whom: the sounds that are heard together with those that a head learns from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Fellows:
    """For each sound of a data set those beside it, and what each of them counts.

    Attributes:
        embeddings: of all that are beside any, float32 ``[P, D]``.
        which: their rows for each sound, int64 ``[N, K]``.
        shares: what each counts, ``[N, K]``, 0 where there is none; what a row leaves of 1 is the
            sound's own.
    """

    embeddings: npt.NDArray[np.float32]
    which: npt.NDArray[np.int64]
    shares: npt.NDArray[np.float64]

    def rows(self, chosen: Array) -> Fellows:
        """Those of some of the sounds, by number or by mask."""
        return replace(self, which=self.which[chosen], shares=self.shares[chosen])

    def mixed(self, own: Array, theirs: Array) -> Array:
        """Anything linear of the sounds ``[N, M]``, averaged with that of their fellows ``[P, M]``.

        What is averaged by kernels is averaged by logits too, so a head that was fitted to the one
        is asked for the other.
        """
        mixed = own * (1.0 - self.shares.sum(axis=1, keepdims=True))
        for column in range(self.which.shape[1] if len(theirs) else 0):
            mixed += self.shares[:, column, None] * theirs[self.which[:, column]]
        return np.asarray(mixed)
