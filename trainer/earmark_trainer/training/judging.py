"""What a network says of clips that it did not learn from, and what follows for its scores.

Owns no figure of its own; `calibrate` and `metrics` do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from earmark_trainer.training import calibrate, metrics
from earmark_trainer.training.types import Floats, SpectrogramDataset


@dataclass(frozen=True)
class Judgement:
    """What was found on clips kept aside.

    Attributes:
        temperature: what logits are divided by for calibrated scores.
        loss: summed cross entropy at that temperature.
        thresholds: for each label the score from which on it is given.
        metrics: `metrics.summary` of the clips that somebody has judged; empty if there are none.
    """

    temperature: float
    loss: float
    thresholds: dict[str, float]
    metrics: dict[str, Any]


def judge(logits: Floats, aside: SpectrogramDataset, precision: float) -> Judgement:
    """Judge logits ``[N, L]`` of the clips kept aside.

    Args:
        logits: uncalibrated.
        aside: what these clips are; those that nobody has judged count a little.
        precision: that thresholds are chosen for.
    """
    if not len(aside):
        return Judgement(1.0, 0.0, dict.fromkeys(aside.labels, calibrate.UNTESTED), {})
    exclusive, weights = aside.exclusive, aside.weights
    truth = aside.targets, aside.known
    temperature = calibrate.temperature_of(logits, *truth, exclusive=exclusive, weights=weights)
    scores = calibrate.scores_of(logits, temperature, exclusive=exclusive)
    judged = weights == 1.0
    return Judgement(
        temperature,
        calibrate.cross_entropy(logits, *truth, temperature, exclusive=exclusive, weights=weights),
        calibrate.thresholds_of(
            scores, *truth, aside.labels, precision, exclusive=exclusive, weights=weights
        ),
        metrics.summary(
            scores[judged],
            aside.targets[judged],
            aside.known[judged],
            aside.labels,
            exclusive=exclusive,
        )
        if judged.any()
        else {},
    )
