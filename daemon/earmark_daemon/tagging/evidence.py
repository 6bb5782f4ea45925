"""Weighs what names say together with what is heard, by a rule that was fitted on packs left out.

A log-linear pool: ``log score = power * log heard + sum of the clues' weights``, normalised over
the labels of an exclusive tag set. The numbers stand in `pooling.json`, which
``python -m benchmarks.accuracy.names --fit`` writes. Reads names from nowhere: it is given clues.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from earmark_daemon.tagging.lexicon import Grade
from earmark_daemon.tagging.names import Evidence, Place

POOLING_FILE = Path(__file__).with_name("pooling.json")


@dataclass(frozen=True)
class Pooling:
    """The fitted rule.

    Attributes:
        power: what a score that was heard counts, beside names; 1 is in full.
        floor: the share of a score that is spread over all labels, because no label is impossible.
        weights: place and grade of a clue to what it adds to the log score of its label.
        thresholds: label to the pooled score from which the tag is given.
    """

    power: float
    floor: float
    weights: Mapping[tuple[Place, Grade], float]
    thresholds: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """The form in which it is stored."""
        weights: dict[str, dict[str, float]] = {}
        for (place, grade), weight in self.weights.items():
            weights.setdefault(place.value, {})[grade.name.lower()] = weight
        return {
            "power": self.power,
            "floor": self.floor,
            "weights": weights,
            "thresholds": dict(self.thresholds),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Pooling:
        """The rule that `to_dict` gave."""
        weights = {
            (Place(place), Grade[grade.upper()]): float(weight)
            for place, grades in data["weights"].items()
            for grade, weight in grades.items()
        }
        thresholds = {str(label): float(value) for label, value in data["thresholds"].items()}
        return cls(float(data["power"]), float(data["floor"]), weights, thresholds)


@lru_cache(maxsize=1)
def fitted() -> Pooling:
    """The rule that comes with Earmark, read once a process."""
    return Pooling.from_dict(json.loads(POOLING_FILE.read_text(encoding="utf-8")))


def combine(
    scores: Mapping[str, float], evidence: Evidence, pooling: Pooling | None = None
) -> dict[str, float]:
    """Scores that names and sound give together.

    Args:
        scores: label to calibrated score of an exclusive tag set, as heard.
        evidence: clues; those for other labels do not count.
        pooling: the rule; by default the fitted one.

    Returns:
        Label to calibrated score, with the sum 1; the scores as heard where no clue counts.
    """
    clues = [clue for clue in evidence if clue.label in scores]
    if not clues:
        return dict(scores)
    rule = pooling or fitted()
    even = rule.floor / len(scores)
    logs = {
        label: rule.power * math.log((1.0 - rule.floor) * score + even)
        for label, score in scores.items()
    }
    for clue in clues:
        logs[clue.label] += rule.weights[clue.place, clue.grade]
    most = max(logs.values())
    weighed = {label: math.exp(log - most) for label, log in logs.items()}
    total = sum(weighed.values())
    return {label: weight / total for label, weight in weighed.items()}


def named(
    scores: Mapping[str, float], evidence: Evidence, pooling: Pooling | None = None
) -> dict[str, float]:
    """Scores that the names alone give, for the labels in ``scores``."""
    return combine(dict.fromkeys(scores, 1.0 / max(1, len(scores))), evidence, pooling)


def sure_of(scores: Mapping[str, float], thresholds: Mapping[str, float]) -> str | None:
    """The label with the highest score, if that reaches the label's threshold."""
    if not scores:
        return None
    best = max(scores, key=lambda label: (scores[label], label))
    return best if scores[best] >= thresholds.get(best, 1.0) else None


def thresholds_with(
    thresholds: Mapping[str, float], evidence: Evidence, pooling: Pooling | None = None
) -> dict[str, float]:
    """From which scores on tags are given: a label that a name speaks for has one of its own."""
    rule = pooling or fitted()
    pooled = {
        clue.label: rule.thresholds[clue.label]
        for clue in evidence
        if clue.label in rule.thresholds
    }
    return {**thresholds, **pooled}


def disagreement(
    scores: Mapping[str, float],
    evidence: Evidence,
    thresholds: Mapping[str, float],
    pooling: Pooling | None = None,
) -> tuple[str, str] | None:
    """The tags that names alone and sound alone would have given, where they are not the same."""
    if not evidence:
        return None
    by_sound = sure_of(scores, thresholds)
    by_name = sure_of(
        named(scores, evidence, pooling), thresholds_with(thresholds, evidence, pooling)
    )
    if by_sound is None or by_name is None or by_sound == by_name:
        return None
    return by_name, by_sound
