"""What a file says about itself, Earmark's own words kept apart: for search and as evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass

from earmark_daemon.sharing import is_placeholder
from earmark_daemon.writing import record
from earmark_daemon.writing.block import without_block
from earmark_daemon.writing.desktop import read_tags
from earmark_daemon.writing.disk import REAL_DISK, Disk
from earmark_daemon.writing.merge import split_genres
from earmark_daemon.writing.vendor import vendor_fields

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class EmbeddedMetadata:
    """Texts as their vendors wrote them; empty where there are none.

    Attributes:
        title: title.
        artist: artist.
        album: album, often the name of the pack.
        genre: genres, without ours.
        comment: comment, without ours.
        description: description, such as that of a broadcast WAV.
        keywords: keywords, moods and groupings.
        bpm: tempo in beats a minute, where it is a number.
        key: musical key, as it was written.
        desktop: tags that somebody gave the file in the Finder or another file manager.
        ours: words that Earmark wrote and that are still there; of the installation that was asked
            for, or of any.
        refused: words that Earmark wrote and that a person took out.
    """

    title: str = ""
    artist: str = ""
    album: str = ""
    genre: tuple[str, ...] = ()
    comment: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    bpm: float | None = None
    key: str = ""
    desktop: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def read_metadata(
    path: str, disk: Disk = REAL_DISK, *, writer: str = record.ANYBODY
) -> EmbeddedMetadata:
    """What a file says about itself; empty where it is not understood or lies in the cloud.

    Args:
        path: the file.
        disk: how it is reached.
        writer: the installation whose words are told apart, see `writing.WriteOptions`.

    Raises:
        OSError: it cannot be read.
    """
    if is_placeholder(disk.status(path)):
        return EmbeddedMetadata()
    fields = vendor_fields(path)
    said = record.load("".join(fields.get("record", [])[:1]), writer)
    marks = [mark for each in said.own for mark in each.values()]
    ours = tuple(dict.fromkeys(word for mark in marks for word in mark.words))
    refused = tuple(dict.fromkeys(word for mark in marks for word in mark.refused))
    standing = split_genres(tuple(fields.get("genre", ())))
    genre = dict.fromkeys(word for word in standing if word not in ours)
    comments = (without_block(text) for text in fields.get("comment", ()))
    return EmbeddedMetadata(
        title=_first(fields.get("title")),
        artist=_first(fields.get("artist")),
        album=_first(fields.get("album")),
        genre=tuple(genre),
        comment=" ".join(dict.fromkeys(text for text in comments if text)),
        description=_first(fields.get("description")),
        keywords=split_genres(tuple(fields.get("keywords", ()))),
        bpm=None if "one-shot" in fields else _number(_first(fields.get("bpm"))),
        key=_first(fields.get("key")),
        desktop=tuple(tag for tag in _desktop_tags(path, disk) if tag not in ours),
        ours=tuple(word for word in ours if word in standing or _in_comment(word, fields)),
        refused=refused,
    )


def _desktop_tags(path: str, disk: Disk) -> tuple[str, ...]:
    descriptor = disk.open_read(path)
    try:
        return read_tags(disk.attributes(descriptor))
    finally:
        disk.close(descriptor)


def _in_comment(word: str, fields: dict[str, list[str]]) -> bool:
    return any(word in text for text in fields.get("comment", ()))


def _first(values: list[str] | None) -> str:
    return values[0] if values else ""


def _number(text: str) -> float | None:
    found = _NUMBER.search(text)
    return float(found.group()) if found else None
