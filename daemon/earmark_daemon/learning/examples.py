"""Examples: what people said of sounds, as the material that a model of their tags learns from.

Plain data without embeddings or audio, so that every place where training happens takes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile

from earmark_db.nesting import broader


@dataclass(frozen=True)
class Said:
    """A person's word about one sound, as the index keeps it.

    Attributes:
        content: digest of the audio.
        tag: the word.
        says: True for "this", False for "not this".
        pack: folder of one of its copies.
    """

    content: str
    tag: str
    says: bool
    pack: str = ""


@dataclass(frozen=True)
class Example:
    """One sound and all that people said of it in one tag set.

    Attributes:
        content: digest of the audio.
        yes: tags that it carries.
        no: tags that it does not carry.
        group: equal for copies and near-copies, which must never be trained on and tested with.
        pack: where it comes from.
    """

    content: str
    yes: tuple[str, ...]
    no: tuple[str, ...]
    group: str
    pack: str


@dataclass(frozen=True)
class Examples:
    """Everything that people said in one tag set.

    Attributes:
        tag_set: its name.
        exclusive: whether a sound has one tag of the set at most.
        labels: the tags that are to be learnt, in the order of the model's scores.
        items: the sounds.
    """

    tag_set: str
    exclusive: bool
    labels: tuple[str, ...]
    items: tuple[Example, ...]

    def counts(self) -> dict[str, dict[str, int]]:
        """For each label how many sounds are it and how many are said not to be."""
        counts = {label: {"yes": 0, "no": 0} for label in self.labels}
        for item in self.items:
            for says, tags in (("yes", item.yes), ("no", item.no)):
                for tag in tags:
                    if tag in counts:
                        counts[tag][says] += 1
        return counts

    def only(self, labels: Iterable[str]) -> Examples:
        """The same sounds with fewer tags to learn; those that say nothing of them are dropped."""
        kept = tuple(labels)
        items = []
        for item in self.items:
            yes = tuple(tag for tag in item.yes if tag in kept)
            no = tuple(tag for tag in item.no if tag in kept)
            if yes or no:
                items.append(replace(item, yes=yes, no=no))
        return replace(self, labels=kept, items=tuple(items))

    def with_broader(self, above: Mapping[str, str]) -> Examples:
        """The same, each sound carrying the tags above its own too, unless they were refused it.

        Args:
            above: tag to the next broader one; only tags that are labels count.
        """
        items = (replace(item, yes=self._all_yes(item, above)) for item in self.items)
        return replace(self, items=tuple(items))

    def _all_yes(self, item: Example, above: Mapping[str, str]) -> tuple[str, ...]:
        found = set(item.yes)
        for tag in item.yes:
            found.update(takewhile(lambda name: name not in item.no, broader(tag, above)))
        return tuple(sorted(found.intersection(self.labels)))

    def narrowest(self, above: Mapping[str, str]) -> Examples:
        """The same, but no sound carries a tag that lies above another of its own.

        Args:
            above: tag to the next broader one.
        """
        items = (replace(item, yes=_narrowest(item.yes, above)) for item in self.items)
        narrowed = replace(self, items=tuple(items))
        return narrowed.only(tag for tag, told in narrowed.counts().items() if told["yes"])

    def grouped(self, groups: Mapping[str, str]) -> Examples:
        """The same with these groups, by content."""
        items = (replace(item, group=groups.get(item.content, item.group)) for item in self.items)
        return replace(self, items=tuple(items))


def _narrowest(tags: tuple[str, ...], above: Mapping[str, str]) -> tuple[str, ...]:
    over = {name for tag in tags for name in broader(tag, above)}
    return tuple(tag for tag in tags if tag not in over)


def examples_of(said: Iterable[Said], tag_set: str, *, exclusive: bool) -> Examples:
    """Gather what was said, sound by sound; each sound is a group of its own.

    Tags that nobody said "this" of are no labels: there is nothing to learn them from.
    """
    yes: dict[str, list[str]] = {}
    no: dict[str, list[str]] = {}
    packs: dict[str, str] = {}
    for word in said:
        (yes if word.says else no).setdefault(word.content, []).append(word.tag)
        packs.setdefault(word.content, word.pack)
    labels = tuple(sorted({tag for tags in yes.values() for tag in tags}))
    items = tuple(
        Example(
            content,
            tuple(sorted(yes.get(content, ()))),
            tuple(sorted(no.get(content, ()))),
            content,
            pack,
        )
        for content, pack in sorted(packs.items())
    )
    return Examples(tag_set, exclusive, labels, items)
