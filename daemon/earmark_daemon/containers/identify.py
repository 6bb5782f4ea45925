"""What a file is, by its content and never by its extension alone."""

from __future__ import annotations

from enum import Enum

from earmark_daemon.containers import mpeg, ogg
from earmark_daemon.containers.source import Source, open_source


class Container(Enum):
    """The containers whose structure Earmark knows."""

    WAV = "wav"
    RF64 = "rf64"
    AIFF = "aiff"
    AIFC = "aifc"
    FLAC = "flac"
    MPEG = "mpeg"
    VORBIS = "vorbis"
    OPUS = "opus"
    OGG_FLAC = "ogg-flac"
    MP4 = "mp4"
    WAVPACK = "wavpack"
    OTHER = "other"


_IFF = {
    (b"RIFF", b"WAVE"): Container.WAV,
    (b"RF64", b"WAVE"): Container.RF64,
    (b"BW64", b"WAVE"): Container.RF64,
    (b"FORM", b"AIFF"): Container.AIFF,
    (b"FORM", b"AIFC"): Container.AIFC,
}
_OGG = {
    ogg.Codec.VORBIS: Container.VORBIS,
    ogg.Codec.OPUS: Container.OPUS,
    ogg.Codec.FLAC: Container.OGG_FLAC,
}


def identify(path: str) -> Container:
    """What the file at ``path`` is; `Container.OTHER` for everything unknown or too broken.

    Raises:
        OSError: it cannot be read.
    """
    with open_source(path) as source:
        return identify_source(source)


def identify_source(source: Source) -> Container:
    """What an open file is.

    Raises:
        OSError: it cannot be read.
    """
    head = source.peek(0, 64)
    if (head[:4], head[8:12]) in _IFF:
        return _IFF[head[:4], head[8:12]]
    if head[:4] == b"OggS" and len(head) > ogg.PAGE_HEADER:
        return _OGG.get(ogg.codec_of(head[ogg.PAGE_HEADER + head[26] :]), Container.OTHER)
    if head[4:8] == b"ftyp":
        return Container.MP4
    if head[:4] == b"wvpk":
        return Container.WAVPACK
    return _after_id3(source)


def _after_id3(source: Source) -> Container:
    tag = mpeg.id3v2_length(source)
    if source.peek(tag, 4) == b"fLaC":
        return Container.FLAC
    if mpeg.frames_begin(source, tag, source.size) or (tag and mpeg.has_frames(source, tag)):
        return Container.MPEG
    return Container.OTHER
