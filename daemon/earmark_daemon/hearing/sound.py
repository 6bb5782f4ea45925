"""Opening a sound file of any kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.hearing.readable import check_readable
from earmark_daemon.hearing.samples import Sound, SoundInfo

HIGHEST_RATE = 1_536_000
"""Hertz: twice the highest rate that converters have."""


@contextmanager
def open_sound(path: str) -> Iterator[Sound]:
    """Open ``path`` by libsndfile, or by ffmpeg where libsndfile does not know the format.

    Raises:
        EarmarkError: what is wrong with the file, in words.
    """
    check_readable(path)
    from earmark_daemon.hearing import (  # not in the daemon, which decodes nothing
        ffmpeg,
        libsndfile,
    )

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
