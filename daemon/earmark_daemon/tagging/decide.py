"""From scores to tags: people's word first, then what sound, names and company are sure of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from earmark_daemon.tagging.company import in_company
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
        sure_from: label to the score from which people want it given, whatever speaks for it.
    """

    name: str
    exclusive: bool
    thresholds: Mapping[str, float]
    sure_from: Mapping[str, float] = field(default_factory=dict)

    def least(self, clues: Evidence = ()) -> Mapping[str, float]:
        """Label to the score from which the tag is given where names say this."""
        return {**thresholds_with(self.thresholds, clues), **self.sure_from}


@dataclass(frozen=True)
class Word:
    """What people said of a sound, for one tag set."""

    yes: Collection[str] = ()
    no: Collection[str] = ()


@dataclass(frozen=True)
class Context:
    """What speaks for a sound's tags besides its sound.

    It counts in exclusive sets alone, for in others nothing speaks against a label that no name
    mentions.

    Attributes:
        clues: what names say.
        kind: the label that most sounds beside it have, where there is one.
    """

    clues: Evidence = ()
    kind: str | None = None


NOTHING_BESIDE: Final = Context()
"""The sound alone."""


def decide(
    scores: Mapping[str, float], tag_set: TagSet, word: Word, beside: Context = NOTHING_BESIDE
) -> tuple[Tag, ...]:
    """The tags of one sound in one tag set.

    Args:
        scores: label to calibrated score as heard; empty for silence.
        tag_set: how the set works.
        word: what people said, which outranks every score.
        beside: what else speaks for a tag.

    Returns:
        The surest first; nothing where nobody said anything and no score reaches its threshold.
    """
    said = tuple(Tag(tag, tag_set.name, 1.0, "person") for tag in sorted(word.yes))
    if tag_set.exclusive and said:
        return said
    counted = beside if tag_set.exclusive else NOTHING_BESIDE
    open_labels = {
        label: score
        for label, score in in_company(combine(scores, counted.clues), counted.kind).items()
        if label not in word.no and label not in word.yes
    }
    ranked = sorted(open_labels.items(), key=lambda item: (-item[1], item[0]))
    if tag_set.exclusive:
        ranked = ranked[:1]
    least = tag_set.least(counted.clues)
    sure = [
        Tag(label, tag_set.name, round(score, 4), _source(label, scores, counted, tag_set))
        for label, score in ranked
        if score >= least.get(label, 1.0)
    ]
    return (*said, *sure)


def _source(label: str, scores: Mapping[str, float], beside: Context, tag_set: TagSet) -> str:
    """Who a tag comes from: what it took to give it, the sound first, then names, then company."""
    named = any(clue.label == label for clue in beside.clues)
    if sure_of(scores, tag_set.least()) == label:
        return "model+name" if named else "model"
    if named and sure_of(combine(scores, beside.clues), tag_set.least(beside.clues)) == label:
        return "name"
    return "folder" if label == beside.kind else "name" if named else "model"
