"""Every call into mutagen, which is used to read alone: one function, one conversion.

mutagen is written for files that are well formed; what it raises on others is of every kind.
"""

from __future__ import annotations

import errno
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


_BEYOND_THE_END = (None, errno.EINVAL)
"""What mutagen's errors carry where a broken file leads it to places that are none."""


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
    # On broken files mutagen raises errors of any type, and wraps those of the system.
    except Exception as error:
        within = error.args[0] if error.args else None
        if isinstance(within, OSError) and within.errno not in _BEYOND_THE_END:
            raise within from error
        message = "Its tags are not readable for the library that Earmark checks them with."
        raise malformed("unreadable-tags", message) from error


def read(path: str, container: Container, *, id3v1: bool = True) -> Any:
    """The file as mutagen reads it; of an MP3 with what ID3v1 says beside ID3v2, where asked for.

    Raises:
        MalformedError: mutagen does not know it or does not get through it.
        OSError: the file cannot be read.
    """

    def call() -> Any:
        module, name, _ = READERS[container]
        older = {} if id3v1 or container is not Container.MPEG else {"load_v1": False}
        return getattr(importlib.import_module(module), name)(path, **older)

    return through(call)


def genres(path: str, container: Container, *, named: bool = False) -> tuple[str, ...]:
    """The genres of a file, as mutagen reads them; several may share one string.

    Where they shall be ``named``, numbers of ID3v1's list are told as the names they stand for. A
    tag of ID3v1 itself, which is never touched, does not count.

    Raises:
        MalformedError: mutagen does not get through the file.
        OSError: the file cannot be read.
    """
    key = READERS[container][2]

    def call() -> tuple[str, ...]:
        tags = read(path, container, id3v1=False).tags
        value = tags[key] if tags is not None and key in tags else []
        texts = getattr(value, "genres" if named else "text", value)
        return tuple(str(each) for each in texts)

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
    """The name of a genre of the list that ID3v1 and its successors number; else the same."""
    named = {"RX": "Remix", "CR": "Cover"}

    def call() -> str:
        from mutagen.id3 import TCON

        genres: list[str] = TCON.GENRES
        index = int(number) if number.isdecimal() else len(genres)
        return genres[index] if index < len(genres) else number

    return named.get(number) or through(call)
