"""Broader tags: where people put kick under drums, what is a kick is tagged drums as well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from earmark_db.nesting import broader
from earmark_db.records import Tag

SOURCE = "narrower"

Key = tuple[str, str]
"""A tag set and a tag."""


@dataclass(frozen=True)
class Hierarchy:
    """Which tag lies under which, and what must be known of the tags above.

    Attributes:
        above: tag to the next broader one; what is not in it lies under nothing.
        set_of: the tag set of a tag.
        exclusive: tag sets of which a sound has one tag at most.
        off: tags that are not given.
        sure_from: tag to the score from which it is given; others are given at any.
    """

    above: Mapping[str, str]
    set_of: Callable[[str], str]
    exclusive: Collection[str]
    off: Collection[str]
    sure_from: Mapping[str, float]

    def gives(self, tag: str, score: float) -> bool:
        """Whether a broader tag that is so sure is given."""
        return tag not in self.off and score >= self.sure_from.get(tag, 0.0)


def with_broader(
    tags: Sequence[Tag], hierarchy: Hierarchy, refused: Collection[Key]
) -> tuple[Tag, ...]:
    """The tags of a sound and all that are broader.

    A broader tag is as sure as the surest of those under it. What a person refused is not given,
    nor for its sake what lies above it. Of an exclusive set stays what a person said, else the
    surest, and what lies above or below that.

    Args:
        tags: of one sound.
        hierarchy: which tag lies under which.
        refused: what a person said that the sound is not.
    """
    if not any(tag.tag in hierarchy.above for tag in tags):
        return tuple(tags)
    everything = _all(tags, hierarchy, refused)
    lost: set[Key] = set()
    for tag_set in hierarchy.exclusive:
        lost |= _lost([tag for tag in everything if tag.set == tag_set], hierarchy.above)
    left = [tag for tag in tags if (tag.set, tag.tag) not in lost]
    return tuple(_all(left, hierarchy, {*refused, *lost}))


def in_order(counts: Mapping[Key, int], above: Mapping[str, str]) -> Iterator[tuple[int, Key]]:
    """Tags with how many broader ones they lie under, each followed by what lies under it.

    Those with the most sounds come first.

    Args:
        counts: how many sounds there are of each tag.
        above: tag to the next broader one.
    """
    names = {tag for _, tag in counts}
    below: defaultdict[str | None, list[Key]] = defaultdict(list)
    for key in sorted(counts, key=lambda key: (-counts[key], key[1], key[0])):
        over = above.get(key[1])
        below[over if over in names else None].append(key)

    def descend(over: str | None, depth: int) -> Iterator[tuple[int, Key]]:
        for key in below.pop(over, ()):
            yield depth, key
            yield from descend(key[1], depth + 1)

    return descend(None, 0)


def _all(tags: Sequence[Tag], hierarchy: Hierarchy, refused: Collection[Key]) -> list[Tag]:
    """The tags, and after them all that are broader, of whatever set."""
    found = {(tag.set, tag.tag): tag for tag in tags}
    for tag in tags:
        for name in broader(tag.tag, hierarchy.above):
            key = (hierarchy.set_of(name), name)
            if key in refused:
                break
            known = found.get(key)
            if hierarchy.gives(name, tag.score) and (known is None or known.score < tag.score):
                found[key] = Tag(name, key[0], tag.score, SOURCE)
    return list(found.values())


def _lost(rivals: Sequence[Tag], above: Mapping[str, str]) -> set[Key]:
    """Which of an exclusive set's tags give way to one of them."""
    if not rivals:
        return set()
    stays = min(rivals, key=_rank).tag
    kin = {stays, *broader(stays, above)}
    return {
        (tag.set, tag.tag)
        for tag in rivals
        if tag.source != "person" and tag.tag not in kin and stays not in broader(tag.tag, above)
    }


def _rank(tag: Tag) -> tuple[bool, float, bool, str]:
    return (tag.source != "person", -tag.score, tag.source == SOURCE, tag.tag)
