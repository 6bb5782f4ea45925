"""A run: all that changes while training, how it begins, and how it goes on from a checkpoint."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from earmark_trainer.training import checkpoint, transfer
from earmark_trainer.training.step import Learner, Parts
from earmark_trainer.training.types import SpectrogramDataset, TrainConfig

Prepare = Callable[[nn.Module], None]
"""Does something to a new network before its first step, such as giving it a head."""

Build = Callable[..., nn.Module]
"""Makes a network from the number of labels and the lengths of a clip's axes, such as
``compact(16, 64, 300)``; its forward gives logits and embedding."""


@dataclass
class Run:
    """All that changes while training.

    Attributes:
        parts: the learner, its average and the optimizer.
        epoch: epochs done.
        steps: steps done in all of them.
        best_score: of the averaged weights on what was kept aside.
        best_epoch: when that was.
        best_state: the averaged weights then.
    """

    parts: Parts
    epoch: int = 0
    steps: int = 0
    best_score: float = -math.inf
    best_epoch: int = 0
    best_state: dict[str, Tensor] = field(default_factory=dict)

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        return {
            "learner": self.parts.learner.state_dict(),
            "averaged": self.parts.averaged.state_dict(),
            "optimizer": self.parts.optimizer.state_dict(),
            "epoch": self.epoch,
            "steps": self.steps,
            "best_score": self.best_score,
            "best_epoch": self.best_epoch,
            "best_state": self.best_state,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from what `state` gave."""
        self.parts.learner.load_state_dict(state["learner"])
        self.parts.averaged.load_state_dict(state["averaged"])
        self.parts.optimizer.load_state_dict(state["optimizer"])
        self.epoch, self.steps = state["epoch"], state["steps"]
        self.best_score, self.best_epoch = state["best_score"], state["best_epoch"]
        self.best_state = state["best_state"]


def begin(
    dataset: SpectrogramDataset,
    config: TrainConfig,
    build: Build,
    saved: Path | None,
    initial: Path | None,
    prepare: Prepare | None = None,
) -> Run:
    """Make the network and its optimizer, or go on from the checkpoint ``saved``.

    Raises:
        TrainingError: the model ``initial`` does not fit.
    """
    torch.manual_seed(config.seed)
    network = build(len(dataset.labels), *dataset.clips.shape[1:])
    if initial is not None:
        transfer.load_into(network, initial)
    if prepare is not None:
        prepare(network)
    with torch.no_grad():
        size = network.eval()(torch.from_numpy(dataset.clips[:1]))[1].shape[1]
    teacher = dataset.teacher if config.teacher_weight > 0 else None
    learner = Learner(network, size, 0 if teacher is None else teacher.shape[1]).to(config.device)
    matrices = [p for p in learner.parameters() if p.ndim > 1]
    vectors = [p for p in learner.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [
            {"params": matrices, "weight_decay": config.weight_decay},
            {"params": vectors, "weight_decay": 0.0},
        ],
        lr=config.learning_rate,
    )
    run = Run(Parts(learner, copy.deepcopy(learner), optimizer))
    state = checkpoint.load(saved, config) if saved is not None else None
    if state is not None:
        run.restore(state)
    return run
