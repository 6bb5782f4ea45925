"""One strategy a format, behind one interface: `TaggedFile`."""

from __future__ import annotations

from collections.abc import Callable

from earmark_daemon.containers import Container
from earmark_daemon.containers.source import Source, malformed
from earmark_daemon.writing.formats.ape import WavPackFile
from earmark_daemon.writing.formats.base import TaggedFile
from earmark_daemon.writing.formats.chunked import ChunkedFile
from earmark_daemon.writing.formats.flac import FlacFile
from earmark_daemon.writing.formats.mp4 import Mp4File
from earmark_daemon.writing.formats.mpeg import MpegFile
from earmark_daemon.writing.formats.ogg import OggFile

_FORMATS: dict[Container, Callable[[Source, int | None], TaggedFile]] = {
    Container.WAV: ChunkedFile,
    Container.RF64: ChunkedFile,
    Container.AIFF: ChunkedFile,
    Container.AIFC: ChunkedFile,
    Container.MPEG: MpegFile,
    Container.FLAC: FlacFile,
    Container.VORBIS: OggFile,
    Container.OPUS: OggFile,
    Container.OGG_FLAC: OggFile,
    Container.MP4: lambda source, _: Mp4File(source),
    Container.WAVPACK: lambda source, _: WavPackFile(source),
}
_WITH_OLDER_TAGS: dict[Container, Callable[[Source, int | None, frozenset[str]], TaggedFile]] = {
    Container.WAV: ChunkedFile,
    Container.RF64: ChunkedFile,
    Container.MPEG: MpegFile,
}


def open_tagged(source: Source, container: Container, comment: int | None = None) -> TaggedFile:
    """The file as its format sees it.

    Args:
        source: the file.
        container: its format.
        comment: which comment is the main one, see `TaggedFile`; None looks for it.

    Raises:
        MalformedError: no tag can be written into it without risk; the message says why.
    """
    if container not in _FORMATS:
        raise malformed("unsupported", "Its format is not one that Earmark writes tags into.")
    return _FORMATS[container](source, comment)


def open_repeating(
    file: TaggedFile, source: Source, container: Container, stores: frozenset[str]
) -> TaggedFile:
    """The same file as it is to be written.

    Of these stores, one that has no tag yet begins with what an older one beside it says: many
    programs read one of them alone.
    """
    opened = _WITH_OLDER_TAGS.get(container)
    return opened(source, None, stores) if opened else file
