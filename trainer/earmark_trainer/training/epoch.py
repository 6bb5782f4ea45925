"""One epoch: which clips are drawn, in which batches, and at what rate is learnt.

All randomness comes from the seed and the number of the epoch.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from earmark_trainer.training import sampling, workers
from earmark_trainer.training.batches import Drawn, batch_of
from earmark_trainer.training.kin import Kin
from earmark_trainer.training.run import Run
from earmark_trainer.training.step import step
from earmark_trainer.training.types import SpectrogramDataset, TrainConfig

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
    crosses = config.augment.crosses and len(training.clips.shape) == 3
    kin = Kin(training, weights) if crosses else None
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
        batch = batch_of(Drawn(training, index, kin, crop), config, generator)
        losses.append(step(run.parts, batch, config, run.steps, exclusive=training.exclusive))
        run.steps += 1
    run.epoch += 1
    workers.average_statistics(run.parts.learner)
    workers.average_statistics(run.parts.averaged)
    return float(np.mean(losses))
