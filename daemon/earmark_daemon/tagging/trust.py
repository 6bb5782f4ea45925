"""Whether the names in a folder may be believed: do they go with the sounds better than chance?

Names that were shuffled, or given by a rule that has nothing to do with the sound, do harm when
they count as evidence. One file cannot show that; a few of one folder can. Keeps what was heard
of the latest files of the latest folders, in memory alone.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from earmark_daemon.tagging.evidence import Pooling, named
from earmark_daemon.tagging.names import Evidence, Place

Rows = npt.NDArray[np.float64]

FILES_REMEMBERED: Final = 64
FOLDERS_REMEMBERED: Final = 1024

FEWEST_KINDS: Final = 4.0
"""A folder whose names speak of fewer labels (by perplexity) is not judged."""

HONEST_SHARE: Final = 0.25
"""Honest names reach this share, at the least, of the agreement that is attainable."""

LEAST_POWER: Final = 2.0
"""Standard errors that this must lie above chance before a folder is judged."""

ABOVE_CHANCE: Final = 1.5
"""Standard errors above chance from which names tell something."""


class Trust:
    """Judges folders by the files of theirs that were heard."""

    def __init__(self, pooling: Pooling | None = None) -> None:
        """Begin with belief in every folder; ``pooling`` is the fitted rule by default."""
        self._pooling = pooling
        self._folders: OrderedDict[str, deque[tuple[list[float], list[float]]]] = OrderedDict()

    def remember(self, folder: str, scores: Mapping[str, float], evidence: Evidence) -> None:
        """Take note of one file: its scores as heard, and what its own name says."""
        own = tuple(clue for clue in evidence if clue.place is Place.NAME)
        if not scores or not own:
            return
        labels = sorted(scores)
        said = named(scores, own, self._pooling)
        files = self._folders.setdefault(folder, deque(maxlen=FILES_REMEMBERED))
        files.append(([scores[label] for label in labels], [said[label] for label in labels]))
        self._folders.move_to_end(folder)
        if len(self._folders) > FOLDERS_REMEMBERED:
            self._folders.popitem(last=False)

    def believes(self, folder: str) -> bool:
        """Whether the names in this folder count; they do until the sounds speak against it."""
        files = self._folders.get(folder, ())
        heard = np.array([scores for scores, _ in files])
        said = np.array([names for _, names in files])
        return not tell_nothing(heard, said)


def tell_nothing(heard: Rows, said: Rows) -> bool:
    """Whether names fit their own sounds no better than those of their neighbours.

    The agreement of each name with its own sound is compared with its agreement with every sound
    of the folder, as in a permutation test; so a folder that holds one kind of sound, or one that
    the model does not recognise, is never judged by that.

    Args:
        heard: scores of each file as heard, ``[files, labels]``.
        said: scores that each name alone gives, ``[files, labels]``.
    """
    if len(heard) < FEWEST_KINDS or _kinds(said) < FEWEST_KINDS:
        return False
    agreement = said @ heard.T
    chance = agreement.mean(axis=1)
    error = float(np.sqrt(agreement.var(axis=1).sum()))
    attainable = float((agreement.max(axis=1) - chance).sum())
    if HONEST_SHARE * attainable < LEAST_POWER * error:
        return False
    return float((agreement.diagonal() - chance).sum()) < ABOVE_CHANCE * error


def _kinds(said: Rows) -> float:
    """How many labels the names speak of: the perplexity of their mean."""
    mean = np.maximum(said.mean(axis=0), 1e-12)
    return float(np.exp(-(mean * np.log(mean)).sum()))
