"""Each architecture learns: on packs left out it passes a score that an untrained copy does not.

Real clips, 20 of each of three labels on either side. The quick ones run always, all of them by
``make papers-learn``. Windows are as short as the clips allow, steps as few as do.
"""

from dataclasses import dataclass, replace

import pytest
from tests.shared import shared

from benchmarks.papers import experiment, packs
from earmark_trainer.architectures.registry import ARCHITECTURES, architecture

LABELS = ("kick", "hihat", "strings")
PER_LABEL = 20
PASS = 0.5
"""Mean recall over the three labels; guessing gives a third."""


@dataclass(frozen=True)
class Plan:
    """Window in seconds (None: the paper's), passes over the 60 clips, learning rate."""

    window: float | None
    epochs: int
    learning_rate: float = 1e-3
    batch_size: int = 8


QUICK = {
    "mel-1d": Plan(3.0, 6),
    "vgg-elu": Plan(1.0, 5),
    "raw-1d": Plan(1.0, 5),
}

PLANS = {
    **QUICK,
    "compact": Plan(1.0, 8, 2e-3),
    "spectrogram-frontend": Plan(1.0, 5),
    "sample-level": Plan(3.0, 6),
    "mel-2d": Plan(6.4, 5),
    "ensemble": Plan(6.4, 5),
    "shallow-mel": Plan(None, 10),
    "shallow-mfcc": Plan(None, 10),
    "cnn14": Plan(0.5, 6, batch_size=10),
    "cnn14-log1p": Plan(0.5, 6, batch_size=10),
}


def _cases():
    slow = [pytest.mark.soak, pytest.mark.timeout(1800)]
    return [pytest.param(name, marks=() if name in QUICK else slow) for name in ARCHITECTURES]


@pytest.mark.parametrize("name", _cases())
def test_it_learns(name, tmp_path):
    plan = PLANS[name]
    one = architecture(name)
    one = one if plan.window is None else one.with_window(plan.window)
    settings = experiment.Settings(shared("sounds"), tmp_path, epochs=plan.epochs)
    collection = packs.load(settings.data, LABELS, PER_LABEL)
    prepared = experiment.prepare(one, collection, settings)
    config = replace(
        experiment.configured(one, settings),
        learning_rate=plan.learning_rate,
        batch_size=plan.batch_size,
    )
    score = packs.learn(prepared, config)
    assert score.untrained < PASS <= score.trained
