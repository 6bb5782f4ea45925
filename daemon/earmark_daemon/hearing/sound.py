"""Opening a sound file of any kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.hearing.readable import check_readable
from earmark_daemon.hearing.samples import Sound, SoundInfo

if TYPE_CHECKING:
    from earmark_daemon.hearing.ffmpeg import FfmpegSound

HIGHEST_RATE = 1_536_000
"""Hertz: twice the highest rate that converters have."""


@contextmanager
def open_sound(path: str) -> Iterator[Sound]:
    """Open ``path`` by libsndfile, or by ffmpeg where libsndfile cannot.

    Raises:
        EarmarkError: what is wrong with the file, in words.
    """
    check_readable(path)
    from earmark_daemon.hearing import libsndfile  # not in the daemon, which decodes nothing

    try:
        sound = libsndfile.open_file(path)
    except EarmarkError as error:
        decoded = _by_ffmpeg(path, error)
        _check_rate(decoded.info, path)
        yield decoded
        return
    with sound:
        _check_rate(sound.info, path)
        yield sound


def _by_ffmpeg(path: str, refusal: EarmarkError) -> FfmpegSound:
    """The file that libsndfile could not open.

    Raises:
        EarmarkError: what ffmpeg says where the format is one for ffmpeg alone; else ``refusal``.
    """
    from earmark_daemon.hearing import ffmpeg

    if refusal.problem.code == "unknown-format" and ffmpeg.knows(path):
        return ffmpeg.open_file(path)
    if not ffmpeg.may_read(path):
        raise refusal
    try:
        return ffmpeg.open_file(path)
    except EarmarkError:
        raise refusal from None


def _check_rate(info: SoundInfo, path: str) -> None:
    """A header may say anything; what is computed for a rate grows with it."""
    if not 1 <= info.sample_rate <= HIGHEST_RATE:
        raise fail(
            "damaged-audio",
            f"The file says that it has {info.sample_rate:,} samples a second, which no sound has.",
            "Fetch the file again from where it came.",
            path,
        )
