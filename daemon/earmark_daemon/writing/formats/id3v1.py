"""ID3v1, the 128 bytes at the end of old MP3 files; they are read alone. Source: id3.org."""

from __future__ import annotations

from earmark_daemon.containers.source import Source
from earmark_daemon.writing.foreign import genre_name
from earmark_daemon.writing.formats.base import Texts

_SIZE = 128
_PLACES = {"title": (3, 33), "artist": (33, 63), "album": (63, 93), "year": (93, 97)}


def texts(source: Source) -> Texts:
    """What the tag says; nothing where there is none."""
    data = source.peek(source.size - _SIZE, _SIZE) if source.size >= _SIZE else b""
    if data[:3] != b"TAG":
        return {}
    track = data[126] if data[125] == 0 else 0
    genre = genre_name(str(data[127]))
    return {
        **{field: _text(data[begin:end]) for field, (begin, end) in _PLACES.items()},
        "comment": _text(data[97 : 125 if track else 127]),
        "track": str(track or ""),
        "genre": "" if genre.isdecimal() else genre,
    }


def _text(data: bytes) -> str:
    return data.partition(b"\0")[0].decode("latin-1").strip()
