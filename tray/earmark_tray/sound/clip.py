"""A sound that is being decoded while it may play already."""

from __future__ import annotations

import numpy as np

from earmark_tray.sound.decode import RATE, Stereo, Unplayable, blocks
from earmark_tray.sound.stamp import stamp_of

LONGEST_SECONDS = 120.0
"""A preview ends after so many, so that an hour's recording does not fill the memory."""

_FIRST_SECONDS = 4.0


class Clip:
    """Samples that grow; one thread fills it, another reads what is ``ready``.

    Attributes:
        first: the sample of the sound that it begins with.
        ready: how many there are from there on.
        peak: of what is ready.
    """

    def __init__(self, path: str, begin: float = 0.0) -> None:
        """Prepare.

        Args:
            path: of the sound.
            begin: a second that it shall hold.
        """
        self.path = path
        self.first = round(begin * RATE) if begin >= LONGEST_SECONDS else 0
        self.ready = 0
        self.peak = 0.0
        self.complete = False
        self.problem: str | None = None
        self.samples: Stereo = np.zeros((int(_FIRST_SECONDS * RATE), 2), dtype=np.float32)
        self._given_up = False
        self._stamp = stamp_of(path)

    def fill(self) -> None:
        """Decode the sound, up to `LONGEST_SECONDS` of it."""
        try:
            for block in blocks(self.path, self.first / RATE):
                if self._given_up or self.ready >= LONGEST_SECONDS * RATE:
                    break
                self._append(block)
        except Unplayable as error:
            self.problem = str(error)
        self.complete = True

    def give_up(self) -> None:
        """Nobody wants to hear the rest."""
        self._given_up = True

    def holds(self, begin: float) -> bool:
        """Whether it has this second of the file as it is now, or will have it."""
        since = begin - self.first / RATE
        return 0.0 <= since < LONGEST_SECONDS and stamp_of(self.path) == self._stamp

    @property
    def end(self) -> int:
        """The sample of the sound after the last that is ready."""
        return self.first + self.ready

    @property
    def room(self) -> float:
        """How many seconds of memory it takes."""
        return len(self.samples) / RATE

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
