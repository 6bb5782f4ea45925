"""Bends spectrograms while training: one batch in, one batch out, all randomness from one source.

Owns changes to pictures; audio is none of its business.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from earmark_trainer.training.types import AugmentConfig

FULL = 255.0


@dataclass(frozen=True)
class Dice:
    """Random numbers of one batch, drawn on the CPU, whatever device the batch is on."""

    generator: torch.Generator
    count: int
    device: torch.device

    def uniform(self, low: float, high: float, *, width: int = 1) -> Tensor:
        """Shape ``[count, width]``."""
        values = torch.rand(self.count, width, generator=self.generator)
        return (low + (high - low) * values).to(self.device)

    def beta(self, alpha: float) -> Tensor:
        """Draws from Beta(alpha, alpha), ``[count, 1]`` (Jöhnk 1964 for alpha below 1)."""
        draws = torch.full((self.count, 1), 0.5)
        todo = torch.ones(self.count, 1, dtype=torch.bool)
        for _ in range(64):
            u = torch.rand(self.count, 1, generator=self.generator) ** (1.0 / alpha)
            v = torch.rand(self.count, 1, generator=self.generator) ** (1.0 / alpha)
            good = todo & (u + v <= 1.0) & (u + v > 0.0)
            draws = torch.where(good, u / (u + v).clamp_min(1e-12), draws)
            todo &= ~good
            if not bool(todo.any()):
                break
        return draws.to(self.device)


def at_full_scale(clips: Tensor, sounding: Tensor) -> Tensor:
    """The sounding cells of ``[B, n_mels, frames]`` lifted until each clip's loudest is 255."""
    loudest = clips.amax(dim=(1, 2), keepdim=True)
    lifted = torch.where(sounding, clips + FULL - loudest, clips)
    return torch.where(loudest > 0, lifted, clips).clamp(0.0, FULL)


def bend(clips: Tensor, config: AugmentConfig, dice: Dice) -> Tensor:
    """Shift, stretch, tilt and mask ``[B, n_mels, frames]`` of 0 to 255; a float copy.

    The loudest cell of each clip is 255 again before masking, as the front end would have it.
    """
    bent = _warp(clips.float(), config, dice)
    bent = _tilt(bent, config, dice)
    bent = _floor(bent, config, dice)
    bent = _mask(bent, config.time_masks, config.time_mask, dice, axis=2)
    return _mask(bent, config.frequency_masks, config.frequency_mask, dice, axis=1)


def _warp(clips: Tensor, config: AugmentConfig, dice: Dice) -> Tensor:
    """Shift both axes and stretch time about the start, all in one resampling."""
    bands, frames = clips.shape[1:]
    stretch = torch.exp(dice.uniform(-config.stretch, config.stretch))
    shift_t = dice.uniform(-config.time_shift, config.time_shift)
    shift_f = dice.uniform(-config.frequency_shift, config.frequency_shift)
    # Where the sound starts must stay audible: a shift to the left would cut the attack.
    shift_t = torch.where(shift_t < 0, shift_t / 4, shift_t)
    t = (torch.arange(frames, device=clips.device) - shift_t) * stretch
    f = torch.arange(bands, device=clips.device) - shift_f
    grid = torch.stack(
        (
            ((2 * t + 1) / frames - 1)[:, None, :].expand(-1, bands, -1),
            ((2 * f + 1) / bands - 1)[:, :, None].expand(-1, -1, frames),
        ),
        dim=-1,
    )
    return functional.grid_sample(
        clips[:, None], grid, padding_mode="zeros", align_corners=False
    ).squeeze(1)


def _tilt(clips: Tensor, config: AugmentConfig, dice: Dice) -> Tensor:
    """Add a slope and a slow wave over the bands, as an equaliser would; silence stays."""
    bands = clips.shape[1]
    ramp = torch.linspace(-0.5, 0.5, bands, device=clips.device)
    amount = dice.uniform(-config.tilt, config.tilt)
    wave = torch.sin(ramp * 6.3 * dice.uniform(0.5, 1.5) + dice.uniform(0.0, 6.3))
    curve = amount * ramp + 0.35 * dice.uniform(-config.tilt, config.tilt) * wave
    # One unit of the picture is a 255th of the range; decibels are stated for 80 of them.
    bent = torch.where(clips > 0, clips + (curve * FULL / 80.0)[:, :, None], clips)
    return at_full_scale(bent, clips > 0)


def _floor(clips: Tensor, config: AugmentConfig, dice: Dice) -> Tensor:
    """Either fade the quietest cells out (a gate) or fill them in (background noise)."""
    level = dice.uniform(-config.floor, config.floor)[:, :, None] * FULL
    ripple = torch.rand(1, *clips.shape[1:], generator=dice.generator).to(clips.device)
    filled = torch.maximum(clips, level + 8.0 * ripple)
    gated = torch.where(clips < -level, torch.zeros_like(clips), clips)
    return torch.where(level > 0, torch.where(level > 0.15 * FULL, clips, filled), gated)


def _mask(clips: Tensor, count: int, widest: int, dice: Dice, *, axis: int) -> Tensor:
    """Blank ``count`` stretches along an axis."""
    size = clips.shape[axis]
    place = torch.arange(size, device=clips.device)
    keep = torch.ones(len(clips), size, dtype=torch.bool, device=clips.device)
    for _ in range(count):
        width = dice.uniform(0.0, float(widest))
        start = dice.uniform(0.0, 1.0) * (size - width)
        keep &= (place < start) | (place >= start + width)
    return clips * (keep[:, None, :] if axis == 2 else keep[:, :, None])


@dataclass(frozen=True)
class Mixture:
    """Which clip of a batch is mixed with which, and how much of itself it keeps."""

    share: Tensor
    partner: Tensor

    def of(self, values: Tensor) -> Tensor:
        """Mix any column of the batch, ``[B, ...]``."""
        share = self.share.view(-1, *(1 for _ in values.shape[1:]))
        return share * values + (1.0 - share) * values[self.partner]


def mixture(config: AugmentConfig, dice: Dice) -> Mixture:
    """Mixup: draw partners within the batch; clips, targets and teacher are mixed alike."""
    share = torch.ones(dice.count, device=dice.device)
    if config.mixup > 0:
        use = dice.uniform(0.0, 1.0).squeeze(1) < config.mixup_share
        drawn = dice.beta(config.mixup).squeeze(1)
        share = torch.where(use, torch.maximum(drawn, 1.0 - drawn), share)
    partner = torch.randperm(dice.count, generator=dice.generator)
    return Mixture(share, partner.to(dice.device))
