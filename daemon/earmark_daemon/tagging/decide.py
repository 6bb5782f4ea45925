"""From scores to tags: people's word first, then what sound and names are sure of, else nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from earmark_daemon.tagging.evidence import combine, sure_of, thresholds_with
from earmark_daemon.tagging.names import Evidence
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


def decide(
    scores: Mapping[str, float], tag_set: TagSet, word: Word, evidence: Evidence | None = None
) -> tuple[Tag, ...]:
    """The tags of one sound in one tag set.

    Args:
        scores: label to calibrated score as heard; empty for silence.
        tag_set: how the set works.
        word: what people said, which outranks every score.
        evidence: what names say; None to be blind to it. It counts in exclusive sets alone,
            for in others nothing speaks against a label that no name mentions.

    Returns:
        The surest first; nothing where nobody said anything and no score reaches its threshold.
    """
    said = tuple(Tag(tag, tag_set.name, 1.0, "person") for tag in sorted(word.yes))
    if tag_set.exclusive and said:
        return said
    clues = evidence if evidence and tag_set.exclusive else ()
    open_labels = {
        label: score
        for label, score in combine(scores, clues).items()
        if label not in word.no and label not in word.yes
    }
    ranked = sorted(open_labels.items(), key=lambda item: (-item[1], item[0]))
    if tag_set.exclusive:
        ranked = ranked[:1]
    thresholds = thresholds_with(tag_set.thresholds, clues)
    sure = [
        Tag(label, tag_set.name, round(score, 4), _source(label, scores, clues, tag_set))
        for label, score in ranked
        if score >= thresholds.get(label, 1.0)
    ]
    return (*said, *sure)


def _source(label: str, scores: Mapping[str, float], clues: Evidence, tag_set: TagSet) -> str:
    """Who a tag comes from: the name where the sound alone would not have given it."""
    if not any(clue.label == label for clue in clues):
        return "model"
    return "model+name" if sure_of(scores, tag_set.thresholds) == label else "name"
