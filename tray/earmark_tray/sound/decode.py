"""Reading any sound that Earmark reads, as stereo blocks at the rate of the playback device."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import cache, partial
from gettext import gettext as _
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark_daemon.program import windowless

RATE = 48_000
"""Samples a second that everything is played at."""

Stereo = npt.NDArray[np.float32]
"""Shape ``[samples, 2]``."""

_BLOCK_SECONDS = 0.5
_LOWEST_RATE = 1_000
"""A file that says less is damaged, and would be stretched to hours and gigabytes."""


class Unplayable(Exception):
    """Why a sound cannot be played, in words."""


def blocks(path: str, begin: float = 0.0) -> Iterator[Stereo]:
    """The sound, a stretch at a time, from so many seconds on.

    Raises:
        Unplayable: it is not there, or no sound can be read from it.
    """
    return _opened(path, partial(_read, begin=begin), begin)


def glimpses(path: str, count: int) -> Iterator[Stereo]:
    """Blocks from all over a sound, ``count`` of them; of what only ffmpeg reads, every one.

    Raises:
        Unplayable: as `blocks`.
    """
    return _opened(path, partial(_leap, count=count))


def _opened(
    path: str, read: Callable[[Any], Iterator[Stereo]], begin: float = 0.0
) -> Iterator[Stereo]:
    """What is read from a file; where it cannot be opened so, all from ``begin`` on by ffmpeg."""
    import soundfile

    if not os.path.isfile(path):
        raise Unplayable(_("The file is not there (any more)."))
    name: str | bytes = path if sys.platform == "win32" else os.fsencode(path)
    try:
        file = _straight()(name)
    except soundfile.LibsndfileError as error:
        yield from _by_ffmpeg(path, begin, error)
        return
    with file:
        if file.samplerate < _LOWEST_RATE:
            raise Unplayable(_("The audio is damaged and cannot be played."))
        try:
            yield from read(file)
        except soundfile.LibsndfileError as error:
            raise Unplayable(_("The audio is damaged and cannot be played.")) from error


@cache
def _straight() -> Any:
    """What opens a file that is only ever read on from where one is.

    soundfile seeks to where it is after each read, and an MP3 decoder begins anew there: a gap.
    """
    import soundfile

    class Straight(soundfile.SoundFile):  # type: ignore[misc]
        def seekable(self) -> bool:
            return False

    return Straight


def _read(file: Any, begin: float) -> Iterator[Stereo]:
    """Blocks at `RATE`, whatever rate and number of channels the file has."""
    stream = None
    if begin > 0.0:
        file.seek(min(round(begin * file.samplerate), file.frames))
    if file.samplerate != RATE:
        import soxr

        stream = soxr.ResampleStream(file.samplerate, RATE, 2, dtype="float32", quality="MQ")
    size = int(_BLOCK_SECONDS * file.samplerate)
    while True:
        block = _stereo(file.read(size, dtype="float32", always_2d=True))
        last = len(block) < size
        yield block if stream is None else stream.resample_chunk(block, last=last)
        if last:
            return


def _leap(file: Any, count: int) -> Iterator[Stereo]:
    """The beginning of each of ``count`` equal stretches, at `RATE`."""
    import soxr

    size = max(1, min(int(_BLOCK_SECONDS * file.samplerate), file.frames // count))
    for number in range(count):
        file.seek(number * file.frames // count)
        block = _stereo(file.read(size, dtype="float32", always_2d=True))
        yield soxr.resample(block, file.samplerate, RATE, quality="QQ")


def _stereo(samples: Stereo) -> Stereo:
    """Mono on both sides; of more than two channels the first two."""
    if samples.shape[1] == 1:
        samples = np.repeat(samples, 2, axis=1)
    return np.nan_to_num(samples[:, :2], nan=0.0, posinf=1.0, neginf=-1.0)


def _by_ffmpeg(path: str, begin: float, error: Exception) -> Iterator[Stereo]:
    program = shutil.which("ffmpeg")
    if program is None:
        raise Unplayable(_("This format is played by ffmpeg, which is not installed.")) from error
    address = f"file:{path}"
    command = [program, "-v", "error", "-nostdin", "-ss", str(begin), "-i", address]
    command += ["-f", "f32le", "-ac", "2", "-ar", str(RATE), "-"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **windowless()
    )
    assert process.stdout is not None
    anything = False
    try:
        with closing(process.stdout) as output:
            while data := output.read(int(_BLOCK_SECONDS * RATE) * 8):
                anything = True
                whole = len(data) - len(data) % 8
                yield np.frombuffer(data[:whole], dtype="<f4").reshape(-1, 2)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()
    if not anything:
        raise Unplayable(_("This is not a sound that can be played.")) from error
