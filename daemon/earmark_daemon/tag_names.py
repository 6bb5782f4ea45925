"""How a tag is written, wherever it comes from: a person, a table of labels, a model file."""

from __future__ import annotations

import re
import unicodedata

from earmark_daemon.errors import fail

LONGEST = 64
"""Letters of a tag that a model may hold."""

MOST = 1000
"""Tags that a model may hold."""

_NO_TEXT = re.compile(r"[\ud800-\udfff]")
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode's categories of controls, marks of direction, lone surrogates, ends of lines."""

_JOINERS = "\u200c\u200d"
"""They belong to how Persian is written, and to pictures made of several."""


def as_tag(word: str) -> str:
    """A word as it is kept: in lower case, single spaces, whole letters.

    Raises:
        EarmarkError: there is nothing in it, or it was not in UTF-8.
    """
    if not is_text(word):
        raise fail(
            "not-text",
            f"The letters of “{word}” cannot be read: they are not in UTF-8.",
            "Have your terminal write UTF-8, then type the word again.",
        )
    tag = spelled(word)
    if not tag:
        raise fail("no-word", "A tag needs at least one letter.", "Write the tag's name.")
    return tag


def spelled(word: str) -> str:
    """A word in lower case, single spaces and whole letters; empty where nothing is in it."""
    return whole(" ".join(word.split()).lower())


def whole(text: str) -> str:
    """Letters in one piece, which macOS takes apart in the names of files (NFC)."""
    return unicodedata.normalize("NFC", text)


def is_text(*texts: str) -> bool:
    """Whether these were in UTF-8; what was not stands there as surrogates."""
    return not any(_NO_TEXT.search(text) for text in texts)


def unfit(tag: str) -> str | None:
    """Why a tag cannot stand in a model; None where it can."""
    if len(tag) > LONGEST:
        return f"it has {len(tag):,} letters, and a model's tags have {LONGEST} at most"
    return "it holds a character that cannot be seen" if holds_unseen(tag) else None


def holds_unseen(text: str) -> bool:
    """Whether a character in it cannot be seen, or has what follows stand elsewhere."""
    return any(unicodedata.category(c) in _UNSEEN and c not in _JOINERS for c in text)
