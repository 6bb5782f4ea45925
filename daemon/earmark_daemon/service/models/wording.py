"""What the labels of a model are called by now, where people renamed or merged tags since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from earmark_daemon.hearing.modelfile import ModelInfo

Words = Mapping[str, str | None]
"""Label to the tag that it is now; None where it has become one that another model answers for.

Labels that are what they were are not in it.
"""


def followed(labels: Iterable[str], changes: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Label to the tag that it has become, of those that have become another.

    Args:
        labels: of a model.
        changes: a tag and what it became, the oldest first.
    """
    found = {}
    for label in labels:
        tag = label
        for old, new in changes:
            tag = new if tag == old else tag
        if tag != label:
            found[label] = tag
    return found


def described(info: ModelInfo, words: Words) -> ModelInfo:
    """The description of a model in the words of now.

    A tag that several labels have become is given as surely as the strictest of them asks for.
    """
    if not words:
        return info
    thresholds: dict[str, float] = {}
    for label in info.labels:
        tag = words.get(label, label)
        if tag is not None:
            thresholds[tag] = max(info.thresholds[label], thresholds.get(tag, 0.0))
    return replace(info, labels=tuple(thresholds), thresholds=thresholds)


def scored(scores: Mapping[str, float], words: Words, *, exclusive: bool) -> Mapping[str, float]:
    """What a model says of a sound in the words of now.

    A sound is one of several labels as surely as the likeliest of them; where a sound has one label
    at most, they add up.

    Args:
        scores: label to calibrated score.
        words: what its labels are called.
        exclusive: whether the scores are of a softmax.
    """
    if not words:
        return scores
    found: dict[str, float] = {}
    for label, score in scores.items():
        tag = words.get(label, label)
        if tag is not None:
            known = found.get(tag, 0.0)
            found[tag] = min(known + score, 1.0) if exclusive else max(known, score)
    return found
