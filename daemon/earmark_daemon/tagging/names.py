"""Names as evidence: what file name, folders and embedded metadata say that a sound is.

Turns names into clues and judges none of them; `earmark_daemon.tagging.evidence` weighs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from earmark_daemon.tagging.lexicon import Grade, lexicon
from earmark_daemon.tagging.tokens import words_of
from earmark_daemon.tagging.ucs import category

_NOTE = re.compile(r"(?<![A-Za-z0-9])[A-Ga-g](?:#|b|s|sharp|flat)?-?[0-8](?![A-Za-z0-9])")
_EXTENSION = re.compile(r"\.\w{2,5}$")
_FARTHEST_FOLDER = 4
_LONGEST_TEXT = 200
_LONGEST_INITIALS = 2
_NAMING_FIELDS = ("title", "comment", "description", "keywords", "desktop")
_PITCHED = ("bass", "brass", "guitar", "keys", "strings", "synth", "vocal", "woodwind")


class Place(StrEnum):
    """Where a word stands, the weightiest place first."""

    NAME = "name"
    FOLDER = "folder"
    FARTHER = "farther folder"
    NOTE = "note"
    """A musical note in the file name, as ``C#3``: such sounds have a pitch."""


@dataclass(frozen=True)
class Clue:
    """One word that speaks for one label.

    Attributes:
        label: for what.
        place: where the word stands.
        grade: how plainly it speaks.
        word: the word, to tell a person why.
    """

    label: str
    place: Place
    grade: Grade
    word: str


Evidence = tuple[Clue, ...]
"""All clues of one sound: for each label and place the plainest."""


def evidence(path: str, texts: Iterable[str] = ()) -> Evidence:
    """What the names of a sound say.

    The file name, the folder that it lies in, and the folders above that; of these the plainest
    word counts. Texts that the maker embedded in the file count like its folder.

    Args:
        path: of the sound, with either kind of slash; folders count as far as they are in it.
        texts: titles, descriptions and the like from the file's metadata.

    Returns:
        The clues; none where no word is known.
    """
    *folders, name = re.split(r"[/\\]+", path)
    stem = _EXTENSION.sub("", name)
    near, far = folders[-1:], folders[-_FARTHEST_FOLDER:-1]
    vendor = [text[:_LONGEST_TEXT] for text in texts]
    initials = frozenset(map(_initials, [stem, *near, *far])) - {""}
    sorted_out = _categorised(stem)
    closer = [
        *(sorted_out or _plainest(Place.NAME, [stem], initials)),
        *_plainest(Place.FOLDER, [*near, *vendor], initials),
    ]
    farther = _plainest(Place.FARTHER, far, initials)
    return (*closer, *_outspoken(farther, closer), *([] if sorted_out else _pitched(stem)))


def vendor_texts(metadata: Mapping[str, object]) -> list[str]:
    """The texts in a file's metadata that may name the sound, as `EmbeddedMetadata` holds them.

    Earmark's own words are kept apart there, so it never takes its own word for evidence. A genre
    does not count: "drum and bass" and "trance" say nothing of the sound at hand.
    """
    return [text for field in _NAMING_FIELDS for text in _texts(metadata.get(field))]


def _categorised(stem: str) -> list[Clue]:
    """What the id of a category in front of a file name says; the rest of it is a sentence."""
    said = category(stem, lexicon())
    return [Clue(said[1], Place.NAME, Grade.SURE, said[0])] if said else []


@lru_cache(maxsize=4096)
def _initials(text: str) -> str:
    """Two letters in front that gave way to plainer words, as in ``SH_Lead``: the maker's own."""
    words = words_of(text)
    if not words or len(words[0]) > _LONGEST_INITIALS or not lexicon().find(words[:1]):
        return ""
    found = lexicon().find(words)
    return words[0] if found and found[0].start > 0 else ""


def _plainest(place: Place, texts: Sequence[str], initials: frozenset[str]) -> list[Clue]:
    best: dict[str, Clue] = {}
    for text in texts:
        for label, grade, word in _spoken(text, initials):
            if label not in best or grade > best[label].grade:
                best[label] = Clue(label, place, grade, word)
    return list(best.values())


@lru_cache(maxsize=4096)
def _spoken(text: str, initials: frozenset[str]) -> tuple[tuple[str, Grade, str], ...]:
    """Label, grade and word for all that a text says.

    Of words side by side the last says what the thing is, those before it of what kind: a "piano
    pad" is a pad first. They count one grade lower. Words that stand apart count in full, and so
    do those before a mere hint, as in "taiko drum". Initials in front say nothing, unless they are
    all that there is.
    """
    words = words_of(text)
    found = lexicon().find(words[1:] if len(words) > 1 and words[0] in initials else words)
    begun = {match.start for match in found if max(match.meaning.values()) > Grade.HINT}
    return tuple(
        (label, grade.lower if match.end in begun else grade, match.word)
        for match in found
        for label, grade in match.meaning.items()
    )


def _outspoken(farther: Sequence[Clue], closer: Sequence[Clue]) -> list[Clue]:
    """Clues of farther folders, of a lower grade where what is closer speaks for something else.

    They bear the names of packs and people, as in ``Joy Ride/Pads``.
    """
    spoken = any(clue.grade > Grade.HINT for clue in closer)
    said = {clue.label for clue in closer if clue.grade > Grade.HINT}
    return [
        replace(clue, grade=clue.grade.lower) if spoken and clue.label not in said else clue
        for clue in farther
    ]


def _pitched(stem: str) -> list[Clue]:
    note = _NOTE.search(stem.replace("_", " "))
    if note is None:
        return []
    return [Clue(label, Place.NOTE, Grade.HINT, note.group()) for label in _PITCHED]


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Sequence):
        return [text for text in value if isinstance(text, str)]
    return []
