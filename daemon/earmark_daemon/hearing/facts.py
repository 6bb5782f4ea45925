"""Facts beside tags: one-shot or loop, tempo, key, loudness, brightness and pitch.

Measured on the audio, except where its maker wrote something plausible into the name. The key is
never guessed from the sound: on phrases and bass lines, which are most of what has one, no method
that was measured is right often enough to be shown (`benchmarks/facts.py`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from earmark_daemon.hearing.frontend import Audio, is_silent
from earmark_daemon.hearing.loudness import loudness
from earmark_daemon.hearing.pitch import note_name, pitch
from earmark_daemon.hearing.rhythm import SHORTEST_LOOP_SECONDS, Rhythm, rhythm
from earmark_daemon.hearing.written import (
    FASTEST_BPM,
    SLOWEST_BPM,
    Written,
    kind_around,
    written,
)
from earmark_db.keys import canonical_key
from earmark_db.records import Facts, Kind

_SAME_TEMPO = 0.03
_WHOLE_BEATS = 0.05
_FEWEST_BEATS = 3.5
_MOST_BEATS = 128
"""More of them are a song, though a program cut it at a bar."""

_FOLDERS_ABOVE = 3
"""So many above its own may say what kind lies in them, as ``One Shots/Cymbals/Crash`` does."""

_LONGEST_SECONDS = 30.0
"""Longer than that, a sound is a recording: no one-shot, and no loop unless its name says so."""

_PITCH_SECONDS = 4.0
"""A longer sound hardly stays on one note."""


def facts(stretches: Sequence[Audio], rate: int, path: str, seconds: float | None = None) -> Facts:
    """What is to be said of one sound.

    Args:
        stretches: mono samples; the whole sound, or excerpts of a long recording.
        rate: samples a second.
        path: of the file, for what its name and its folder say.
        seconds: length of the recording that ``stretches`` are excerpts of.
    """
    said = _said(path)
    audio = stretches[0] if len(stretches) == 1 else np.concatenate(stretches)
    if is_silent(audio):
        return Facts(key=said.key)
    loud = loudness(audio, rate)
    measured = Facts(
        key=said.key,
        loudness=round(loud.lufs, 1),
        brightness=round(loud.brightness),
    )
    if len(stretches) > 1 or len(audio) > _LONGEST_SECONDS * rate:
        return _of_long(seconds or len(audio) / rate, said, measured)
    return _of_whole(audio, rate, said, measured)


def with_fields(facts: Facts, metadata: Mapping[str, Any], path: str, seconds: float) -> Facts:
    """Facts with the tempo and the key that the file's own fields state, where they may be true.

    A tempo makes a loop of what is heard as a one-shot, if that lasts some beats: pads and voices
    have no pulse that one could hear.

    Args:
        facts: of the sound.
        metadata: the fields ``bpm`` and ``key``, if there are such.
        path: of the file, for what its name and its folder say.
        seconds: its length.
    """
    key = canonical_key(str(metadata.get("key", ""))) or facts.key
    bpm = metadata.get("bpm")
    if not bpm or not SLOWEST_BPM <= bpm <= FASTEST_BPM or _said(path).loop is False:
        return replace(facts, key=key)
    if facts.kind is Kind.ONE_SHOT:
        if seconds * bpm / 60.0 < _FEWEST_BEATS:
            return replace(facts, key=key)
        facts = replace(facts, kind=Kind.LOOP, pitch=None)
    return replace(facts, bpm=bpm, key=key)


def _said(path: str) -> Written:
    """What a name says, and its folder; the kind also a farther one, the nearest that says any."""
    folder, name = os.path.split(path)
    said = written(os.path.splitext(name)[0], os.path.basename(folder))
    for _ in range(_FOLDERS_ABOVE):
        if said.loop is not None:
            break
        folder = os.path.dirname(folder)
        said = replace(said, loop=kind_around(os.path.basename(folder)))
    return said


def _of_long(seconds: float, said: Written, measured: Facts) -> Facts:
    """A recording: the tempo that its maker calls one; a loop where he says so or cut it to that.

    So the stems of a construction kit are loops, and a song that names its tempo is none, though
    its maker may have cut it at a bar.
    """
    if said.loop is False:
        return measured
    beats = seconds * (said.bpm or 0.0) / 60.0
    cut = beats <= _MOST_BEATS and _whole(beats)
    if not (said.loop or cut):
        return replace(measured, bpm=said.bpm)
    return replace(measured, kind=Kind.LOOP, bpm=_tempo(seconds, said, None))


def _of_whole(audio: Audio, rate: int, said: Written, measured: Facts) -> Facts:
    seconds = len(audio) / rate
    pulse = rhythm(audio, rate)
    kind = _kind(seconds, said, pulse)
    loops = kind is Kind.LOOP
    note = pitch(audio, rate) if not loops and seconds < _PITCH_SECONDS else None
    return Facts(
        kind=kind,
        bpm=_tempo(seconds, said, pulse) if loops else None,
        key=measured.key,
        loudness=measured.loudness,
        brightness=measured.brightness,
        pitch=note_name(round(note)) if note is not None else None,
    )


def _kind(seconds: float, said: Written, pulse: Rhythm | None) -> Kind:
    if said.loop is not None:
        return Kind.LOOP if said.loop else Kind.ONE_SHOT
    if said.bpm is not None and seconds >= SHORTEST_LOOP_SECONDS:
        return Kind.LOOP
    return Kind.LOOP if pulse is not None and pulse.loops else Kind.ONE_SHOT


def _tempo(seconds: float, said: Written, pulse: Rhythm | None) -> float | None:
    """The tempo that the name states, else the one heard, made exact by a number in the name."""
    if said.bpm is not None:
        return said.bpm
    heard = pulse.bpm if pulse is not None and pulse.loops else None
    for number in said.maybe_bpm:
        if _lasts_whole_beats(seconds, number) or (heard and _alike(number, heard)):
            return number
    return round(heard, 1) if heard else None


def _alike(number: float, heard: float) -> bool:
    """Whether they are the same tempo, or one is twice the other."""
    return any(abs(number / heard * times - 1.0) < _SAME_TEMPO for times in (0.5, 1.0, 2.0))


def _lasts_whole_beats(seconds: float, bpm: float) -> bool:
    return _whole(seconds * bpm / 60.0)


def _whole(beats: float) -> bool:
    return beats >= _FEWEST_BEATS and abs(beats - round(beats)) < _WHOLE_BEATS
