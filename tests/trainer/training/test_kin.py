"""Kin carry the same tags and come from another pack."""

from dataclasses import replace

import numpy as np
from tests.trainer.made_up import bands_dataset

from earmark_trainer.training.kin import Kin
from earmark_trainer.training.sampling import draw_weights


def _kin_of_all(dataset, rounds=40):
    kin = Kin(dataset, draw_weights(dataset, 0.75, 0.5))
    index = np.tile(np.arange(len(dataset)), rounds)
    return index, kin.of(index, np.random.default_rng(1))


def test_kin_carry_the_same_tags_and_come_from_another_pack() -> None:
    dataset = bands_dataset()
    index, kin = _kin_of_all(dataset)
    np.testing.assert_array_equal(dataset.targets[kin], dataset.targets[index])
    assert (dataset.packs[kin] != dataset.packs[index]).all()


def test_every_clip_of_the_other_packs_comes_up() -> None:
    dataset = bands_dataset()
    index, kin = _kin_of_all(dataset, rounds=1_000)
    alike = (dataset.targets == dataset.targets[0]).all(axis=1)
    others = np.flatnonzero(alike & (dataset.packs != dataset.packs[0]))
    assert set(kin[index == 0]) == set(others)


def test_a_tag_of_one_pack_has_no_kin() -> None:
    dataset = bands_dataset()
    only = dataset.targets[:, 1] == 1
    dataset = replace(dataset, packs=np.where(only, 9, dataset.packs))
    index, kin = _kin_of_all(dataset)
    np.testing.assert_array_equal(kin[only[index]], index[only[index]])
    assert (kin != index)[~only[index]].all()


def test_packs_come_up_as_often_as_they_are_drawn() -> None:
    dataset = bands_dataset()
    dataset = replace(dataset, packs=np.where(np.arange(len(dataset)) < 9, 7, 1 + dataset.packs))
    weights = draw_weights(dataset, 1.0, 1.0)
    index = np.full(20_000, len(dataset) - 1)
    kin = Kin(dataset, weights).of(index, np.random.default_rng(2))
    packs, counts = np.unique(dataset.packs[kin], return_counts=True)
    assert len(packs) == len(np.unique(dataset.packs)) - 1
    np.testing.assert_allclose(counts / counts.sum(), 1 / len(packs), atol=0.02)


def test_of_several_tags_all_must_be_the_same() -> None:
    dataset = bands_dataset(exclusive=False)
    both = np.arange(len(dataset)) % 6 == 0
    targets = dataset.targets.copy()
    targets[both] = 1.0
    dataset = replace(dataset, targets=targets)
    index, kin = _kin_of_all(dataset)
    np.testing.assert_array_equal(dataset.targets[kin], targets[index])
