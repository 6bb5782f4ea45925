"""One epoch: which clips are drawn, how they are bent and mixed, and at what rate is learnt.

All randomness comes from the seed and the number of the epoch.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from earmark_trainer.training import augment, sampling, workers
from earmark_trainer.training.run import Run
from earmark_trainer.training.step import Batch, step
from earmark_trainer.training.types import Ints, SpectrogramDataset, TrainConfig

CROPPED_EPOCHS = 0.75
"""Share of the epochs in which clips are cropped, if at all."""


def _rate(done: int, total: int, config: TrainConfig) -> float:
    """Linear warm-up, then half a cosine down to a hundredth."""
    warm = max(1, round(config.warmup * total))
    if done < warm:
        return config.learning_rate * (done + 1) / warm
    along = (done - warm) / max(1, total - warm)
    return config.learning_rate * (0.01 + 0.99 * 0.5 * (1.0 + math.cos(math.pi * along)))


def pass_over(run: Run, training: SpectrogramDataset, config: TrainConfig) -> float:
    """Learn from the clips of one epoch; the mean loss."""
    weights = sampling.draw_weights(training, config.class_balance, config.pack_balance)
    count = config.clips_per_epoch or int((~training.copies).sum()) or len(training)
    picked = workers.share(sampling.draw(weights, count, config.seed, run.epoch))
    size = min(config.batch_size, len(picked))
    batches = [picked[at : at + size] for at in range(0, len(picked) - size + 1, size)]
    chance = run.epoch + workers.number() * 100_003
    torch.manual_seed(config.seed * 1_000_003 + chance)
    generator = torch.Generator().manual_seed(config.seed * 1_000_033 + chance)
    cropped = config.crop > 0 and run.epoch < CROPPED_EPOCHS * config.epochs
    crop = config.crop if cropped else None
    losses = []
    for index in batches:
        rate = _rate(run.steps, len(batches) * config.epochs, config)
        for group in run.parts.optimizer.param_groups:
            group["lr"] = rate
        batch = _batch(training, index, config, generator, crop)
        losses.append(step(run.parts, batch, config, run.steps, exclusive=training.exclusive))
        run.steps += 1
    run.epoch += 1
    workers.average_statistics(run.parts.learner)
    workers.average_statistics(run.parts.averaged)
    return float(np.mean(losses))


def _batch(
    data: SpectrogramDataset,
    index: Ints,
    config: TrainConfig,
    generator: torch.Generator,
    crop: int | None,
) -> Batch:
    device = config.device
    clips = torch.from_numpy(data.clips[index][..., :crop]).to(device)
    targets = torch.from_numpy(data.targets[index]).to(device)
    known = torch.from_numpy(data.known[index]).to(device)
    teacher = None
    if data.teacher is not None and config.teacher_weight > 0:
        teacher = torch.from_numpy(data.teacher[index]).to(device)
    if clips.ndim == 3:
        clips = augment.bend(clips, config.augment, generator)
    if bool(known.all()):
        mixture = augment.mixture(len(clips), config.augment, generator, clips.device)
        clips, targets = mixture.of(clips.float()), mixture.of(targets)
        teacher = None if teacher is None else mixture.of(teacher)
    return Batch(clips, targets, known, teacher)
