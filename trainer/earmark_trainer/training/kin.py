"""Which clip of another pack says the same: kin, to be crossed with while training.

Owns index arithmetic alone.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from earmark_trainer.training.types import Ints, SpectrogramDataset


class Kin:
    """For each clip, the clips that carry the same tags and come from other packs."""

    def __init__(self, dataset: SpectrogramDataset, weights: npt.NDArray[np.float64]) -> None:
        """Clips of one kind and pack are laid side by side, each as wide as it is likely.

        Args:
            dataset: the clips.
            weights: how likely each is to be drawn, ``[N]``, none of them zero.
        """
        kind = np.unique(dataset.targets, axis=0, return_inverse=True)[1].ravel()
        packs = np.unique(dataset.packs, return_inverse=True)[1]
        cell = kind * (packs.max() + 1) + packs
        self._order = np.argsort(cell, kind="stable")
        self._running = np.concatenate(([0.0], np.cumsum(weights[self._order])))
        self._kinds = self._spans(kind)
        self._cells = self._spans(cell)

    def _spans(self, values: Ints) -> npt.NDArray[np.float64]:
        """Where each clip's equals begin and end along the running sum, ``[2, N]``."""
        ordered = values[self._order]
        ends = (np.searchsorted(ordered, values, side) for side in ("left", "right"))
        return np.stack([self._running[end] for end in ends])

    def of(self, index: Ints, random: np.random.Generator) -> Ints:
        """One of its kin for each of these clips; the clip itself where it has none."""
        (begin, end), (own_begin, own_end) = self._kinds[:, index], self._cells[:, index]
        before, after = own_begin - begin, end - own_end
        along = random.random(len(index)) * (before + after)
        at = begin + along + np.where(along < before, 0.0, own_end - own_begin)
        place = np.searchsorted(self._running, at, "right") - 1
        drawn = self._order[np.minimum(place, len(self._order) - 1)]
        alone = before + after <= 1e-9 * self._running[-1]
        return np.where(alone, index, drawn).astype(np.int64)
