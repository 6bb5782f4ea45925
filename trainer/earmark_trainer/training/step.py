"""One step of training: forward, loss, backward, update, average. Nothing else changes state."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from earmark_trainer.training import workers
from earmark_trainer.training.types import TrainConfig

LARGEST_GRADIENT = 2.0


class Learner(nn.Module):
    """A network and, while it learns from a teacher, a head that predicts the teacher.

    The teacher's head is dropped at export.
    """

    def __init__(self, network: nn.Module, embedding_size: int, teacher_size: int) -> None:
        super().__init__()
        self.network = network
        self.teacher_head = nn.Linear(embedding_size, teacher_size) if teacher_size else None

    def forward(self, clips: Tensor) -> tuple[Tensor, Tensor | None]:
        """Logits ``[B, L]`` and the teacher's prediction ``[B, D]``, if there is one."""
        logits, embedding = self.network(clips)
        return logits, None if self.teacher_head is None else self.teacher_head(embedding)


@dataclass(frozen=True)
class Batch:
    """Clips ``[B, ...]``, targets and known ``[B, L]``, teacher ``[B, D]`` or None."""

    clips: Tensor
    targets: Tensor
    known: Tensor
    teacher: Tensor | None


@dataclass(frozen=True)
class Parts:
    """What one step works on."""

    learner: Learner
    averaged: Learner
    optimizer: torch.optim.Optimizer


def task_loss(logits: Tensor, batch: Batch, smoothing: float, *, exclusive: bool) -> Tensor:
    """Smoothed cross entropy (exclusive) or masked binary cross entropy, over the batch."""
    count = logits.shape[1]
    if exclusive:
        smooth = batch.targets * (1.0 - smoothing) + smoothing / count
        return -(smooth * functional.log_softmax(logits, dim=1)).sum(1).mean()
    smooth = batch.targets * (1.0 - smoothing) + smoothing / 2.0
    entropy = functional.binary_cross_entropy_with_logits(logits, smooth, reduction="none")
    known = batch.known.float()
    return (entropy * known).sum() / known.sum().clamp_min(1.0)


def step(parts: Parts, batch: Batch, config: TrainConfig, done: int, *, exclusive: bool) -> float:
    """Update the learner and its average by one batch; the loss.

    Args:
        parts: the learner, its average and the optimizer, changed in place.
        batch: what to learn from.
        config: how.
        done: steps done before this one; the average forgets faster at first.
        exclusive: softmax or sigmoid.
    """
    parts.learner.train()
    parts.optimizer.zero_grad(set_to_none=True)
    with torch.autocast(config.device, torch.bfloat16, enabled=config.bfloat16):
        logits, guess = parts.learner(batch.clips)
    loss = task_loss(logits.float(), batch, config.label_smoothing, exclusive=exclusive)
    if guess is not None and batch.teacher is not None:
        distance = 1.0 - functional.cosine_similarity(guess.float(), batch.teacher)
        loss = loss + config.teacher_weight * distance.mean()
    loss.backward()  # type: ignore[no-untyped-call]
    workers.average_gradients(parts.learner)
    nn.utils.clip_grad_norm_(parts.learner.parameters(), LARGEST_GRADIENT)
    parts.optimizer.step()
    _average(parts, min(config.ema, (1.0 + done) / (10.0 + done)))
    return float(loss.detach())


@torch.no_grad()
def _average(parts: Parts, decay: float) -> None:
    """Exponential moving average of weights and of batch statistics."""
    pairs = zip(
        parts.averaged.state_dict().values(), parts.learner.state_dict().values(), strict=True
    )
    for kept, new in pairs:
        if kept.is_floating_point():
            kept.lerp_(new, 1.0 - decay)
        else:
            kept.copy_(new)
