"""Draws are balanced as asked, and splits keep groups whole and labels on both sides."""

from dataclasses import replace

import numpy as np
import pytest
from tests.trainer.made_up import bands_dataset

from earmark_trainer.training import sampling
from earmark_trainer.training.types import SpectrogramDataset


@pytest.fixture
def uneven() -> SpectrogramDataset:
    """One label with 140 clips, 100 of them of one pack; two with 20 each."""
    targets = np.eye(3, dtype=np.float32)[np.repeat([0, 1, 2], [140, 20, 20])]
    packs = np.repeat([0, 1, 2, 3], [100, 40, 20, 20]).astype(np.int64)
    return replace(bands_dataset(180), targets=targets, packs=packs)


@pytest.mark.parametrize(
    ("class_balance", "wanted"), [(0.0, [7 / 9, 1 / 9, 1 / 9]), (1.0, [1 / 3, 1 / 3, 1 / 3])]
)
def test_labels_are_balanced(
    uneven: SpectrogramDataset, class_balance: float, wanted: list[float]
) -> None:
    weights = sampling.draw_weights(uneven, class_balance, 0.0)
    assert weights @ uneven.targets == pytest.approx(wanted)


def test_packs_are_balanced_within_a_label(uneven: SpectrogramDataset) -> None:
    weights = sampling.draw_weights(uneven, 0.0, 1.0)
    shares = [weights[uneven.packs == pack].sum() for pack in (0, 1)]
    assert shares[0] == pytest.approx(shares[1])


def test_a_draw_keeps_to_the_weights_and_repeats_for_a_seed(uneven: SpectrogramDataset) -> None:
    weights = sampling.draw_weights(uneven, 1.0, 1.0)
    picked = sampling.draw(weights, 900, seed=1, epoch=2)
    times = np.bincount(picked, minlength=180)
    assert np.abs(times - 900 * weights).max() <= 1.0
    assert (picked == sampling.draw(weights, 900, seed=1, epoch=2)).all()
    assert (picked != sampling.draw(weights, 900, seed=1, epoch=3)).any()


def test_a_split_keeps_groups_whole_and_labels_on_both_sides() -> None:
    data = bands_dataset(180)
    kept, aside = sampling.split(data, 0.25, seed=1)
    assert not set(data.groups[kept]) & set(data.groups[aside])
    assert sorted([*kept, *aside]) == list(range(180))
    for part in (kept, aside):
        assert (data.targets[part].sum(axis=0) > 0).all()
    assert 0.15 <= len(aside) / 180 <= 0.35


def test_no_more_than_half_of_a_label_is_kept_aside() -> None:
    data = bands_dataset(180)
    data = replace(data, groups=data.groups % 3)
    _, aside = sampling.split(data, 0.4, seed=1)
    assert data.targets[aside].sum(axis=0).tolist() == [20.0, 20.0, 20.0]


def test_copies_are_never_validated_on_and_follow_their_group() -> None:
    data = replace(bands_dataset(180), copies=np.arange(180) % 2 == 1)
    kept, aside = sampling.split(data, 0.25, seed=1)
    assert not data.copies[aside].any()
    assert not set(data.groups[kept]) & set(data.groups[aside])


def test_a_label_of_a_single_group_stays_in_training() -> None:
    data = bands_dataset(180)
    groups = np.where(data.targets[:, 0] > 0, 99, data.groups)
    kept, aside = sampling.split(replace(data, groups=groups), 0.25, seed=1)
    assert data.targets[kept, 0].sum() == 60
    assert data.targets[aside, 0].sum() == 0


def test_without_validation_everything_is_trained_on() -> None:
    kept, aside = sampling.split(bands_dataset(180), 0.0, seed=1)
    assert len(kept) == 180
    assert not len(aside)


def test_a_split_takes_its_share_of_what_has_no_label_and_loses_no_copies() -> None:
    data = bands_dataset(180)
    groups = np.arange(180)
    silent, copied = groups >= 100, groups >= 140
    targets = np.where(silent[:, None] & ~copied[:, None], 0.0, data.targets).astype(np.float32)
    data = replace(data, targets=targets, groups=groups, copies=copied, exclusive=False)
    kept, aside = sampling.split(data, 0.25, seed=1)
    assert set(kept) >= set(groups[copied])
    assert 2 <= np.isin(aside, groups[silent]).sum() <= 20


def test_folds_keep_groups_whole_and_spread_labels() -> None:
    data = bands_dataset(180)
    parts = sampling.folds(data, 4, seed=1)
    assert sorted(np.concatenate(parts)) == list(range(180))
    groups = [set(data.groups[part]) for part in parts]
    assert sum(map(len, groups)) == len(set.union(*groups))
    for part in parts:
        assert data.targets[part].sum(axis=0).min() >= 10
