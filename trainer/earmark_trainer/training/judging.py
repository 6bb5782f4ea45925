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
        shift: what is added to them then.
        loss: summed cross entropy of these scores.
        thresholds: for each label the score from which on it is given.
        metrics: `metrics.summary` of the clips that somebody has judged; empty if there are none.
    """

    temperature: float
    shift: float
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
        return _untested(aside)
    exclusive, weights = aside.exclusive, aside.weights
    truth = aside.targets, aside.known
    temperature = calibrate.temperature_of(logits, *truth, exclusive=exclusive, weights=weights)
    scores = calibrate.scores_of(logits, temperature, exclusive=exclusive)
    thresholds = calibrate.thresholds_of(
        scores, *truth, aside.labels, precision, exclusive=exclusive, weights=weights
    )
    return _judgement(logits, aside, (temperature, 0.0), thresholds)


def judge_few(logits: Floats, aside: SpectrogramDataset) -> Judgement:
    """The same where there are few clips, as the client judges what it learnt at home."""
    if not len(aside):
        return _untested(aside)
    if aside.exclusive:
        shift = 0.0
        found = calibrate.temperature_of(logits, aside.targets, aside.known, exclusive=True)
        temperature = min(max(found, 1.0 / calibrate.HOTTEST), calibrate.HOTTEST)
    else:
        temperature, shift = calibrate.line_of(logits, aside.targets, aside.counted)
    moved = logits + shift * temperature
    scores = calibrate.scores_of(moved, temperature, exclusive=aside.exclusive)
    thresholds = calibrate.careful_thresholds(scores, aside.targets, aside.counted, aside.labels)
    return _judgement(moved, aside, (temperature, shift), thresholds)


def _untested(aside: SpectrogramDataset) -> Judgement:
    return Judgement(1.0, 0.0, 0.0, dict.fromkeys(aside.labels, calibrate.UNTESTED), {})


def _judgement(
    moved: Floats,
    aside: SpectrogramDataset,
    line: tuple[float, float],
    thresholds: dict[str, float],
) -> Judgement:
    """From logits that are shifted already."""
    truth, exclusive, weights = (aside.targets, aside.known), aside.exclusive, aside.weights
    loss = calibrate.cross_entropy(moved, *truth, line[0], exclusive=exclusive, weights=weights)
    judged, found = weights == 1.0, {}
    if judged.any():
        scores = calibrate.scores_of(moved[judged], line[0], exclusive=exclusive)
        own = aside.targets[judged], aside.known[judged]
        found = metrics.summary(scores, *own, aside.labels, exclusive=exclusive)
    return Judgement(*line, loss, thresholds, found)
