"""Comments as another program writes them, for tests."""

from __future__ import annotations

import mutagen
from mutagen.id3 import COMM, ID3


def comments(path: str) -> list[str]:
    tags = mutagen.File(path).tags
    if isinstance(tags, ID3):
        return [text for frame in tags.getall("COMM") for text in frame.text]
    return list(tags.get("comment", []))


def comment_first(path: str, *texts: str) -> None:
    """Another program puts comments before those that are there; in ID3 each has a language."""
    audio = mutagen.File(path)
    if audio.tags is None:
        audio.add_tags()
    if isinstance(audio.tags, ID3):
        for language, text in zip(("deu", "fra"), texts, strict=False):
            audio.tags.add(COMM(encoding=3, lang=language, text=[text]))
    else:
        audio["comment"] = [*texts, *audio.get("comment", [])]
    audio.save()


def comment_last(path: str, text: str) -> None:
    """Another program adds a comment after those that are there."""
    audio = mutagen.File(path)
    if audio.tags is None:
        audio.add_tags()
    if isinstance(audio.tags, ID3):
        audio.tags.add(COMM(encoding=3, lang="deu", text=[text]))
    else:
        audio["comment"] = [*audio.get("comment", []), text]
    audio.save()
