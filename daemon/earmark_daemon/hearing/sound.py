"""Opening a sound file of any kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

from earmark_daemon.containers import iff
from earmark_daemon.containers.identify import Container, identify
from earmark_daemon.containers.source import MalformedError, open_source
from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.hearing.readable import check_not_hollow, check_readable
from earmark_daemon.hearing.samples import Sound, SoundInfo

HIGHEST_RATE = 1_536_000
"""Hertz: twice the highest rate that converters have."""


@contextmanager
def open_sound(path: str) -> Iterator[Sound]:
    """Open ``path`` by libsndfile, or as it can be read otherwise.

    Raises:
        EarmarkError: what is wrong with the file, in words.
    """
    check_readable(path)
    from earmark_daemon.hearing import libsndfile  # not in the daemon, which decodes nothing

    try:
        opened: AbstractContextManager[Sound] = libsndfile.open_file(path)
    except EarmarkError as error:
        opened = _otherwise(path, error)
    with opened as sound:
        _check_rate(sound.info, path)
        if not sound.info.samples:
            _check_finished(path)
        yield sound


@contextmanager
def _otherwise(path: str, refusal: EarmarkError) -> Iterator[Sound]:
    """The file that libsndfile could not open as it is.

    Raises:
        EarmarkError: what ffmpeg says where format or encoding are for ffmpeg alone; else
            ``refusal``, or that there is nothing in the file.
    """
    from earmark_daemon.hearing import ffmpeg

    unknown = refusal.problem.code == "unknown-format"
    if identify(path) is Container.RF64:
        with _without_other_chunks(path, refusal) as sound:
            yield sound
    elif unknown and ffmpeg.knows(path):
        yield ffmpeg.open_file(path)
    elif ffmpeg.may_read(path):
        yield _by_ffmpeg(path, refusal)
    else:
        if unknown:
            check_not_hollow(path)
        raise refusal


@contextmanager
def _without_other_chunks(path: str, refusal: EarmarkError) -> Iterator[Sound]:
    from earmark_daemon.hearing import libsndfile
    from earmark_daemon.hearing.plain_wave import PlainWave

    with open_source(path) as source:
        try:
            opened = libsndfile.open_file(path, PlainWave(source))
        except EarmarkError:
            known = refusal.problem.code != "unknown-format"
            raise (refusal if known else _cut_short(path)) from None
        with opened as sound:
            yield sound


def _cut_short(path: str) -> EarmarkError:
    return fail(
        "damaged-audio",
        "The file ends before its audio does, or what says where that lies is damaged.",
        "Fetch the file again from where it came.",
        path,
    )


def _by_ffmpeg(path: str, refusal: EarmarkError) -> Sound:
    from earmark_daemon.hearing import ffmpeg

    try:
        return ffmpeg.open_file(path)
    except EarmarkError as error:
        encoding = refusal.problem.code == "unsupported-encoding"
        raise (error if encoding else refusal) from None


def _check_finished(path: str) -> None:
    """See whether a file without a sample holds audio of which only its length is lacking."""
    with suppress(MalformedError), open_source(path) as source:
        if not iff.was_cut_off(source):
            return
        raise fail(
            "unfinished",
            f"{iff.NEVER_FILLED_IN} Its audio may be there still.",
            "Repair it in an audio editor; then it is taken by itself.",
            path,
        )


def _check_rate(info: SoundInfo, path: str) -> None:
    """A header may say anything; what is computed for a rate grows with it."""
    if not 1 <= info.sample_rate <= HIGHEST_RATE:
        raise fail(
            "damaged-audio",
            f"The file says that it has {info.sample_rate:,} samples a second, which no sound has.",
            "Fetch the file again from where it came.",
            path,
        )
