"""Bent spectrograms are still spectrograms, and the same dice bend alike."""

from dataclasses import replace

import pytest
import torch

from earmark_trainer.training import augment
from earmark_trainer.training.augment import Dice
from earmark_trainer.training.types import AugmentConfig

STILL = AugmentConfig(
    time_shift=0,
    frequency_shift=0,
    stretch=0.0,
    tilt=0.0,
    floor=0.0,
    time_masks=0,
    frequency_masks=0,
    mixup=0.0,
)


def _clips(count: int = 8) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    clips = torch.randint(1, 200, (count, 32, 60), generator=generator, dtype=torch.uint8)
    clips[:, 10, 5] = 255
    clips[:, :, 40:] = 0
    return clips


def _dice(count: int = 8, seed: int = 2) -> Dice:
    return Dice(torch.Generator().manual_seed(seed), count, torch.device("cpu"))


def test_nothing_asked_changes_nothing() -> None:
    clips = _clips()
    torch.testing.assert_close(
        augment.bend(clips, STILL, _dice()), clips.float(), atol=1e-3, rtol=0
    )


@pytest.mark.parametrize(
    "change",
    [
        replace(STILL, time_shift=10),
        replace(STILL, frequency_shift=4),
        replace(STILL, stretch=0.3),
        replace(STILL, tilt=20.0),
        replace(STILL, floor=0.5),
        replace(STILL, time_masks=2),
        replace(STILL, frequency_masks=2),
    ],
)
def test_each_change_bends_within_the_range(change: AugmentConfig) -> None:
    clips = _clips()
    bent = augment.bend(clips, change, _dice())
    assert bent.shape == clips.shape
    assert float(bent.min()) >= 0.0
    assert float(bent.max()) <= 255.0
    assert not torch.allclose(bent, clips.float(), atol=1.0)


def test_the_same_dice_bend_alike() -> None:
    one, other = (augment.bend(_clips(), AugmentConfig(), _dice()) for _ in range(2))
    assert torch.equal(one, other)


def test_tilt_keeps_silence_silent_and_the_peak_at_full_scale() -> None:
    bent = augment.bend(_clips(), replace(STILL, tilt=20.0), _dice())
    assert float(bent[:, :, 40:].abs().max()) == 0.0
    assert bent.amax(dim=(1, 2)).allclose(torch.tensor(255.0), atol=0.5)


def test_a_silent_clip_stays_silent() -> None:
    quiet = torch.zeros(2, 32, 60, dtype=torch.uint8)
    assert float(augment.bend(quiet, replace(STILL, tilt=20.0), _dice(2)).max()) == 0.0


def test_a_mixture_mixes_clips_and_targets_alike() -> None:
    config = AugmentConfig(mixup=0.4, mixup_share=1.0)
    clips, targets = _clips().float(), torch.eye(8)
    mixture = augment.mixture(config, _dice())
    assert float(mixture.share.min()) >= 0.5
    for row, (share, partner) in enumerate(zip(mixture.share, mixture.partner, strict=True)):
        wanted = share * clips[row] + (1 - share) * clips[partner]
        torch.testing.assert_close(mixture.of(clips)[row], wanted)
    assert mixture.of(targets).sum(1).allclose(torch.ones(8))


def test_no_mixup_keeps_everything() -> None:
    mixture = augment.mixture(STILL, _dice())
    assert torch.equal(mixture.of(_clips().float()), _clips().float())
