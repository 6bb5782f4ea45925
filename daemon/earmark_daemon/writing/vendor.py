"""What vendors and other programs wrote into a file, field by field, as lenient as can be.

Reads alone; a part that is broken is passed over, and the rest still counts.
"""

from __future__ import annotations

import contextlib
import io
import math
import struct
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from earmark_daemon.containers import Container, iff
from earmark_daemon.containers.identify import identify_source
from earmark_daemon.containers.source import MalformedError, Source, open_source
from earmark_daemon.writing import foreign
from earmark_daemon.writing.formats.info import readable

Fields = dict[str, list[str]]
"""Texts by field: title, artist, album, genre, comment, keywords, bpm, key, description, record.

``one-shot`` stands there where the file says that it is one.
"""

_LONGEST = 1 << 24
_ID3 = {
    "TIT2": "title", "TPE1": "artist", "TALB": "album", "TCON": "genre", "COMM": "comment",
    "TBPM": "bpm", "TKEY": "key", "TIT1": "keywords", "TMOO": "keywords",
}  # fmt: skip
_PLAIN = {
    "title": "title", "artist": "artist", "album": "album", "genre": "genre",
    "comment": "comment", "description": "description", "keywords": "keywords",
    "keyword": "keywords", "mood": "keywords", "grouping": "keywords", "bpm": "bpm",
    "tempo": "bpm", "key": "key", "initialkey": "key", "earmark": "record",
}  # fmt: skip
_MP4 = {
    "\xa9nam": "title", "\xa9ART": "artist", "\xa9alb": "album", "\xa9gen": "genre",
    "\xa9cmt": "comment", "desc": "description", "keyw": "keywords", "\xa9grp": "keywords",
    "tmpo": "bpm", "----:com.apple.iTunes:initialkey": "key",
    "----:com.apple.iTunes:BPM": "bpm", "----:org.earmark:tags": "record",
}  # fmt: skip
_CHUNKS = {b"NAME": "title", b"AUTH": "artist", b"ANNO": "comment"}
_INFO = {
    b"INAM": "title", b"IART": "artist", b"IPRD": "album", b"IGNR": "genre", b"ICMT": "comment",
    b"IKEY": "keywords", b"ISBJ": "description",
}  # fmt: skip
_IFF = (Container.WAV, Container.RF64, Container.AIFF, Container.AIFC)
_VORBIS = (Container.FLAC, Container.VORBIS, Container.OPUS, Container.OGG_FLAC)


def vendor_fields(path: str) -> Fields:
    """All texts that a file carries about itself; none where it is not understood.

    Raises:
        OSError: it cannot be read.
    """
    fields: Fields = defaultdict(list)
    with open_source(path) as source:
        container = identify_source(source)
        if container in _IFF:
            with contextlib.suppress(MalformedError):
                _read_chunks(source, iff.walk(source), fields)
            return fields
    if container is not Container.OTHER:
        with contextlib.suppress(MalformedError):
            foreign.through(partial(_read_tags, path, container, fields))
    return fields


def _read_tags(path: str, container: Container, fields: Fields) -> None:
    if container is Container.MPEG:
        _read_id3(path, fields)
        return
    tags = foreign.read(path, container).tags or {}
    if container in _VORBIS:
        for key, value in list(tags):
            _add(fields, _PLAIN.get(key.lower()), (value,))
    elif container is Container.MP4:
        for key, values in tags.items():
            _add(fields, _MP4.get(key), values if isinstance(values, list) else ())
    else:
        for key, value in tags.items():
            _add(fields, _PLAIN.get(key.lower()), str(value).split("\0"))


def _read_id3(file: str | io.BytesIO, fields: Fields) -> None:
    for frame in foreign.id3_frames(file):
        texts = getattr(frame, "text", None)
        if not isinstance(texts, list):
            continue
        description = getattr(frame, "desc", "")
        if frame.FrameID == "TXXX":
            _add(fields, _PLAIN.get(description.lower()), texts)
        elif not description:
            values = frame.genres if frame.FrameID == "TCON" else texts
            _add(fields, _ID3.get(frame.FrameID), values)


def _read_chunks(source: Source, layout: iff.Layout, fields: Fields) -> None:
    for chunk in layout.chunks:
        reader = _CHUNK_READERS.get(chunk.id)
        if reader is None or chunk.size > _LONGEST:
            continue
        with contextlib.suppress(MalformedError):
            data = source.read(chunk.start, chunk.size)
            foreign.through(partial(reader, data, fields))
    for chunk in layout.chunks:
        if chunk.id in _CHUNKS and chunk.size <= _LONGEST:
            _add(fields, _CHUNKS[chunk.id], (readable(source.read(chunk.start, chunk.size)),))


def _read_id3_chunk(data: bytes, fields: Fields) -> None:
    _read_id3(io.BytesIO(data), fields)


def _read_info(data: bytes, fields: Fields) -> None:
    position = 4
    while data[:4] == b"INFO" and position + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, position)
        _add(fields, _INFO.get(name), (readable(data[position + 8 : position + 8 + size]),))
        position += 8 + size + size % 2


def _read_bext(data: bytes, fields: Fields) -> None:
    """Broadcast extension, EBU Tech 3285: 256 bytes of description."""
    _add(fields, "description", (readable(data[:256]),))


def _read_acid(data: bytes, fields: Fields) -> None:
    """Acid loops: a tempo, which means nothing for the one-shots that bit 0 marks."""
    flags, tempo = struct.unpack("<I16xf", data[:24])
    if flags & 1:
        _add(fields, "one-shot", ("acid",))
    elif math.isfinite(tempo) and 20 <= tempo <= 400:
        _add(fields, "bpm", (f"{tempo:g}",))


_CHUNK_READERS: dict[bytes, Callable[[bytes, Fields], None]] = {
    b"id3 ": _read_id3_chunk,
    b"ID3 ": _read_id3_chunk,
    b"LIST": _read_info,
    b"bext": _read_bext,
    b"acid": _read_acid,
}


def _add(fields: Fields, name: str | None, values: Iterable[Any]) -> None:
    if name is None:
        return
    for value in values:
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        if text.strip() and text.strip() not in fields[name]:
            fields[name].append(text.strip())
