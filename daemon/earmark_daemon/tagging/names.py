"""Names as evidence: what file name, folders and embedded metadata say that a sound is.

Turns names into clues and judges none of them; `earmark_daemon.tagging.evidence` weighs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from earmark_daemon.tagging.lexicon import Grade, lexicon
from earmark_daemon.tagging.tokens import words_of

_NOTE = re.compile(r"(?<![A-Za-z0-9])[A-Ga-g](?:#|b|s|sharp|flat)?-?[0-8](?![A-Za-z0-9])")
_EXTENSION = re.compile(r"\.\w{2,5}$")
_FARTHEST_FOLDER = 4
_LONGEST_TEXT = 200
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
    return (
        *_plainest(Place.NAME, [stem]),
        *_plainest(Place.FOLDER, [*near, *vendor]),
        *_plainest(Place.FARTHER, far),
        *_pitched(stem),
    )


def vendor_texts(metadata: Mapping[str, object]) -> list[str]:
    """The texts in a file's metadata that may name the sound, as `EmbeddedMetadata` holds them.

    Earmark's own words are kept apart there, so it never takes its own word for evidence. A genre
    does not count: "drum and bass" and "trance" say nothing of the sound at hand.
    """
    return [text for field in _NAMING_FIELDS for text in _texts(metadata.get(field))]


def _plainest(place: Place, texts: Sequence[str]) -> list[Clue]:
    best: dict[str, Clue] = {}
    for text in texts:
        for label, grade, word in _spoken(text):
            if label not in best or grade > best[label].grade:
                best[label] = Clue(label, place, grade, word)
    return list(best.values())


@lru_cache(maxsize=4096)
def _spoken(text: str) -> tuple[tuple[str, Grade, str], ...]:
    """Label, grade and word for all that a text says.

    Of words side by side the last says what the thing is, those before it of what kind: a "piano
    pad" is a pad first. They count one grade lower. Words that stand apart count in full, and so
    do those before a mere hint, as in "taiko drum".
    """
    found = lexicon().find(words_of(text))
    begun = {match.start for match in found if max(match.meaning.values()) > Grade.HINT}
    return tuple(
        (label, grade.lower if match.end in begun else grade, match.word)
        for match in found
        for label, grade in match.meaning.items()
    )


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
