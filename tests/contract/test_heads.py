"""A head that is fitted at home and one that the trainer fits say the same of a sound."""

import numpy as np
import pytest
import torch

from earmark_daemon.learning.dataset import Dataset
from earmark_daemon.learning.head import fit_head
from earmark_trainer.training.readout import fit_nearness
from earmark_trainer.training.types import SpectrogramDataset


@pytest.mark.parametrize("exclusive", [True, False])
def test_home_and_trainer_agree(exclusive: bool) -> None:
    random = np.random.default_rng(1)
    vectors = random.normal(size=(90, 16)).astype(np.float32)
    own, beside, judged = np.split(vectors, [40, 60])
    targets = np.eye(4, dtype=np.float32)[np.arange(40) % 4]
    known = np.ones((40, 4), dtype=np.bool_)
    if exclusive:
        beside = beside[:0]
    else:
        known[::3, 1] = False
    labels = ("a", "b", "c", "d")
    groups = np.arange(40)
    home = fit_head(
        Dataset(
            tuple(map(str, groups)),
            own,
            targets,
            known,
            groups,
            groups,
            labels,
            "own",
            exclusive,
            beside,
        )
    )
    count = 40 + len(beside)
    every = np.arange(count)
    there = fit_nearness(
        np.concatenate([own, beside]),
        SpectrogramDataset(
            clips=np.zeros((count, 2, 2), np.uint8),
            targets=np.concatenate([targets, np.zeros((len(beside), 4), np.float32)]),
            known=np.concatenate([known, np.ones((len(beside), 4), np.bool_)]),
            groups=every,
            packs=every,
            copies=np.zeros(count, np.bool_),
            labels=labels,
            exclusive=exclusive,
            tag_set="own",
            frontend={},
            beside=every >= 40,
        ),
    )
    with torch.no_grad():
        told = there(torch.from_numpy(judged)).numpy()
    np.testing.assert_allclose(told, home.logits(judged), atol=2e-2)
    assert np.abs(told).max() > 0.5
