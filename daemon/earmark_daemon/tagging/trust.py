"""Whether the names in a folder may be believed: do they go with the sounds better than chance?

Names that were shuffled, or given by a rule that has nothing to do with the sound, do harm when
they count as evidence. One file cannot show that; a few of one folder can.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.float64]

FEWEST_FILES: Final = 8
"""A folder of fewer files is not judged."""

FEWEST_KINDS: Final = 3.0
"""A folder whose names tell fewer labels apart is not judged."""

HONEST_SHARE: Final = 0.25
"""Names that tell something reach this share, at the least, of the agreement to be expected."""

LEAST_POWER: Final = 2.0
"""Standard errors that this must lie above chance before a folder is judged."""

ABOVE_CHANCE: Final = 1.5
"""Standard errors above chance from which names tell something."""

LEAST_SHARE: Final = 0.1
"""Names that do not reach this share of the agreement to be expected tell nothing; and where even
that agreement is less than this for each file, the model does not know the sounds."""


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
    """How many labels the names speak of: the perplexity of their mean, over that of one name.

    The exponential of the mutual information of name and label, so that names which are all
    equally vague speak of one kind.
    """
    return float(np.exp(_entropy(said.mean(axis=0)) - _entropy(said).mean()))


def _entropy(shares: Rows) -> Rows:
    """In nats, along the last axis."""
    return np.asarray(-(shares * np.log(np.maximum(shares, 1e-12))).sum(axis=-1))
