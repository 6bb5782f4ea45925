"""Whether the names in a folder may be believed: do they go with the sounds better than chance?

Names that were shuffled, or given by a rule that has nothing to do with the sound, do harm when
they count as evidence. One file cannot show that; a few of one folder can. Keeps what was heard
of the latest files of the latest folders, in memory alone.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from earmark_daemon.tagging.evidence import Pooling, named
from earmark_daemon.tagging.names import Evidence, Place

Rows = npt.NDArray[np.float64]

FILES_REMEMBERED: Final = 128
FOLDERS_REMEMBERED: Final = 1024

FEWEST_FILES: Final = 8
"""A folder of fewer files is not judged."""

FEWEST_KINDS: Final = 4.0
"""A folder whose names speak of fewer labels (by perplexity) is not judged."""

HONEST_SHARE: Final = 0.25
"""Names that tell something reach this share, at the least, of the agreement to be expected."""

LEAST_POWER: Final = 2.0
"""Standard errors that this must lie above chance before a folder is judged."""

ABOVE_CHANCE: Final = 1.5
"""Standard errors above chance from which names tell something."""

LEAST_SHARE: Final = 0.1
"""Names that do not reach this share of the agreement to be expected tell nothing; and where even
that agreement is less than this for each file, the model does not know the sounds."""


@dataclass
class _Folder:
    """The latest files of a folder: scores as heard, and those that each name alone gives."""

    files: deque[tuple[list[float], list[float]]] = field(
        default_factory=lambda: deque(maxlen=FILES_REMEMBERED)
    )
    believed: bool | None = True


class Trust:
    """Judges folders by the files of theirs that were heard."""

    def __init__(self, pooling: Pooling | None = None) -> None:
        """Begin with belief in every folder; ``pooling`` is the fitted rule by default."""
        self._pooling = pooling
        self._folders: OrderedDict[str, _Folder] = OrderedDict()

    def remember(self, folder: str, scores: Mapping[str, float], evidence: Evidence) -> None:
        """Take note of one file: its scores as heard, and what its own name says."""
        own = tuple(c for c in evidence if c.place is Place.NAME and c.label in scores)
        if not own:
            return
        labels = sorted(scores)
        said = named(scores, own, self._pooling)
        known = self._folders.setdefault(folder, _Folder())
        known.files.append(([scores[label] for label in labels], [said[label] for label in labels]))
        known.believed = None
        self._folders.move_to_end(folder)
        if len(self._folders) > FOLDERS_REMEMBERED:
            self._folders.popitem(last=False)

    def believes(self, folder: str) -> bool:
        """Whether the names in this folder count; they do until the sounds speak against it."""
        known = self._folders.get(folder)
        if known is None:
            return True
        if known.believed is None:
            heard = np.array([scores for scores, _ in known.files])
            said = np.array([names for _, names in known.files])
            known.believed = not tell_nothing(heard, said)
        return known.believed


def tell_nothing(heard: Rows, said: Rows) -> bool:
    """Whether names fit their own sounds no better than those of their neighbours.

    The agreement of each name with its own sound is compared with its agreement with every sound
    of the folder, as in a permutation test, and with what is to be expected of right names when
    scores are calibrated. A folder whose names speak of few labels is never judged, so that one
    full of sounds that the model does not recognise keeps its names.

    Args:
        heard: scores of each file as heard, ``[files, labels]``.
        said: scores that each name alone gives, ``[files, labels]``.
    """
    if len(heard) < FEWEST_FILES or _kinds(said) < FEWEST_KINDS:
        return False
    agreement = said @ heard.T
    chance = agreement.mean(axis=1).sum()
    error = float(np.sqrt(agreement.var(axis=1).sum()))
    expected = float(np.square(heard).sum() - chance)
    knows_the_sounds = expected >= LEAST_SHARE * len(heard)
    if not knows_the_sounds or HONEST_SHARE * expected < LEAST_POWER * error:
        return False
    found = float(agreement.trace() - chance)
    return found < max(ABOVE_CHANCE * error, LEAST_SHARE * expected)


def _kinds(said: Rows) -> float:
    """How many labels the names speak of: the perplexity of their mean."""
    mean = np.maximum(said.mean(axis=0), 1e-12)
    return float(np.exp(-(mean * np.log(mean)).sum()))
