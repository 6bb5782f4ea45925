"""Crossed spectrograms are still spectrograms, with something of either."""

from dataclasses import replace

import pytest
import torch
from tests.trainer.made_up import CONFIG, bands_dataset

from earmark_trainer.architectures.compact import compact
from earmark_trainer.training.augment import Dice
from earmark_trainer.training.hybrids import cross
from earmark_trainer.training.loop import train
from earmark_trainer.training.types import AugmentConfig

COUNT = 60
NONE = AugmentConfig()
PARTS = AugmentConfig(hybrid_share=1.0)
STYLE = AugmentConfig(style_share=1.0)


def _dice(seed: int = 3) -> Dice:
    return Dice(torch.Generator().manual_seed(seed), COUNT, torch.device("cpu"))


def _low_and_high() -> tuple[torch.Tensor, torch.Tensor]:
    """Clips that sound in the lower bands, falling; and such that sound in the upper, steady."""
    low = torch.zeros(COUNT, 32, 90)
    low[:, :16, :60] = torch.linspace(255, 60, 60)
    high = torch.zeros(COUNT, 32, 90)
    high[:, 16:, :80] = 200.0
    high[:, 20, 2] = 255.0
    return low, high


def test_nothing_asked_crosses_nothing() -> None:
    low, high = _low_and_high()
    crossed, own = cross(low, high, NONE, _dice())
    assert torch.equal(crossed, low)
    assert torch.equal(own, torch.ones(COUNT, 1))


@pytest.mark.parametrize("config", [PARTS, STYLE])
def test_crossed_clips_stay_in_range_and_reach_full_scale(config: AugmentConfig) -> None:
    low, high = _low_and_high()
    crossed, _ = cross(low, high, config, _dice())
    assert crossed.shape == low.shape
    assert float(crossed.min()) >= 0.0
    torch.testing.assert_close(crossed.amax(dim=(1, 2)), torch.full((COUNT,), 255.0))
    changed = (crossed - low).abs().amax(dim=(1, 2)) > 1.0
    assert changed.float().mean() > 0.9


def test_parts_of_both_are_heard_and_both_teach() -> None:
    low, high = _low_and_high()
    crossed, own = cross(low, high, PARTS, _dice())
    assert (crossed[:, :16].amax(dim=(1, 2)) > 0).float().mean() > 0.9
    assert (crossed[:, 16:].amax(dim=(1, 2)) > 0).float().mean() > 0.6
    assert torch.equal(own, torch.full((COUNT, 1), 0.5))


def test_style_alone_moves_bands_but_adds_no_sound() -> None:
    low, high = _low_and_high()
    crossed, own = cross(low, high, STYLE, _dice())
    assert float(crossed[:, :, 60:].max()) == 0.0
    assert torch.equal(own, torch.ones(COUNT, 1))


def test_only_the_share_that_was_asked_is_crossed() -> None:
    low, high = _low_and_high()
    _, own = cross(low, high, replace(PARTS, hybrid_share=0.3), _dice())
    assert 0.1 < float((own < 1.0).float().mean()) < 0.5


def test_silence_and_the_shortest_sounds_take_no_style() -> None:
    low, high = _low_and_high()
    low[0] = 0.0
    high[1] = 0.0
    high[2, :, 3:] = 0.0
    crossed, _ = cross(low, high, STYLE, _dice())
    assert torch.equal(crossed[:3], low[:3])


def test_the_same_dice_cross_alike() -> None:
    low, high = _low_and_high()
    config = AugmentConfig(hybrid_share=0.5, style_share=0.5)
    one, other = (cross(low, high, config, _dice())[0] for _ in range(2))
    assert torch.equal(one, other)


@pytest.mark.parametrize("exclusive", [True, False])
def test_a_net_learns_from_crossed_clips_the_same_each_time(exclusive: bool) -> None:
    dataset = bands_dataset(exclusive=exclusive)
    augment = replace(CONFIG.augment, hybrid_share=0.5, style_share=0.5)
    config = replace(CONFIG, augment=augment)
    one, other = (train(dataset, config, compact) for _ in range(2))
    score = one.metrics["mean_recall" if exclusive else "roc_auc"]
    assert score > 0.8
    for name, value in one.state.items():
        assert (value == other.state[name]).all()
    plain = train(dataset, CONFIG, compact)
    assert any((value != plain.state[name]).any() for name, value in one.state.items())
