"""Reading WAV, Wave64, AIFF, FLAC, MP3, Ogg, Opus and CAF by libsndfile."""

from __future__ import annotations

import os
import sys
from io import RawIOBase
from types import TracebackType
from typing import Any

import numpy as np
import soundfile

from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.hearing.frontend import Audio
from earmark_daemon.hearing.samples import SoundInfo, mono

_BLOCK = 1 << 16
_UNKNOWN_LENGTH = 1 << 62
_RUN_UP = 10 * 1152
"""Samples; a frame of an MP3 may need up to nine before it, or some of it is silent."""


class LibsndfileSound:
    """A file that libsndfile has open; see `earmark_daemon.hearing.samples.Sound`."""

    def __init__(self, path: str, content: RawIOBase | None) -> None:
        self._path = path
        self._content = content
        self._file = _opened(path, content)
        self._read = 0
        rate, channels = int(self._file.samplerate), int(self._file.channels)
        self.info = SoundInfo(self._length(), rate, channels)

    def __enter__(self) -> LibsndfileSound:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def read(self, start: int, count: int) -> Audio:
        """Up to ``count`` mono samples from ``start``.

        Raises:
            EarmarkError: the audio is damaged before any sample could be read.
        """
        before = min(start, _RUN_UP) if self._file.format == "MP3" else 0
        try:
            self._go_to(start - before)
            samples = self._file.read(before + count, dtype="float32", always_2d=True)
            self._read += len(samples)
        except soundfile.LibsndfileError as error:
            raise _damaged(error, self._path) from error
        return mono(np.asarray(samples[before:], dtype=np.float32))

    def _go_to(self, sample: int) -> None:
        """Have the next sample be this one; what can only be read on, as GSM, is read up to it."""
        if self._file.seekable():
            if sample != self._file.tell():
                self._file.seek(sample)
            return
        if sample < self._read:
            self._file.close()
            self._file, self._read = _opened(self._path, self._content), 0
        while left := sample - self._read:
            passed = len(self._file.read(min(left, _BLOCK), dtype="float32"))
            if not passed:
                return
            self._read += passed

    def _length(self) -> int:
        """The number of samples, counted where the header does not know it."""
        stated = int(self._file.frames)
        if stated < _UNKNOWN_LENGTH:
            return stated
        counted = 0
        try:
            while (got := len(self._file.read(_BLOCK, dtype="float32"))) > 0:
                counted += got
            self._read = counted
            self._go_to(0)
        except soundfile.LibsndfileError as error:
            self._file.close()
            raise _damaged(error, self._path) from error
        return counted


def open_file(path: str, content: RawIOBase | None = None) -> LibsndfileSound:
    """Open a file.

    Args:
        path: the file.
        content: bytes to read in place of the file's own.

    Raises:
        EarmarkError: with code ``"unknown-format"`` where libsndfile does not know the format.
    """
    return LibsndfileSound(path, content)


def _opened(path: str, content: RawIOBase | None) -> Any:
    name: str | bytes = path if sys.platform == "win32" else os.fsencode(path)
    if content is not None:
        content.seek(0)
    try:
        return soundfile.SoundFile(name if content is None else content)
    except soundfile.LibsndfileError as error:
        raise _as_problem(error, path) from error


def _as_problem(error: Any, path: str) -> EarmarkError:
    text = str(error.error_string)
    if "does not exist" in text:
        return fail("no-audio", "No sound can be found in this file.", "Fetch it again.", path)
    if "recognised" in text or "Unspecified" in text or "unimplemented" in text.lower():
        return fail(
            "unknown-format",
            "This is no kind of sound file that Earmark knows.",
            "If it plays elsewhere, convert it to WAV or FLAC.",
            path,
        )
    if "unsupported encoding" in text or "Malformed 'fmt '" in text:
        return fail(
            "unsupported-encoding",
            "The file is intact as far as can be seen, but Earmark cannot read by itself how its"
            " audio is encoded.",
            "Install ffmpeg, then run: earmark doctor --retry. Or convert it to WAV or FLAC.",
            path,
        )
    return _damaged(error, path)


def _damaged(error: Any, path: str) -> EarmarkError:
    return fail(
        "damaged-audio",
        f"The audio is damaged and cannot be decoded ({str(error.error_string).rstrip('.')}).",
        "Fetch the file again from where it came.",
        path,
    )
