"""Opening a sound file of any kind and reading mono samples from it, a stretch at a time."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from earmark_daemon.errors import EarmarkError, Problem, fail
from earmark_daemon.hearing.frontend import Audio

LOUDEST = 1e6
"""120 dB above full scale."""

_CANCELLED = 10.0 ** (-30.0 / 10.0)
"""A mix with less than this part of a channel's power has lost the sound."""

HIGHEST_RATE = 1_536_000
"""Hertz: twice the highest rate that converters have."""


@dataclass(frozen=True)
class SoundInfo:
    """What a file says of its audio: length in samples, hertz, channels."""

    samples: int
    sample_rate: int
    channels: int

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.samples / self.sample_rate


class Sound(Protocol):
    """An open sound file."""

    @property
    def info(self) -> SoundInfo:
        """Length, rate and channels."""

    def read(self, start: int, count: int) -> Audio:
        """Up to ``count`` samples from ``start``, mixed to mono; shorter where the file ends."""


def mono(samples: Audio) -> Audio:
    """The mean of the channels of ``[samples, channels]``, with broken numbers silenced.

    Where the channels cancel one another out, the loudest alone: people hear such a sound well.
    That is found out for each stretch that is read. A short sound is one stretch; of a long one
    each is a window of its own, and whether it is heard depends on no other.

    Numbers beyond `LOUDEST` are no loudness but a mistake, and would overflow further on.
    """
    if samples.shape[1] == 1:
        mixed = _whole(samples[:, 0])
    else:
        mixed = samples.mean(axis=1, dtype=np.float32)
        if not np.isfinite(mixed).all():
            samples = _whole(samples)
            mixed = samples.mean(axis=1, dtype=np.float32)
        if np.vdot(mixed, mixed) < np.vdot(samples, samples) * _CANCELLED:
            mixed = _loudest_unless_heard(mixed, samples)
    return np.clip(mixed, -LOUDEST, LOUDEST, out=mixed)


def _loudest_unless_heard(mixed: Audio, samples: Audio) -> Audio:
    powers = np.square(samples, dtype=np.float64).sum(axis=0)
    heard = np.square(mixed, dtype=np.float64).sum() >= powers.max() * _CANCELLED
    return mixed if heard else samples[:, powers.argmax()].copy()


def _whole(samples: Audio) -> Audio:
    return np.nan_to_num(samples, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)


@contextmanager
def open_sound(path: str) -> Iterator[Sound]:
    """Open ``path`` by libsndfile, or by ffmpeg where libsndfile does not know the format.

    Raises:
        EarmarkError: what is wrong with the file, in words.
    """
    _check_is_readable_file(path)
    from earmark_daemon.hearing import ffmpeg, libsndfile

    try:
        sound = libsndfile.open_file(path)
    except EarmarkError as error:
        if error.problem.code != "unknown-format" or not ffmpeg.knows(path):
            raise
        decoded = ffmpeg.open_file(path)
        _check_rate(decoded.info, path)
        yield decoded
        return
    with sound:
        _check_rate(sound.info, path)
        yield sound


def _check_rate(info: SoundInfo, path: str) -> None:
    """A header may say anything; what is computed for a rate grows with it."""
    if not 1 <= info.sample_rate <= HIGHEST_RATE:
        raise fail(
            "damaged-audio",
            f"The file says that it has {info.sample_rate:,} samples a second, which no sound has.",
            "Fetch the file again from where it came.",
            path,
        )


def why_unreadable(path: str) -> Problem:
    """Why a path cannot be taken as a sound, for one that is known not to be readable."""
    try:
        _check_is_readable_file(path)
    except EarmarkError as error:
        return error.problem
    return Problem("unreadable", "The file could not be looked at; another program may hold it.")


def _check_is_readable_file(path: str) -> None:
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise fail("folder", "This is a folder that is named like a sound.", path=path)
        if not stat.S_ISREG(status.st_mode):
            raise fail("not-a-file", "This is not a file but a device or a pipe.", path=path)
        with open(path, "rb"):
            pass
    except OSError as error:
        raise unreadable(error, path) from error
    if status.st_size == 0:
        raise fail(
            "empty-file",
            "The file is empty (0 bytes).",
            "The download or copy may have failed; fetch it again.",
            path,
        )


def unreadable(error: OSError, path: str) -> EarmarkError:
    """The system's reason in words."""
    if isinstance(error, FileNotFoundError):
        return fail("vanished", "The file is not there (any more).", path=path)
    if isinstance(error, PermissionError):
        return fail(
            "no-permission",
            "Earmark may not read this file.",
            "Give your user the right to read it; then it is taken by itself.",
            path,
        )
    return fail(
        "unreadable",
        f"The file cannot be read ({error.strerror or error}).",
        "Check the disk that it lies on.",
        path,
    )
