"""From scores to tags: people's word first, then what the model is sure enough of, else nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from earmark_db.records import Tag


@dataclass(frozen=True)
class TagSet:
    """What must be known of a model to decide.

    Attributes:
        name: the tag set.
        exclusive: whether a sound has one tag of the set at most.
        thresholds: label to the calibrated score from which the tag is given.
    """

    name: str
    exclusive: bool
    thresholds: Mapping[str, float]


@dataclass(frozen=True)
class Word:
    """What people said of a sound, for one tag set."""

    yes: Collection[str] = ()
    no: Collection[str] = ()


def decide(scores: Mapping[str, float], tag_set: TagSet, word: Word) -> tuple[Tag, ...]:
    """The tags of one sound in one tag set.

    Args:
        scores: label to calibrated score; empty for silence.
        tag_set: how the set works.
        word: what people said, which outranks every score.

    Returns:
        The surest first; nothing where nobody said anything and no score reaches its threshold.
    """
    said = tuple(Tag(tag, tag_set.name, 1.0, "person") for tag in sorted(word.yes))
    if tag_set.exclusive and said:
        return said
    open_labels = {
        label: score
        for label, score in scores.items()
        if label not in word.no and label not in word.yes
    }
    ranked = sorted(open_labels.items(), key=lambda item: (-item[1], item[0]))
    if tag_set.exclusive:
        ranked = ranked[:1]
    sure = [
        Tag(label, tag_set.name, round(score, 4), "model")
        for label, score in ranked
        if score >= tag_set.thresholds.get(label, 1.0)
    ]
    return (*said, *sure)
