"""What one step learns from: clips as they were drawn, crossed, bent and mixed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from earmark_trainer.training import augment
from earmark_trainer.training.hybrids import cross
from earmark_trainer.training.kin import Kin
from earmark_trainer.training.step import Batch
from earmark_trainer.training.types import Ints, SpectrogramDataset, TrainConfig


@dataclass(frozen=True)
class Drawn:
    """The clips of one batch.

    Attributes:
        data: where they are drawn from.
        index: their positions there.
        kin: whom they may be crossed with; None crosses none.
        crop: how many of their frames are shown; None shows all.
    """

    data: SpectrogramDataset
    index: Ints
    kin: Kin | None
    crop: int | None

    def clips(self, index: Ints, device: str) -> Tensor:
        """Clips at these positions."""
        return torch.from_numpy(self.data.clips[index][..., : self.crop]).to(device)

    def teacher(self, index: Ints, device: str) -> Tensor | None:
        """What the teacher says of these positions, if there is one."""
        teacher = self.data.teacher
        return None if teacher is None else torch.from_numpy(teacher[index]).to(device)


def batch_of(drawn: Drawn, config: TrainConfig, generator: torch.Generator) -> Batch:
    """The batch on the device of the training, all its chance from the generator."""
    device = config.device
    clips = drawn.clips(drawn.index, device)
    targets = torch.from_numpy(drawn.data.targets[drawn.index]).to(device)
    known = torch.from_numpy(drawn.data.known[drawn.index]).to(device)
    teacher = drawn.teacher(drawn.index, device) if config.teacher_weight > 0 else None
    dice = augment.Dice(generator, len(clips), clips.device)
    if drawn.kin is not None:
        kin = drawn.kin.of(drawn.index, _seeded_by(generator))
        clips, own = cross(clips, drawn.clips(kin, device), config.augment, dice)
        theirs = drawn.teacher(kin, device)
        if teacher is not None and theirs is not None:
            teacher = torch.lerp(theirs, teacher, own)
    if clips.ndim == 3:
        clips = augment.bend(clips, config.augment, dice)
    if bool(known.all()):
        mixture = augment.mixture(config.augment, dice)
        clips, targets = mixture.of(clips.float()), mixture.of(targets)
        teacher = None if teacher is None else mixture.of(teacher)
    return Batch(clips, targets, known, teacher)


def _seeded_by(generator: torch.Generator) -> np.random.Generator:
    return np.random.default_rng(int(torch.randint(2**31, (1,), generator=generator)))
