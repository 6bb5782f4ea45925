"""Checkpoints: written whole or not at all, read without running anything that they contain."""

from __future__ import annotations

import logging
import os
import pickle
from pathlib import Path
from typing import Any

import torch

from earmark_trainer.training.types import TrainConfig

FORMAT = 1
_DAMAGED = (RuntimeError, EOFError, OSError, LookupError, ValueError)
_log = logging.getLogger(__name__)


def save(path: Path, state: dict[str, Any], config: TrainConfig) -> None:
    """Write beside the place, sync, then rename onto it: a reader sees the old or the new one."""
    beside = path.with_name(path.name + ".part")
    with beside.open("wb") as file:
        torch.save({"format": FORMAT, "config": config.to_dict(), **state}, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def load(path: Path, config: TrainConfig) -> dict[str, Any] | None:
    """The state saved there, or None if there is none that this training can go on from.

    A damaged one is none, nor is one of other settings: on another processor, or by another version
    of the trainer, it would go on as neither of the two trainings would have gone.
    """
    if not path.exists():
        return None
    try:
        state = torch.load(path, map_location=config.device, weights_only=True)
    except (*_DAMAGED, pickle.UnpicklingError) as error:
        _log.warning("%s is damaged (%s): training begins anew", path.name, error)
        return None
    if isinstance(state, dict) and state.get("format") == FORMAT and _is_of(state, config):
        return state
    _log.warning("%s is of a training with other settings: it begins anew", path.name)
    return None


def _is_of(state: dict[str, Any], config: TrainConfig) -> bool:
    """Whether it has these settings; one that is newer than the checkpoint has its default."""
    try:
        return TrainConfig.from_dict(state["config"]) == config
    except (TypeError, KeyError, ValueError, AttributeError):
        return False
