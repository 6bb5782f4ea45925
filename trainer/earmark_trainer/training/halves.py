"""Short sounds in half a window: most one-shots end before it, and the rest would be silence.

Owns the rule by which clips are shown, which is the client's own (`hearing/model.py` there).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from torch import nn

from earmark_trainer.training.types import Ints


def takes_halves(network: nn.Module) -> bool:
    """Whether a network can be shown half a window."""
    return bool(getattr(network, "any_length", False))


def learns_as_shown(network: nn.Module) -> bool:
    """Whether it has to learn from clips as they are shown later."""
    return bool(getattr(network, "as_shown", False))


def are_short(clips: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which of ``[N, n_mels, frames]`` have nothing in the second half of their frames."""
    return np.asarray(~clips[:, :, clips.shape[2] // 2 :].any(axis=(1, 2)))


def in_portions(clips: npt.NDArray[Any]) -> list[tuple[Ints, npt.NDArray[Any]]]:
    """Clips ``[N, n_mels, frames]`` as they are shown, with their places.

    Those with nothing in the second half of their frames come by their first half.
    """
    half = clips.shape[2] // 2
    short = are_short(clips)
    portions = [
        (np.flatnonzero(short), clips[short][:, :, :half]),
        (np.flatnonzero(~short), clips[~short]),
    ]
    return [portion for portion in portions if len(portion[0])]
