"""Reading WAV, AIFF, FLAC, MP3, Ogg, Opus and CAF by libsndfile."""

from __future__ import annotations

import os
import sys
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

    def __init__(self, file: Any, path: str) -> None:
        self._file = file
        self._path = path
        self.info = SoundInfo(self._length(), int(file.samplerate), int(file.channels))

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
            if start - before != self._file.tell():
                self._file.seek(start - before)
            samples = self._file.read(before + count, dtype="float32", always_2d=True)[before:]
        except soundfile.LibsndfileError as error:
            raise _damaged(error, self._path) from error
        return mono(np.asarray(samples, dtype=np.float32))

    def _length(self) -> int:
        """The number of samples, counted where the header does not know it."""
        stated = int(self._file.frames)
        if stated < _UNKNOWN_LENGTH:
            return stated
        counted = 0
        try:
            while (got := len(self._file.read(_BLOCK, dtype="float32"))) > 0:
                counted += got
            self._file.seek(0)
        except soundfile.LibsndfileError as error:
            raise _damaged(error, self._path) from error
        return counted


def open_file(path: str) -> LibsndfileSound:
    """Open a file.

    Raises:
        EarmarkError: with code ``"unknown-format"`` where libsndfile does not know the format.
    """
    name: str | bytes = path if sys.platform == "win32" else os.fsencode(path)
    try:
        file = soundfile.SoundFile(name)
    except soundfile.LibsndfileError as error:
        raise _as_problem(error, path) from error
    try:
        return LibsndfileSound(file, path)
    except EarmarkError:
        file.close()
        raise


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
    if "unsupported encoding" in text:
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
