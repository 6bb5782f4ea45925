"""File names as the index keeps them: exact bytes, and words to search by."""

from __future__ import annotations

import os
import re
import unicodedata

SOUND_EXTENSIONS = frozenset(
    ("wav", "wave", "bwf", "rf64", "aif", "aiff", "aifc", "flac", "mp3", "ogg", "oga", "opus")
) | {"caf", "m4a", "w64", "wv"}
"""Extensions of sound files, small letters, without the dot; names are searched without them."""

BELOW = "(files.path >= ?1 and files.path < ?2)"
"""What holds of the files in a folder and deeper, for the values of `below`."""

RIGHT_IN = f"({BELOW} and instr(substr(files.path, ?3), ?4) = 0)"
"""What holds of the files in a folder, and not deeper, for the values of `right_in`.

What else is asked of their state wants a plus, or SQLite looks at all files of that state.
"""

_BOUNDARY = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")


def to_blob(path: str) -> bytes:
    """The exact bytes of a path, whatever its encoding."""
    return os.fsencode(path)


def from_blob(blob: bytes) -> str:
    """The inverse of `to_blob`."""
    return os.fsdecode(blob)


def below(folder: str) -> list[bytes]:
    """The first path in a folder, and the first after all that lie in it."""
    prefix = to_blob(folder).rstrip(b"/\\")
    separator = _separator(prefix)
    return [prefix + separator, prefix + bytes([separator[0] + 1])]


def right_in(folder: str) -> list[bytes | int]:
    """The values of `below`, where names begin in a path, and what parts them."""
    first, after = below(folder)
    return [first, after, len(first) + 1, _separator(first)]


def _separator(path: bytes) -> bytes:
    return b"\\" if b"\\" in path and b"/" not in path else b"/"


def readable(text: str) -> str:
    """Text that SQLite and people can read: undecodable bytes become U+FFFD, letters are whole.

    Some systems write ``が`` and ``Ё`` as a letter and a mark, 한 as its parts; nobody types so.
    """
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return unicodedata.normalize("NFC", text)


def without_extension(text: str) -> str:
    """What may be a sound's file name, typed to its end or not yet, as names are searched."""
    name, _, ending = text.rpartition(".")
    typed = name and any(each.startswith(ending.lower()) for each in SOUND_EXTENSIONS)
    return name if typed else text


def search_words(text: str) -> str:
    """A name with its words set apart: ``DeepKick01`` is also found as ``deep kick 01``."""
    return " ".join(dict.fromkeys(both_ways(text)))


def both_ways(text: str) -> tuple[str, str]:
    """A name as it is, and with its words set apart; often the same."""
    shown = readable(text)
    return shown, _BOUNDARY.sub(" ", shown)
