"""What makes two files the same sound: a digest of the audio payload, without the tags.

Reads alone; every file has a digest, however broken it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import xxhash

from earmark_daemon.containers import flac, iff, mp4, mpeg, ogg, wavpack
from earmark_daemon.containers.identify import Container, identify_source
from earmark_daemon.containers.source import MalformedError, Source, malformed, open_source


def content_digest(path: str) -> str:
    """The digest of the audio in a file: XXH3, 128 bits, 32 hexadecimal digits.

    It covers the encoded audio and what is needed to interpret it, so it stays the same when tags
    are written or the file is renamed. A file that is not understood is digested as a whole.

    Raises:
        OSError: it cannot be read.
    """
    with open_source(path) as source:
        return content_digest_of(source, identify_source(source))


def content_digest_of(source: Source, container: Container) -> str:
    """The digest of the audio in an open file; see `content_digest`.

    Raises:
        OSError: it cannot be read.
    """
    try:
        return _digest(container.value, _payload(source, container))
    except MalformedError:
        return _digest(Container.OTHER.value, source.blocks(0, source.size))


def file_digest(source: Source) -> str:
    """The digest of every byte of a file: XXH3, 128 bits, 32 hexadecimal digits.

    Raises:
        OSError: it cannot be read.
        MalformedError: it became shorter while it was read.
    """
    return digest_of(source.blocks(0, source.size))


def digest_of(pieces: Iterable[bytes]) -> str:
    """The digest that `file_digest` gives for a file of these bytes."""
    return _digest("", pieces)


def _digest(kind: str, pieces: Iterable[bytes]) -> str:
    state = xxhash.xxh3_128(kind.encode())
    for piece in pieces:
        state.update(piece)
    return str(state.hexdigest())


def _payload(source: Source, container: Container) -> Iterator[bytes]:
    if container in (Container.WAV, Container.RF64):
        return _chunks(source, b"fmt ", b"data")
    if container in (Container.AIFF, Container.AIFC):
        return _chunks(source, b"COMM", b"SSND")
    if container is Container.FLAC:
        return _flac(source)
    if container is Container.MPEG:
        return _spans(source, mpeg.audio_span(source))
    if container in (Container.VORBIS, Container.OPUS, Container.OGG_FLAC):
        return _ogg(source)
    if container is Container.MP4:
        return _mp4(source)
    if container is Container.WAVPACK:
        return _spans(source, wavpack.audio_span(source))
    raise malformed("unknown", "It is no audio file that Earmark knows.")


def _length(size: int) -> bytes:
    return size.to_bytes(8, "little")


def _chunks(source: Source, header: bytes, audio: bytes) -> Iterator[bytes]:
    layout = iff.walk(source)
    for chunk in (layout.only(header), layout.only(audio)):
        yield _length(chunk.size)
        yield from source.blocks(chunk.start, chunk.size)


def _spans(source: Source, span: mpeg.Span) -> Iterator[bytes]:
    return source.blocks(span.start, span.end - span.start)


def _flac(source: Source) -> Iterator[bytes]:
    layout = flac.walk(source)
    first = layout.blocks[0]
    yield source.read(first.start, first.size)
    yield from source.blocks(layout.audio, mpeg.tail_start(source) - layout.audio)


def _ogg(source: Source) -> Iterator[bytes]:
    headers = ogg.read_headers(source)
    for packet in (headers.packets[0], *headers.packets[2:]):
        yield _length(len(packet))
        yield packet
    for page in ogg.pages(source, headers.pages[-1].end):
        yield source.read(page.body, page.body_size)


def _mp4(source: Source) -> Iterator[bytes]:
    root = mp4.walk(source)
    tables = root.each(b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")
    data = root.each(b"mdat")
    if not tables or not data:
        raise malformed("no-audio", "There is no audio in it.")
    for atom in (*tables, *data):
        yield _length(atom.size)
        yield from source.blocks(atom.start, atom.end - atom.start)
