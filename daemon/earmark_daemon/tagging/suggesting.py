"""Tags to offer a person for a sound, from its names, its maker's texts and how it sounds.

Nothing here is believed unseen: a person confirms or refuses each.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from earmark_daemon.tagging.lexicon import Grade, lexicon
from earmark_daemon.tagging.names import Place, evidence
from earmark_daemon.tagging.tokens import words_of

MOST = 9
"""As many as there are digit keys."""

_MOST_WORDS = 4
_FEWEST_LETTERS = 3


class Why(StrEnum):
    """What speaks for a suggestion."""

    NAME = "name"
    FOLDER = "folder"
    TEXT = "text"
    SOUND = "sound"


@dataclass(frozen=True)
class Suggestion:
    """One tag to offer.

    Attributes:
        tag: the word.
        why: what speaks for it.
        score: how sure the model is of it, 0 to 1; 0 where it does not know the word.
    """

    tag: str
    why: Why
    score: float


def suggest(
    path: str, texts: Sequence[str], own: Iterable[str], scores: Mapping[str, float]
) -> list[Suggestion]:
    """Up to `MOST` tags, what speaks plainest first.

    People's own tags whose words stand in the names come first, then what the names plainly say,
    then the folder's name where it says something that no model knows, then what is heard.

    Args:
        path: of the sound.
        texts: titles, descriptions and the like that its maker embedded.
        own: the tags that people have made up.
        scores: label to score as heard.
    """
    found: dict[str, Suggestion] = {}
    for tag, why in (*_own(path, texts, own), *_named(path, texts), *_folder(path)):
        found.setdefault(tag, Suggestion(tag, why, scores.get(tag, 0.0)))
    for label, score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        found.setdefault(label, Suggestion(label, Why.SOUND, score))
    return list(found.values())[:MOST]


def _own(path: str, texts: Sequence[str], own: Iterable[str]) -> Iterator[tuple[str, Why]]:
    """Own tags all of whose words occur, in any order."""
    folder, name = os.path.split(path)
    places = [
        (Why.NAME, _stems([os.path.splitext(name)[0]])),
        (Why.FOLDER, _stems([os.path.basename(folder)])),
        (Why.TEXT, _stems(texts)),
    ]
    for tag in sorted(own, key=lambda word: (-len(word), word)):
        wanted = _stems([tag])
        why = next((why for why, words in places if wanted and wanted <= words), None)
        if why is not None:
            yield tag, why


def _named(path: str, texts: Sequence[str]) -> Iterator[tuple[str, Why]]:
    """What the lexicon plainly reads in name, folder and texts."""
    of = {Place.NAME: Why.NAME, Place.FOLDER: Why.FOLDER}
    read = [(clue, of[clue.place]) for clue in evidence(path) if clue.place in of]
    read += [(clue, Why.TEXT) for clue in evidence("", texts) if clue.place in of]
    plain = [(clue, why) for clue, why in read if clue.grade > Grade.HINT]
    for clue, why in sorted(plain, key=lambda item: -item[0].grade):
        yield clue.label, why


def _folder(path: str) -> Iterator[tuple[str, Why]]:
    """The folder's name as a tag, where it holds a word that stands for no label."""
    words = [word for word in words_of(os.path.basename(os.path.dirname(path))) if word.isalpha()]
    known = {place for found in lexicon().find(words) for place in range(found.start, found.end)}
    new = [word for place, word in enumerate(words) if place not in known]
    if len(words) <= _MOST_WORDS and any(len(word) >= _FEWEST_LETTERS for word in new):
        yield " ".join(words), Why.FOLDER


def _stems(texts: Iterable[str]) -> frozenset[str]:
    """Words without the plural's ``s``."""
    return frozenset(word.removesuffix("s") or word for text in texts for word in words_of(text))
