"""Musical keys and notes in one spelling, so that ``Bb min`` is found where ``A#m`` is kept."""

from __future__ import annotations

import re

_ROOT = re.compile(r"([A-Ga-g])\s?(#|♯|sharp|b|♭|flat)?", re.IGNORECASE)
_MODE = re.compile(r"\s?(m|min|minor|maj|major)?", re.IGNORECASE)
_SHARPS = {
    "DB": "C#",
    "EB": "D#",
    "FB": "E",
    "GB": "F#",
    "AB": "G#",
    "BB": "A#",
    "CB": "B",
    "E#": "F",
    "B#": "C",
}


def canonical_root(text: str) -> str | None:
    """A note without its octave, spelled with sharps; None where it is no note."""
    match = _ROOT.fullmatch(text.strip())
    if match is None:
        return None
    letter, sign = match[1].upper(), (match[2] or "").lower()
    accidental = {"": "", "#": "#", "♯": "#", "sharp": "#"}.get(sign, "B")
    return _SHARPS.get(letter + accidental, letter + accidental)


def canonical_key(text: str) -> str | None:
    """A key as the index keeps it: ``A#m`` for minor, ``A#`` for major or where nothing is said."""
    match = _ROOT.match(text.strip())
    mode = _MODE.fullmatch(text.strip(), match.end()) if match else None
    if match is None or mode is None:
        return None
    root = canonical_root(match[0])
    minor = (mode[1] or "").lower() in ("m", "min", "minor")
    return f"{root}m" if minor else root
