"""The learning curve: it climbs where there is something to learn, repeats, and says what it is."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tests.trainer.made_up import BANDS, CONFIG, FRAMES, LABELS, bands_dataset
from torch import nn

from earmark_trainer.architectures.compact import compact
from earmark_trainer.training import curve, sampling
from earmark_trainer.training.curve import EXAMPLES, learning_curve
from earmark_trainer.training.types import SpectrogramDataset


@pytest.fixture(scope="module")
def network() -> nn.Module:
    """One that was not trained: its embedding tells something of the sounds, but not all."""
    torch.manual_seed(1)
    return compact(len(LABELS), BANDS, FRAMES)


def faint_bands() -> SpectrogramDataset:
    """Bands that are hardly louder than the noise around them."""
    dataset = bands_dataset()
    noise = np.random.default_rng(2).integers(0, 200, dataset.clips[:].shape)
    clips = np.clip(dataset.clips[:].astype(np.int64) // 4 + noise, 0, 255).astype(np.uint8)
    return replace(dataset, clips=clips)


def independent(dataset: SpectrogramDataset) -> SpectrogramDataset:
    known = dataset.known.copy()
    known[::7] = False
    return replace(dataset, exclusive=False, known=known)


@pytest.mark.parametrize("exclusive", [True, False])
def test_more_examples_tell_labels_better_apart(network, exclusive: bool) -> None:
    dataset = faint_bands() if exclusive else independent(faint_bands())
    found = learning_curve(network, dataset, CONFIG)
    assert found["examples"] == [n for n in EXAMPLES if n <= 45]
    assert set(found["labels"]) == set(LABELS)
    means = np.mean(list(found["labels"].values()), axis=0)
    assert 1 / 3 < means[0] < means[-1] <= 1.0
    assert found["aside"] > 20


def test_the_same_training_gives_the_same_curve(network) -> None:
    first, second = (learning_curve(network, faint_bands(), CONFIG) for _ in range(2))
    assert first == second
    other = learning_curve(network, faint_bands(), replace(CONFIG, seed=4))
    assert other != first


def test_it_is_measured_on_what_was_kept_aside(network, monkeypatch) -> None:
    dataset = faint_bands()
    chosen, aside = sampling.split(dataset, CONFIG.validation_share, CONFIG.seed)
    fitted: list[np.ndarray] = []
    draw = curve._draw

    def watched(*arguments) -> np.ndarray:
        fitted.append(draw(*arguments))
        return fitted[-1]

    monkeypatch.setattr(curve, "_draw", watched)
    learning_curve(network, dataset, CONFIG)
    assert fitted
    for one in fitted:
        assert set(one) <= set(chosen)
        assert not set(one) & set(aside)


def test_a_label_with_few_examples_has_no_points_where_it_has_none(network) -> None:
    dataset = faint_bands()
    rare = dataset.targets[:, 2] >= 0.5
    kept = ~rare | (np.cumsum(rare) <= 8)
    found = learning_curve(network, dataset.subset(kept), CONFIG)
    assert found["labels"][LABELS[2]][-1] is None
    assert found["labels"][LABELS[0]][-1] is not None


def test_nothing_is_claimed_where_nothing_was_kept_aside(network) -> None:
    found = learning_curve(network, faint_bands(), replace(CONFIG, validation_share=0.0))
    assert found["examples"] == []
    assert found["aside"] == 0
