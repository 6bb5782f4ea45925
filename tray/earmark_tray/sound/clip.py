"""A sound that is being decoded while it may play already."""

from __future__ import annotations

import numpy as np

from earmark_tray.sound.decode import RATE, Stereo, Unplayable, blocks

LONGEST_SECONDS = 120.0
"""A preview ends here, so that an hour's recording does not fill the memory."""

_FIRST_SECONDS = 4.0


class Clip:
    """Samples that grow; one thread fills it, another reads what is ``ready``.

    Attributes:
        peak: of what is ready.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.ready = 0
        self.peak = 0.0
        self.complete = False
        self.problem: str | None = None
        self.samples: Stereo = np.zeros((int(_FIRST_SECONDS * RATE), 2), dtype=np.float32)
        self._given_up = False

    def fill(self) -> None:
        """Decode the sound, up to `LONGEST_SECONDS`."""
        try:
            for block in blocks(self.path):
                if self._given_up or self.ready >= LONGEST_SECONDS * RATE:
                    break
                self._append(block)
        except Unplayable as error:
            self.problem = str(error)
        self.complete = True

    def give_up(self) -> None:
        """Nobody wants to hear the rest."""
        self._given_up = True

    @property
    def seconds(self) -> float:
        """How much of it can be played already."""
        return self.ready / RATE

    def _append(self, block: Stereo) -> None:
        end = self.ready + len(block)
        if end > len(self.samples):
            grown = np.zeros((max(end, 2 * len(self.samples)), 2), dtype=np.float32)
            grown[: self.ready] = self.samples[: self.ready]
            self.samples = grown
        self.samples[self.ready : end] = block
        if len(block):
            self.peak = max(self.peak, float(np.abs(block).max()))
        self.ready = end
