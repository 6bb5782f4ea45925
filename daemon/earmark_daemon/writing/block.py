"""Our words in a comment: one bracketed block, known by its look."""

from __future__ import annotations

import re
from collections.abc import Sequence

_BLOCK = re.compile(r"\[earmark: ([^\[\]]*)\]")


def block(words: Sequence[str]) -> str:
    """The block that says these words; an empty string where there are none."""
    return f"[earmark: {', '.join(words)}]" if words else ""


def blocks(text: str) -> list[str]:
    """What stands within each block of a comment."""
    return _BLOCK.findall(text)


def block_words(text: str) -> set[str]:
    """All words in the blocks of a comment."""
    return {word.strip() for found in blocks(text) for word in found.split(",")}


def without_block(text: str) -> str:
    """A comment without blocks of ours, for people and for search."""
    return " ".join(_BLOCK.sub(" ", text).split()) if _BLOCK.search(text) else text


def main_comment(texts: Sequence[str]) -> int:
    """Which of several comments holds our block: its number from 0, that of the first if none."""
    return next((number for number, text in enumerate(texts) if blocks(text)), 0)
