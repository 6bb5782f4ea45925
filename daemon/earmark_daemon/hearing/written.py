"""What makers of sounds write into names about tempo, key and kind: ``Bass Loop 128bpm F#min``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from earmark_db.keys import canonical_key

_BPM = r"\d{2,3}(?:\.\d{1,2})?"
_TEMPOS = (
    re.compile(rf"(?<![\d.])({_BPM}) ?bpm(?![a-z])", re.I),
    re.compile(rf"bpm ?({_BPM})(?!\d)", re.I),
)
_NUMBER = re.compile(r"(?<![\w.#])(\d{2,3})(?![\w.#])")
_ACCIDENTAL = r"(?: ?(?:sharp|flat)|[#♯b♭])?"
_SPELLED_KEY = re.compile(
    rf"(?<![A-Za-z0-9#])([A-Ga-g]{_ACCIDENTAL} ?(?:minor|major|min|maj))(?![A-Za-z])", re.I
)
_SHORT_KEY = re.compile(r"(?<![A-Za-z0-9#])([A-G][#♯b♭]?m)(?![A-Za-z0-9#])")
_ROOT_BY_TEMPO = re.compile(
    rf"(?<![A-Za-z0-9#])([A-Ga-g][#♯b♭]?) (?:{_BPM} ?bpm|[6-9]\d|1\d\d|200)(?!\w)"
    r"|\dbpm ([A-Ga-g][#♯b♭]?)(?![A-Za-z0-9#])"
)
_LOOP = re.compile(r"(?<![a-z])loops?(?![a-z])", re.I)
_ONE_SHOT = re.compile(r"(?<![a-z])(?:one ?shots?|single hits?)(?![a-z])", re.I)

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
    plain, around = (_SEPARATORS.sub(" ", text).strip() for text in (name, folder))
    numbers = (float(number) for number in _NUMBER.findall(plain))
    return Written(
        loop=next((said for said in map(_kind, (plain, around)) if said is not None), None),
        bpm=next((said for said in map(_tempo, (plain, around)) if said is not None), None),
        maybe_bpm=tuple(n for n in numbers if _SLOWEST_BARE <= n <= _FASTEST_BARE),
        key=_key(plain),
    )


def _kind(text: str) -> bool | None:
    one_shot, loop = (bool(pattern.search(text)) for pattern in (_ONE_SHOT, _LOOP))
    return None if one_shot == loop else loop


def _tempo(text: str) -> float | None:
    said = (float(match[1]) for pattern in _TEMPOS for match in pattern.finditer(text))
    return next((bpm for bpm in said if SLOWEST_BPM <= bpm <= FASTEST_BPM), None)


def _key(text: str) -> str | None:
    for pattern in (_SPELLED_KEY, _SHORT_KEY, _ROOT_BY_TEMPO):
        if match := pattern.search(text):
            return canonical_key(next(group for group in match.groups() if group))
    return None
