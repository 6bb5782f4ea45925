"""A sound as a file: one small class a format, lossless ones by exact bytes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import soundfile

from demo_pack import iff, riff
from demo_pack.dsp import Signal

_AAC_HEADROOM = 0.8
"""A decoded AAC file peaks higher than what was encoded."""


class Format(Protocol):
    """Writes one file."""

    @property
    def lossless(self) -> bool:
        """Whether the same sound gives the same bytes everywhere."""

    def write(self, path: Path, x: Signal, rate: int) -> None:
        """Write the sound."""


@dataclass(frozen=True)
class Wav:
    """WAV, with a vendor's chunks."""

    layout: riff.Layout = riff.Layout.PCM_16
    note: int | None = None
    info: Mapping[str, str] = field(default_factory=dict)
    broadcast: str = ""
    lossless = True

    def write(self, path: Path, x: Signal, rate: int) -> None:
        """Write the sound."""
        before = riff.broadcast(self.broadcast, "Earmark", "2025-01-01") if self.broadcast else b""
        after = riff.sampler(rate, self.note) if self.note is not None else b""
        after += riff.info(self.info) if self.info else b""
        path.write_bytes(riff.wav(x, rate, self.layout, before, after))


@dataclass(frozen=True)
class Aiff:
    """AIFF of 16 or 24 bits, with an annotation."""

    bits: int = 16
    annotation: str = ""
    lossless = True

    def write(self, path: Path, x: Signal, rate: int) -> None:
        """Write the sound."""
        extra = iff.chunk(b"ANNO", self.annotation.encode()) if self.annotation else b""
        path.write_bytes(iff.aiff(x, rate, self.bits, extra))


@dataclass(frozen=True)
class Aifc:
    """AIFC, little-endian."""

    lossless = True

    def write(self, path: Path, x: Signal, rate: int) -> None:
        """Write the sound."""
        path.write_bytes(iff.aifc(x, rate))


@dataclass(frozen=True)
class Coded:
    """What libsndfile codes: FLAC and CAF without loss, MP3, Ogg Vorbis and Opus with some.

    Attributes:
        kind: libsndfile's name of the container.
        subtype: libsndfile's name of the coding.
        lossless: whether it keeps each sample.
        squeeze: from 0 (best) to 1 (smallest), where there is a choice.
        tags: what the vendor says, such as title and genre: ID3 in MP3, comments in the others.
    """

    kind: str
    subtype: str
    lossless: bool
    squeeze: float | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def write(self, path: Path, x: Signal, rate: int) -> None:
        """Write the sound."""
        channels = 1 if x.ndim == 1 else x.shape[1]
        with soundfile.SoundFile(
            path,
            "w",
            rate,
            channels,
            self.subtype,
            format=self.kind,
            compression_level=self.squeeze,
        ) as file:
            for name, text in self.tags.items():
                setattr(file, name, text)
            file.write(x)


@dataclass(frozen=True)
class M4a:
    """AAC in MPEG-4, by ffmpeg."""

    kilobits: int = 112
    lossless = False

    def write(self, path: Path, x: Signal, rate: int) -> None:
        """Write the sound.

        Raises:
            RuntimeError: ffmpeg is not installed.
        """
        ffmpeg = shutil.which("ffmpeg")
        if ffmpeg is None:
            raise RuntimeError(f"ffmpeg is needed for {path.name}; or ask for --lossless alone")
        source = riff.wav(_AAC_HEADROOM * x, rate, riff.Layout.PCM_24)
        options = ["-v", "error", "-y", "-f", "wav", "-i", "-", "-c:a", "aac"]
        target = ["-b:a", f"{self.kilobits}k", "-fflags", "+bitexact", str(path)]
        subprocess.run([ffmpeg, *options, *target], input=source, check=True)


def flac(bits: int = 16, **tags: str) -> Coded:
    """FLAC, with comments such as ``title`` and ``genre``."""
    return Coded("FLAC", f"PCM_{bits}", lossless=True, squeeze=1.0, tags=tags)


CAF = Coded("CAF", "PCM_16", lossless=True)
OGG = Coded("OGG", "VORBIS", lossless=False, squeeze=0.6)
OPUS = Coded("OGG", "OPUS", lossless=False, squeeze=0.75)


def mp3(**tags: str) -> Coded:
    """MP3, with an ID3 tag of ``title``, ``artist``, ``album``, ``genre`` or ``comment``."""
    return Coded("MP3", "MPEG_LAYER_III", lossless=False, squeeze=0.6, tags=tags)
