"""Tags that seem to mean the same: spelled differently, in the plural, or by another name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from earmark_daemon.tagging.lexicon import lexicon
from earmark_daemon.tagging.tokens import words_of
from earmark_db.queries import singular

_NEARLY = 0.86
"""Ratio of equal letters from which on two words of some length look like one misspelled."""
_FEWEST_LETTERS = 5


@dataclass(frozen=True)
class Synonym:
    """Two tags that could be one.

    Attributes:
        old: the one that would go.
        new: the one that would stay.
        why: the reason, in words.
    """

    old: str
    new: str
    why: str


def synonyms(counts: Mapping[str, int], known: Iterable[str]) -> list[Synonym]:
    """Which of people's tags could be merged, each tag at most once.

    Args:
        counts: each of people's own tags, and how many sounds carry it.
        known: labels of the built-in model, into which others are merged rather than away.
    """
    found: dict[str, Synonym] = {}
    labels = tuple(known)
    own = sorted((tag for tag in counts if tag not in labels), key=lambda tag: (-counts[tag], tag))
    for tag in own:
        suggestion = next(_candidates(tag, own, labels, counts), None)
        if suggestion and not _goes_already(suggestion, found):
            found[tag] = suggestion
    return list(found.values())


def _goes_already(suggestion: Synonym, found: Mapping[str, Synonym]) -> bool:
    return suggestion.new in found


def _candidates(
    tag: str, own: list[str], labels: tuple[str, ...], counts: Mapping[str, int]
) -> Iterator[Synonym]:
    for label in labels:
        if plain(label) == plain(tag):
            yield Synonym(tag, label, f"“{tag}” and “{label}” differ in spelling alone.")
    meaning = meant(tag)
    if meaning in labels:
        yield Synonym(tag, str(meaning), f"“{tag}” is another name of “{meaning}”.")
    for other in own:
        if other == tag or (counts[other], tag) < (counts[tag], other):
            continue
        if plain(other) == plain(tag):
            yield Synonym(tag, other, f"“{tag}” and “{other}” differ in spelling alone.")
        elif _nearly(plain(tag), plain(other)):
            yield Synonym(tag, other, f"“{tag}” and “{other}” are spelled nearly alike.")


def plain(tag: str) -> str:
    """What a tag is compared by: without case, accents, separators and plural, if it has words."""
    return "".join(singular(word) for word in words_of(tag)) or tag


def meant(tag: str) -> str | None:
    """The label that a tag is another name of; None where it is none's."""
    wanted = plain(tag)
    same = lexicon().same
    return next((label for label, names in same.items() if wanted in map(plain, names)), None)


def other_names() -> dict[str, str]:
    """What else labels are called, as people type it, to the label: ``hi hat`` to ``hihat``."""
    return {name: label for label, names in lexicon().same.items() for name in names}


def _nearly(one: str, other: str) -> bool:
    if min(len(one), len(other)) < _FEWEST_LETTERS:
        return False
    return SequenceMatcher(None, one, other).ratio() >= _NEARLY
