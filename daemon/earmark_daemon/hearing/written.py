"""What makers of sounds write into names about tempo, key and kind: ``Bass Loop 128bpm F#min``."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from earmark_db.keys import canonical_key

_BPM = r"\d{2,3}(?:[.,]\d{1,2})?"
_TEMPOS = (
    re.compile(rf"(?<![\d.,])({_BPM}) ?bpm(?![a-z])", re.I),
    re.compile(rf"bpm ?({_BPM})(?!\d)", re.I),
)
_NUMBER = re.compile(r"(?<![\w.#])(?<!\d,)(\d{2,3})(?![\w.#]|,\d)")
_ACCIDENTAL = r"(?: ?(?:sharp|flat)|[#♯b♭])?"
_SPELLED_KEY = re.compile(
    rf"(?<![A-Za-z0-9#])([A-Ga-g]{_ACCIDENTAL} ?(?:minor|major|min|maj))(?![A-Za-z])", re.I
)
_GERMAN_KEY = re.compile(r"(?<![^\W_])([a-h])(is|e?s)? (?:dur|(moll))(?![^\W_])", re.I)
_SOLFEGE_KEY = re.compile(
    r"(?<![^\W_])(do|r[eé]|mi|fa|sol|la|si)"
    r"(?: (?:(di[eè]se|diesis|sostenido|sustenido)|(b[eé]mol|bemolle)))?"
    r" (?:majeur|ma[iy]or|maggiore|(mineur|menor|minore))(?![^\W_])",
    re.I,
)
_SOLFEGE = {"do": "C", "re": "D", "ré": "D", "mi": "E", "fa": "F", "sol": "G", "la": "A", "si": "B"}
_SHORT_KEY = re.compile(
    r"(?<![A-Za-z0-9#])(?<!\bI )([A-G][#♯b♭]?m)(?:7|9|11)?(?![A-Za-z0-9#]| I\b)"
)
_NO_NOTE = (
    r"(?!^[Aa] )(?<!(?i:plan|side|part) )(?<!(?i:vitamin) )"
    r"(?<![&'])(?<!& )(?<! (?i:and) )(?<! (?i:n) )"
)
"""``A`` in front is an article, and ``Plan B`` and ``R&B`` are no keys."""

_BARE = r"(?:[6-9]\d|1\d\d|200)"
_SIGNED = r"[A-G](?:[#♯b♭]| ?(?i:sharp|flat)(?![a-z]))"
_NO_KEY = r"(?!(?i:e (?:piano|guitar|bass|drum)|g funk|[a-g] (?:section|part)|d ?(?:&|n) ?b))"
"""Words that begin with a letter: ``E Piano``, ``G-Funk``, ``D&B``, ``B Section``."""

_ROOTS = (
    re.compile(
        rf"(?<![A-Za-z0-9#]){_NO_NOTE}([A-Ga-g](?:[#♯b♭]| ?(?i:sharp|flat))?|[CDFG]s)"
        rf" (?:{_BPM} ?(?i:bpm)|{_BARE})(?!\w)"
    ),
    re.compile(rf"\d ?(?i:bpm) {_NO_KEY}({_SIGNED}|[B-G]|A$)(?![A-Za-z0-9#])"),
    re.compile(rf"\dbpm {_NO_KEY}(?![Aa] )([A-Ga-g][#♯b♭]?)(?![A-Za-z0-9#])"),
    re.compile(rf"(?<![\w.,#]){_BARE} ([A-G][#♯b♭])(?![A-Za-z0-9#])"),
    re.compile(rf"(?<![A-Za-z0-9])(?i:in) ({_SIGNED}|[B-G])(?![A-Za-z0-9#])"),
    re.compile(r"(?<![A-Za-z0-9#])(?!(?<=\d )Db)([A-G][#♯b♭])[\])}]*$"),
)
"""A root alone: beside a tempo, after "in", or signed and at the very end, as in ``808 [F#]``.

``-6 Db`` are decibels.
"""

_HEADS = (
    r"(?:arp|bass|beat|break|chord|clap|conga|drum|fx|guitar|gtr|hat|horn|keys?|kick|lead|melody|music"
    r"|pad|perc|percussion|piano|pluck|rhodes|ride|riff|sax|shaker|snare|strings?|synth|tom|top|vocal"
    r"|vox)"
)
"""What may be glued to "loop" and "one-shot" as in ``BassLoop``; a maker's name, as in
``PrimeLoops``, says nothing of the sound."""

_LOOP = re.compile(rf"(?:(?<![a-z])|{_HEADS})loops?(?![a-z])|ループ", re.I)
_ONE_SHOT = re.compile(rf"(?:(?<![a-z])|{_HEADS})(?:one ?shots?|single hits?)(?![a-z])", re.I)
_FOLDER_OF_LOOPS = re.compile(rf"(?:{_HEADS} ?)?loops?", re.I)

SLOWEST_BPM, FASTEST_BPM = 40.0, 300.0
"""Outside of these a number is no tempo, whatever it is called."""

_SEPARATORS = re.compile(r"[_\-\s]+")
_SLOWEST_BARE, _FASTEST_BARE = 60.0, 200.0


@dataclass(frozen=True)
class Written:
    """What a name says, as far as it can be true of any sound.

    Attributes:
        loop: whether it is a loop; None where nothing is said.
        bpm: a number that is called a tempo.
        maybe_bpm: numbers that may be one.
        key: as `earmark_db.keys.canonical_key` spells it.
    """

    loop: bool | None
    bpm: float | None
    maybe_bpm: tuple[float, ...]
    key: str | None


def written(name: str, folder: str = "") -> Written:
    """Read a file name without its ending; its folder may say the kind and the tempo too."""
    plain, around = (_plain(text) for text in (name, folder))
    numbers = (float(number) for number in _NUMBER.findall(plain))
    return Written(
        loop=next((said for said in map(_kind, (plain, around)) if said is not None), None),
        bpm=next((said for said in map(_tempo, (plain, around)) if said is not None), None),
        maybe_bpm=tuple(n for n in numbers if _SLOWEST_BARE <= n <= _FASTEST_BARE),
        key=_key(plain),
    )


def kind_around(folder: str) -> bool | None:
    """Whether a farther folder says that loops lie in it, or that one-shots do.

    "Loops" is part of makers' names, so no word may stand there but the instrument's.
    """
    plain = _plain(folder)
    loop = _kind(plain)
    return None if loop and not _FOLDER_OF_LOOPS.fullmatch(plain) else loop


def _plain(text: str) -> str:
    """With one blank for any separators, and each letter in one piece."""
    return unicodedata.normalize("NFC", _SEPARATORS.sub(" ", text).strip())


def _kind(text: str) -> bool | None:
    one_shot, loop = (bool(pattern.search(text)) for pattern in (_ONE_SHOT, _LOOP))
    return None if one_shot == loop else loop


def _tempo(text: str) -> float | None:
    said = (match[1] for pattern in _TEMPOS for match in pattern.finditer(text))
    numbers = (float(number.replace(",", ".")) for number in said)
    return next((bpm for bpm in numbers if SLOWEST_BPM <= bpm <= FASTEST_BPM), None)


def _key(text: str) -> str | None:
    if match := _SPELLED_KEY.search(text):
        return canonical_key(match[1])
    if match := _GERMAN_KEY.search(text):
        return _german(*match.groups(""))
    if match := _SOLFEGE_KEY.search(text):
        note, sharp, flat, minor = match.groups("")
        return _in_english(_SOLFEGE[note.lower()], sharp, flat, minor)
    for pattern in (_SHORT_KEY, *_ROOTS):
        if match := pattern.search(text):
            return canonical_key(re.sub("s$", "#", match[1]))
    return None


def _german(letter: str, sign: str, minor: str) -> str | None:
    """A key as Germans write it, to whom B is our B flat, and H our B."""
    note = letter.upper()
    flat = sign.lower() in ("s", "es") or (note == "B" and not sign)
    return _in_english("B" if note == "H" else note, sign.lower() == "is", flat, minor)


def _in_english(note: str, sharp: object, flat: object, minor: object) -> str | None:
    return canonical_key(f"{note}{'#' if sharp else 'b' if flat else ''}{'m' if minor else ''}")
