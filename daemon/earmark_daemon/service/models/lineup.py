"""Which models answer for which tag set at the moment: immutable, swapped as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from earmark_daemon.errors import EarmarkError
from earmark_daemon.hearing.modelfile import ModelInfo, parse
from earmark_daemon.service.models.wording import Words, described, followed, scored
from earmark_daemon.settings import Tags
from earmark_daemon.tagging.broader import Hierarchy
from earmark_daemon.tagging.evidence import fitted
from earmark_db.index import Index
from earmark_db.models import ModelRecord

OWN_SET = "own"
"""The tag set of words that no model knows: independent, a sound may have any number of them."""


@dataclass(frozen=True)
class Member:
    """One model file.

    Attributes:
        path: where it lies.
        info: what it says of itself.
        runs: whether it can be asked now; if not, what it said before still counts.
        words: label to the tag that people have made of it since, where that is another.
    """

    path: Path
    info: ModelInfo
    runs: bool = True
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LineUp:
    """The built-in model, which always runs, and those chosen beside or in place of it.

    Attributes:
        base: the built-in model; its embedding is kept, and heads read it.
        chosen: at most one for each tag set.
        off: tags that no model gives, whatever it scores; a person's word still counts.
        above: tag to the broader one that people put it under.
        sure_from: tag to the score from which people want it given, whatever its model says.
    """

    base: Member
    chosen: tuple[Member, ...] = ()
    off: frozenset[str] = frozenset()
    above: Mapping[str, str] = field(default_factory=dict)
    sure_from: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def answering(self) -> tuple[ModelInfo, ...]:
        """The models whose scores give tags, one for each tag set, the built-in's set first.

        Their labels and thresholds are in the words of now, as what `said` gives.
        """
        chosen = {
            member.info.tag_set: described(member.info, self._words[member.info.digest])
            for member in self.chosen
        }
        own = self.base.info.tag_set
        first = chosen.pop(own, self.base.info)
        return (first, *(chosen[tag_set] for tag_set in sorted(chosen)))

    def said(self, model: ModelInfo, scores: Mapping[str, float]) -> Mapping[str, float]:
        """What one of those that answer says of a sound: tag to score.

        Args:
            model: which.
            scores: label to calibrated score, as the model gave it.
        """
        return scored(scores, self._words.get(model.digest, {}), exclusive=model.exclusive)

    @cached_property
    def _words(self) -> dict[str, Words]:
        """What the labels of each chosen model are called, by its digest.

        Where one was merged into a tag of another set, that set's model alone speaks of it.
        """
        known = dict.fromkeys(self.base.info.labels, self.base.info.tag_set)
        for member in self.chosen:
            for label in member.info.labels:
                if label not in member.words:
                    known.setdefault(label, member.info.tag_set)
        return {
            member.info.digest: {
                label: tag if known.get(tag, member.info.tag_set) == member.info.tag_set else None
                for label, tag in member.words.items()
            }
            for member in self.chosen
        }

    @cached_property
    def others(self) -> tuple[Member, ...]:
        """The members beside the built-in one that can be asked."""
        return tuple(member for member in self.chosen if member.runs)

    @property
    def paths(self) -> list[str]:
        """The files of `others`."""
        return [str(member.path) for member in self.others]

    def lacking(self, heard_by: Iterable[str]) -> list[Member]:
        """The members that are not among the digests ``heard_by``, the built-in one first."""
        known = set(heard_by)
        members = (self.base, *self.others)
        return [member for member in members if member.info.digest not in known]

    def answers(self, tag_set: str) -> ModelInfo | None:
        """The model whose scores give the tags of a set."""
        return next((info for info in self.answering if info.tag_set == tag_set), None)

    def usually_from(self, tag: str) -> float:
        """The score from which a tag is given by model and names where people chose none."""
        known = (info.thresholds for info in self.answering)
        said = (fitted().thresholds, *known) if tag in self.base.info.labels else known
        return max((from_[tag] for from_ in said if tag in from_), default=0.0)

    def set_of(self, tag: str) -> str:
        """The tag set in which a model knows the tag, else that of people's own words."""
        known = (self.base.info, *self.answering)
        return next((info.tag_set for info in known if tag in info.labels), OWN_SET)

    @cached_property
    def hierarchy(self) -> Hierarchy:
        """Which tag lies under which, as far as it decides what a sound is tagged with."""
        exclusive = {info.tag_set for info in self.answering if info.exclusive}
        return Hierarchy(self.above, self.set_of, exclusive, self.off, self.sure_from)

    def giving(self, tags: Tags) -> LineUp:
        """The same, but tags are given as people want them."""
        return replace(self, off=frozenset(tags.off), sure_from=tags.sure_from)

    def with_chosen(self, member: Member) -> LineUp:
        """The same, but this model answers for its tag set."""
        others = [one for one in self.chosen if one.info.tag_set != member.info.tag_set]
        own = [] if member.info.digest == self.base.info.digest else [member]
        return replace(self, chosen=(*others, *own))

    def without(self, digest: str) -> LineUp:
        """The same, but one model is asked no more."""
        chosen = tuple(
            replace(member, runs=False) if member.info.digest == digest else member
            for member in self.chosen
        )
        return replace(self, chosen=chosen)


def path_of(store: Path, digest: str) -> Path:
    """Where in the store the model with this digest lies."""
    return store / f"{digest}.onnx"


def known_models(index: Index, store: Path, base: Member) -> list[tuple[Member, ModelRecord]]:
    """Every model that was taken in, but for those whose description this version cannot read."""
    members, changes = [], index.merges.since_learnt()
    for record in index.models.all():
        with suppress(EarmarkError):
            info, path = parse(record.summary), path_of(store, record.digest)
            fits = info.backbone in (None, base.info.digest)
            words = followed(info.labels, changes.get(record.digest, ()))
            members.append((Member(path, info, fits and path.is_file(), words), record))
    return members


def chosen_lineup(index: Index, store: Path, base: Member) -> LineUp:
    """The models in use, and which tag lies under which, as the index says."""
    in_use = set(index.models.in_use().values())
    known = known_models(index, store, base)
    chosen = tuple(member for member, record in known if record.digest in in_use)
    return LineUp(base, chosen, above=index.nesting.above())
