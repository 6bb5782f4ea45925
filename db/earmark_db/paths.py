"""File names as the index keeps them: exact bytes, and words to search by."""

from __future__ import annotations

import os
import re

_BOUNDARY = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")


def to_blob(path: str) -> bytes:
    """The exact bytes of a path, whatever its encoding."""
    return os.fsencode(path)


def from_blob(blob: bytes) -> str:
    """The inverse of `to_blob`."""
    return os.fsdecode(blob)


def readable(text: str) -> str:
    """Text that SQLite and people can read: undecodable bytes become U+FFFD."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def search_words(text: str) -> str:
    """A name with its words set apart: ``DeepKick01`` is also found as ``deep kick 01``."""
    shown = readable(text)
    parted = _BOUNDARY.sub(" ", shown)
    return shown if parted == shown else f"{shown} {parted}"
