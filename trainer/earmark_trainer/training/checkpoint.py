"""Checkpoints: written whole or not at all, read without running anything that they contain."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import torch

from earmark_trainer.training.types import TrainConfig, TrainingError

FORMAT = 1


def save(path: Path, state: dict[str, Any], config: TrainConfig) -> None:
    """Write beside the place, sync, then rename onto it: a reader sees the old or the new one."""
    beside = path.with_name(path.name + ".part")
    with beside.open("wb") as file:
        torch.save({"format": FORMAT, "config": config.to_dict(), **state}, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def load(path: Path, config: TrainConfig) -> dict[str, Any] | None:
    """The state saved there, or None if there is none.

    Raises:
        TrainingError: the file is damaged, or it belongs to another training.
    """
    if not path.exists():
        return None
    try:
        state = torch.load(path, map_location=config.device, weights_only=True)
    except (RuntimeError, EOFError, OSError, pickle.UnpicklingError) as error:
        raise TrainingError(f"The checkpoint {path.name} is damaged; delete it.") from error
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise TrainingError(f"The checkpoint {path.name} has a format this version cannot read.")
    if not _are(state["config"], config):
        raise TrainingError(f"The checkpoint {path.name} is of a training with other settings.")
    return state


def _are(stored: dict[str, Any], config: TrainConfig) -> bool:
    """Whether these are the settings; one that is newer than the checkpoint has its default."""
    try:
        return TrainConfig.from_dict(stored) == config
    except TypeError:
        return False
