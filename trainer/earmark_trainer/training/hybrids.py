"""Crosses clips of one tag from two packs: what neither vendor made, and is still that tag.

A net that has heard few vendors takes their habits for the sound itself. Parts of two clips put
together (as CutMix does, Yun et al. 2019, here between clips of the same tag, so that the target
stays), or one with the loudness of each band of another (MixStyle, Zhou et al. 2021, over
frequencies as Schmid et al. 2022 do), part the two.
"""

from __future__ import annotations

import torch
from torch import Tensor

from earmark_trainer.training.augment import FULL, Dice, at_full_scale
from earmark_trainer.training.types import AugmentConfig

_QUIETEST_LAYER = 24.0 / 80.0 * FULL
_WIDEST_FADE = 6.0
_LATEST_CHANGE = 40.0
_EDGE = 8.0
_LEAST_SPREAD = 4.0
_STYLE_ALPHA = 0.4
_FEWEST_FRAMES = 4


def cross(clips: Tensor, kin: Tensor, config: AugmentConfig, dice: Dice) -> tuple[Tensor, Tensor]:
    """Cross some of the clips with their kin.

    Args:
        clips: ``[B, n_mels, frames]``, 0 to 255.
        kin: as many clips of the same tags, of other packs.
        config: how large a share is crossed, and how large a share takes the other's style.
        dice: random numbers for this batch.

    Returns:
        The clips, and for each how much of it is its own, ``[B, 1]``: 1 or 0.5.
    """
    clips, kin = clips.float(), kin.float()
    parts = dice.uniform(0.0, 1.0) < config.hybrid_share
    style = dice.uniform(0.0, 1.0) < config.style_share
    crossed = torch.where(parts[:, :, None], _in_parts(clips, kin, dice), clips)
    styled = torch.where(style[:, :, None], _in_style(crossed, kin, dice), crossed)
    return styled, torch.where(parts, 0.5, 1.0)


def _in_parts(clips: Tensor, kin: Tensor, dice: Dice) -> Tensor:
    """Layered, or one above and the other below a band, or one after the other."""
    bands, frames = (torch.arange(size, device=clips.device) for size in clips.shape[1:])
    layer = (kin - dice.uniform(0.0, _QUIETEST_LAYER)[:, :, None]).clamp_min(0.0)
    band = torch.sigmoid((bands - dice.uniform(_EDGE, len(bands) - _EDGE)) / _fade(dice))
    band = torch.where(dice.uniform(0.0, 1.0) < 0.5, band, 1.0 - band)
    after = torch.sigmoid((frames - dice.uniform(3.0, _LATEST_CHANGE)) / _fade(dice))
    way = dice.uniform(0.0, 3.0)[:, :, None]
    crossed = torch.where(
        way < 1.0,
        torch.maximum(clips, layer),
        torch.lerp(clips, kin, torch.where(way < 2.0, band[:, :, None], after[:, None, :])),
    )
    return at_full_scale(crossed, crossed > 0)


def _fade(dice: Dice) -> Tensor:
    return dice.uniform(0.5, _WIDEST_FADE)


def _in_style(clips: Tensor, kin: Tensor, dice: Dice) -> Tensor:
    """Each band with a mean and a spread over time that lie between its own and its kin's."""
    own_mean, own_spread, own_frames = _style(clips)
    mean, spread, frames = _style(kin)
    own = dice.beta(_STYLE_ALPHA)[:, :, None]
    bent = (clips - own_mean) / own_spread * torch.lerp(spread, own_spread, own)
    bent = bent + torch.lerp(mean, own_mean, own)
    bent = at_full_scale(torch.where(clips > 0, bent, clips), clips > 0)
    heard = torch.minimum(own_frames, frames) >= _FEWEST_FRAMES
    return torch.where(heard, bent, clips)


def _style(clips: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Mean and spread of each band over the frames that are not silent, and how many these are."""
    sounding = (clips.amax(dim=1, keepdim=True) > 0).float()
    count = sounding.sum(dim=2, keepdim=True)
    frames = count.clamp_min(1.0)
    mean = (clips * sounding).sum(dim=2, keepdim=True) / frames
    power = ((clips - mean) ** 2 * sounding).sum(dim=2, keepdim=True) / frames
    return mean, power.sqrt() + _LEAST_SPREAD, count
