"""A head that is fitted at home and one that the trainer fits say the same of a sound."""

import numpy as np
import numpy.typing as npt
import pytest
import torch

from earmark_daemon.learning.dataset import Dataset
from earmark_daemon.learning.evaluate import Answers
from earmark_daemon.learning.head import fit_head
from earmark_daemon.learning.judging import Judged, judge
from earmark_trainer.training.judging import Judgement, judge_few
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


def judged_twice(
    logits: npt.NDArray[np.float64], targets: npt.NDArray[np.float32], exclusive: bool
) -> tuple[Judged, Judgement]:
    """What home and trainer say of answers; those beyond the targets are of the library."""
    count = len(targets)
    rows, every, labels = np.arange(count), np.arange(len(logits)), ("a", "b", "c", "d")
    nothing = np.zeros((count, 1), np.float32)
    home = judge(
        Dataset(
            tuple(map(str, rows)),
            nothing,
            targets,
            np.ones((count, 4), dtype=np.bool_),
            rows,
            labels,
            "own",
            exclusive,
            np.zeros((len(every) - count, 1), np.float32),
        ),
        Answers(logits[:count], logits[count:]),
    )
    there = judge_few(
        logits.astype(np.float32),
        SpectrogramDataset(
            clips=np.zeros((len(every), 2, 2), np.uint8),
            targets=np.concatenate([targets, np.zeros((len(every) - count, 4), np.float32)]),
            known=np.ones((len(every), 4), np.bool_),
            groups=every,
            packs=every,
            copies=np.zeros(len(every), np.bool_),
            labels=labels,
            exclusive=exclusive,
            tag_set="own",
            frontend={},
            beside=every >= count,
        ),
    )
    return home, there


@pytest.mark.parametrize("exclusive", [True, False])
def test_home_and_trainer_judge_alike(exclusive: bool) -> None:
    random = np.random.default_rng(2)
    targets = np.eye(4, dtype=np.float32)[np.arange(60) % 4]
    logits = 3.0 * targets - 1.0 + random.normal(size=(60, 4))
    beside = random.normal(-2.0, 1.0, size=(0 if exclusive else 30, 4))
    home, there = judged_twice(np.concatenate([logits, beside]), targets, exclusive)
    assert there.temperature == pytest.approx(home.temperature, rel=0.05)
    assert there.shift == pytest.approx(home.shift, abs=0.02)
    assert there.thresholds == pytest.approx(home.thresholds, abs=0.03)
    assert np.ptp(list(there.thresholds.values())) > 0.05


@pytest.mark.parametrize("sureness", [1.0, -1.0])
def test_few_answers_that_are_all_right_or_all_wrong_say_no_more_there_than_at_home(
    sureness: float,
) -> None:
    """No temperature is the best of such; the bounds are."""
    targets = np.eye(4, dtype=np.float32)[np.arange(20) % 4]
    home, there = judged_twice(sureness * 3.0 * targets.astype(np.float64), targets, True)
    assert there.temperature == pytest.approx(home.temperature, rel=0.01)
