"""The pitch of a tonal sound, by the normalised square difference.

After McLeod and Wyvill, "A smarter way to find pitch" (2005): the first peak of the difference
function that is nearly as high as the highest gives the period, its height the clarity. A sound
has a pitch where several stretches agree on it; a kick whose pitch falls has none.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from earmark_daemon.hearing.frontend import Audio
from earmark_daemon.hearing.loudness import loudest

LOWEST_HZ = 27.5
HIGHEST_HZ = 4200.0
NOTES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")

_STRETCH_SECONDS = 0.1
_STRETCHES = 2
_FEWEST_SAMPLES = 16
_CLEAR = 0.85
_NEARLY = 0.93
_AGREE_SEMITONES = 0.6
_A4_HZ, _A4_MIDI = 440.0, 69.0
_UNITS = 1e-9

Floats = npt.NDArray[np.float32]


def note_name(midi: int) -> str:
    """A MIDI note number as musicians write it, with sharps: 60 is ``C4``."""
    return f"{NOTES[midi % 12]}{midi // 12 - 1}"


def pitch(audio: Audio, rate: int) -> float | None:
    """The pitch of mono ``audio`` as a MIDI note number with fractions; None where it has none."""
    length = round(_STRETCH_SECONDS * rate)
    if length < _FEWEST_SAMPLES:
        return None
    start = loudest(audio, rate, _STRETCH_SECONDS).start
    available = audio[start : start + 2 * length]
    if len(available) < length:
        available = audio[-length:]
    if len(available) < length:
        return None
    notes = []
    for offset in np.linspace(0, len(available) - length, _STRETCHES).astype(int):
        note = _midi(_square_difference(available[offset : offset + length], rate), rate)
        if note is None:
            return None
        notes.append(note)
    middle = float(np.median(notes))
    return middle if max(abs(note - middle) for note in notes) < _AGREE_SEMITONES else None


def _square_difference(stretch: Floats, rate: int) -> Floats:
    """The normalised square difference for each lag up to the longest period."""
    length = len(stretch)
    longest = min(length - 1, round(rate / LOWEST_HZ) + 2)
    size = 1 << (length + longest - 1).bit_length()
    spectrum = np.fft.rfft(stretch, n=size)
    alike = np.fft.irfft(spectrum.real**2 + spectrum.imag**2, n=size)[:longest]
    squares = np.cumsum(stretch.astype(np.float64) ** 2)
    upper = squares[length - longest :][::-1]
    lower = np.concatenate([np.zeros(1), squares[: longest - 1]])
    energy = upper + squares[-1] - lower
    return np.asarray(2.0 * alike / np.maximum(_UNITS, energy), dtype=np.float32)


def _midi(difference: Floats, rate: int) -> float | None:
    """The note of the first peak that is nearly the highest, if that is clear."""
    below = np.flatnonzero(difference < 0.0)
    if not len(below):
        return None
    first = max(int(below[0]), int(rate / HIGHEST_HZ))
    middle = difference[first:-1]
    rising = middle > difference[first - 1 : -2]
    peaks = first + np.flatnonzero(rising & (middle >= difference[first + 1 :]))
    if not len(peaks) or difference[peaks].max() < _CLEAR:
        return None
    heights = difference[peaks]
    place = int(peaks[np.argmax(heights >= _NEARLY * heights.max())])
    before, at, after = (float(difference[place + step]) for step in (-1, 0, 1))
    curve = before - 2.0 * at + after
    shift = 0.5 * (before - after) / curve if curve < 0.0 else 0.0
    return _A4_MIDI + 12.0 * float(np.log2(rate / (place + shift) / _A4_HZ))
