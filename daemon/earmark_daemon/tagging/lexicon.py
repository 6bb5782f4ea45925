"""The words of `words.toml`, looked up: what a word or a phrase in a name speaks for.

Knows words alone; where they stand and what they weigh is the business of others.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from earmark_daemon.tagging.tokens import words_of

_WORDS = Path(__file__).with_name("words.toml")
_LONGEST_PHRASE = 4
_LOOP_AT_END = re.compile(r"([^\W\d_]{3,})loops?")
_LETTERS_OF_INITIALS = 2


class Grade(IntEnum):
    """How plainly a word speaks for a label."""

    HINT = 1
    LIKELY = 2
    SURE = 3

    @property
    def lower(self) -> Grade:
        """The grade below; a hint stays a hint."""
        return Grade(max(Grade.HINT, self - 1))


class _Rank(IntEnum):
    """What gives way to plainer words, the first to go first."""

    MACHINE = 0
    """A machine's number, as 808."""
    FLAVOUR = 1
    """What a thing is like."""
    INITIALS = 2
    """Two letters, which may be anybody's."""
    MANNER = 3
    """How a thing is played."""
    PLAIN = 4


Meaning = Mapping[str, Grade]
"""What a word speaks for: label to grade. Empty for a phrase that silences its words."""


@dataclass(frozen=True)
class Found:
    """A word or phrase of the lexicon in a text.

    Attributes:
        word: as `words_of` spells it.
        meaning: what it speaks for.
        start: the place of its first word.
        end: the place after its last word.
    """

    word: str
    meaning: Meaning
    start: int
    end: int


class Lexicon:
    """Looks words and phrases up.

    Attributes:
        same: label to other names of the very same thing.
        categories: id of a category of the Universal Category System to the label it speaks for.
        whole_categories: those that are an id without one below them.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        """Take the content of `words.toml`."""
        self._meanings = dict(_meanings(data))
        self.same: Mapping[str, tuple[str, ...]] = {
            label: tuple(words) for label, words in data.get("same", {}).items()
        }
        self.categories: Mapping[str, str] = {
            category: label for label, ids in data["ucs"]["labels"].items() for category in ids
        }
        self.whole_categories = frozenset(data["ucs"]["whole"])
        self._alone = frozenset(data["alone"]["words"])
        self._flavours = frozenset(data["flavour"]["words"])
        self._without = frozenset(data["missing"]["after"])
        glued = data["glued"]
        self._fewest_letters: int = glued["fewest_letters"]
        self._shorter = frozenset(map(_spelled, glued["shorter"]))
        self._never = frozenset(glued["never"])

    def find(self, tokens: Sequence[str]) -> list[Found]:
        """The longest phrases in a row of words, from left to right, none overlapping.

        Words that speak only where no plainer one does are left out where one does, and so is what
        the name says to be missing.

        Args:
            tokens: words in lower case, without accents.
        """
        found: list[Found] = []
        place = 0
        while place < len(tokens):
            if missing := self._missing(tokens, place):
                place = missing
                continue
            match = self._cut_short(tokens, self._longest(tokens, place, _LONGEST_PHRASE))
            place = match.end if match else place + 1
            found += [match] if match and match.meaning else []
        return self._plainer(found)

    def _longest(self, tokens: Sequence[str], start: int, most: int) -> Found | None:
        """The longest known phrase of up to so many words that begins here."""
        for end in range(min(start + most, len(tokens)), start, -1):
            if match := self._look_up(" ".join(tokens[start:end])):
                return Found(*match, start, end)
        return None

    def _cut_short(self, tokens: Sequence[str], match: Found | None) -> Found | None:
        """A phrase without its last word, if that begins one which says as much or more.

        An "acoustic bass drum" is no bass, and a "slap bass guitar" is one.
        """
        if match is None or not match.meaning or match.end - match.start == 1:
            return match
        last = match.end - 1
        other = self._longest(tokens, last, _LONGEST_PHRASE)
        if other is None or other.end == match.end or not other.meaning:
            return match
        if max(other.meaning.values()) < max(match.meaning.values()):
            return match
        return self._longest(tokens, match.start, last - match.start)

    def _missing(self, tokens: Sequence[str], start: int) -> int | None:
        """Where what is said to be missing ends, as in ``no hats``; None where nothing is."""
        for after in (start + 2, start + 1):
            if " ".join(tokens[start:after]) in self._without:
                match = self._longest(tokens, after, _LONGEST_PHRASE)
                return match.end if match and not tokens[after].isdigit() else None
        return None

    def _plainer(self, found: list[Found]) -> list[Found]:
        """All but the words that give way, where any other does more than hint."""
        for rank in (_Rank.MACHINE, _Rank.FLAVOUR, _Rank.INITIALS, _Rank.MANNER):
            others = [match for match in found if self._rank(match) > rank]
            if any(max(match.meaning.values()) > Grade.HINT for match in others):
                found = others
        return found

    def _rank(self, match: Found) -> _Rank:
        if match.word in self._alone:
            return _Rank.MACHINE if match.word.isdigit() else _Rank.MANNER
        if match.word in self._flavours:
            return _Rank.FLAVOUR
        short = match.word.isascii() and len(match.word) == _LETTERS_OF_INITIALS
        sure = max(match.meaning.values()) is Grade.SURE
        return _Rank.INITIALS if short and not sure else _Rank.PLAIN

    def _look_up(self, phrase: str) -> tuple[str, Meaning] | None:
        for form in (phrase, phrase.removesuffix("s"), phrase.removesuffix("es")):
            if (meaning := self._meanings.get(form)) is not None:
                return form, meaning
        if head := _LOOP_AT_END.fullmatch(phrase):
            return self._look_up(head[1])
        return None if " " in phrase else self._in_compound(phrase)

    def _in_compound(self, word: str) -> tuple[str, Meaning] | None:
        """The longest known word that ends a compound, as in ``minisnare``, one grade lower."""
        if word in self._never:
            return None
        for start in range(1, len(word) - 2):
            tail = word[start:].removesuffix("s")
            if tail not in self._shorter and len(tail) < self._fewest_letters:
                continue
            if meaning := self._meanings.get(tail):
                return tail, {label: grade.lower for label, grade in meaning.items()}
        return None


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon that comes with Earmark, read once a process."""
    return Lexicon(tomllib.loads(_WORDS.read_text(encoding="utf-8")))


def _meanings(data: Mapping[str, Any]) -> Iterator[tuple[str, Meaning]]:
    meanings: dict[str, dict[str, Grade]] = {}
    for group in data["groups"].values():
        for word in group["words"]:
            meanings[_spelled(word)] = dict.fromkeys(group["labels"], Grade.HINT)
    for label, grades in data["labels"].items():
        for grade in Grade:
            for word in grades[grade.name.lower()]:
                meanings.setdefault(_spelled(word), {})[label] = grade
    meanings.update((_spelled(word), {}) for word in data["silent"]["words"])
    yield from meanings.items()


def _spelled(word: str) -> str:
    """A word or phrase as it comes out of names: й, for one, without its accent."""
    return " ".join(words_of(word))
