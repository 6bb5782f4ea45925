"""Every call into mutagen, which is used to read alone: one function, one conversion.

mutagen is written for files that are well formed; what it raises on others is of every kind.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, BinaryIO, TypeVar

from earmark_daemon.containers import Container
from earmark_daemon.containers.source import MalformedError, malformed

_Result = TypeVar("_Result")


READERS = {
    Container.WAV: ("mutagen.wave", "WAVE", "TCON"),
    Container.AIFF: ("mutagen.aiff", "AIFF", "TCON"),
    Container.AIFC: ("mutagen.aiff", "AIFF", "TCON"),
    Container.MPEG: ("mutagen.id3", "ID3FileType", "TCON"),
    Container.FLAC: ("mutagen.flac", "FLAC", "genre"),
    Container.VORBIS: ("mutagen.oggvorbis", "OggVorbis", "genre"),
    Container.OPUS: ("mutagen.oggopus", "OggOpus", "genre"),
    Container.OGG_FLAC: ("mutagen.oggflac", "OggFLAC", "genre"),
    Container.MP4: ("mutagen.mp4", "MP4", "\xa9gen"),
    Container.WAVPACK: ("mutagen.wavpack", "WavPack", "Genre"),
}
"""Which class of mutagen reads a container and what it calls the genre; it knows no RF64."""


def through(call: Callable[[], _Result]) -> _Result:
    """The result of a call into mutagen.

    Raises:
        MalformedError: it failed, in whatever way.
        OSError: the file cannot be read.
    """
    try:
        return call()
    except (OSError, MalformedError):
        raise
    # On broken files mutagen raises errors of any type.
    except Exception as error:
        message = "Its tags are not readable for the library that Earmark checks them with."
        raise malformed("unreadable-tags", message) from error


def read(path: str, container: Container) -> Any:
    """The file as mutagen reads it.

    Raises:
        MalformedError: mutagen does not know it or does not get through it.
        OSError: the file cannot be read.
    """

    def call() -> Any:
        module, name, _ = READERS[container]
        return getattr(importlib.import_module(module), name)(path)

    return through(call)


def genres(path: str, container: Container) -> tuple[str, ...]:
    """The genres of a file, as mutagen reads them; several may share one string.

    Raises:
        MalformedError: mutagen does not get through the file.
        OSError: the file cannot be read.
    """
    key = READERS[container][2]

    def call() -> tuple[str, ...]:
        tags = read(path, container).tags
        value = tags[key] if tags is not None and key in tags else []
        return tuple(str(each) for each in getattr(value, "text", value))

    return through(call)


def id3_frames(file: str | BinaryIO) -> list[Any]:
    """The frames of an ID3 tag, those of old versions under their new names.

    Raises:
        MalformedError: there is none, or mutagen does not get through it.
        OSError: the file cannot be read.
    """

    def call() -> list[Any]:
        id3: Any = importlib.import_module("mutagen.id3")
        return list(id3.ID3(file).values())

    return through(call)


def genre_name(number: str) -> str:
    """The name of a genre of the list that ID3v1 and its successors number; else ``number``."""
    named = {"RX": "Remix", "CR": "Cover"}

    def call() -> str:
        from mutagen.id3 import TCON

        genres: list[str] = TCON.GENRES
        index = int(number)
        return genres[index] if index < len(genres) else number

    return named.get(number) or through(call)
