"""One epoch: which clips are drawn, in which batches, and at what rate is learnt.

All randomness comes from the seed and the number of the epoch.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from earmark_trainer.training import halves, sampling, workers
from earmark_trainer.training.batches import Drawn, batch_of
from earmark_trainer.training.kin import Kin
from earmark_trainer.training.run import Run
from earmark_trainer.training.step import step
from earmark_trainer.training.types import Ints, SpectrogramDataset, TrainConfig

_AT_ONCE = 4_096
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
    chance = run.epoch + workers.number() * 100_003
    torch.manual_seed(config.seed * 1_000_003 + chance)
    generator = torch.Generator().manual_seed(config.seed * 1_000_033 + chance)
    cropped = config.crop > 0 and run.epoch < CROPPED_EPOCHS * config.epochs
    crop = config.crop if cropped else None
    batches = [(index, crop) for index in _cut(picked, size)]
    if halves.learns_as_shown(run.parts.learner.network):
        batches = _as_shown(training, picked, size)
    losses = []
    for index, shown in batches:
        rate = _rate(run.steps, len(batches) * config.epochs, config)
        for group in run.parts.optimizer.param_groups:
            group["lr"] = rate
        batch = batch_of(Drawn(training, index, kin, shown), config, generator)
        losses.append(step(run.parts, batch, config, run.steps, exclusive=training.exclusive))
        run.steps += 1
    run.epoch += 1
    workers.average_statistics(run.parts.learner)
    workers.average_statistics(run.parts.averaged)
    return float(np.mean(losses))


def _cut(picked: Ints, size: int) -> list[Ints]:
    """Whole batches; what is left over at the end is not shown."""
    return [picked[at : at + size] for at in range(0, len(picked) - size + 1, size)]


def _as_shown(
    training: SpectrogramDataset, picked: Ints, size: int
) -> list[tuple[Ints, int | None]]:
    """Batches of short clips, of which half the frames are shown, and batches of the others.

    They come in the order of their first clips, so that both kinds are spread over the epoch.
    """
    half = training.clips.shape[2] // 2
    short = np.concatenate([halves.are_short(training.clips[part]) for part in _parts(picked)])
    batches: list[tuple[Ints, int | None]] = []
    for own, crop in ((short, half), (~short, None)):
        places = np.flatnonzero(own)
        kept = min(size, len(places))
        batches += [(cut, crop) for cut in (_cut(places, kept) if kept else [])]
    batches.sort(key=lambda batch: int(batch[0][0]))
    return [(picked[cut], crop) for cut, crop in batches]


def _parts(picked: Ints) -> list[Ints]:
    """The same in pieces that fit in memory, for clips may lie on disk."""
    return np.array_split(picked, 1 + len(picked) // _AT_ONCE)
