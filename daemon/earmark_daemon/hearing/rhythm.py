"""The pulse of a sound: whether it is a loop, and its tempo.

Onset strength is the sum of rises over logarithmic bands (spectral flux); its autocorrelation at a
beat, two and four beats and half a beat says how strongly a tempo pulses (after Ellis, "Beat
tracking by dynamic programming", 2007, with his logarithmic preference for common tempos).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from earmark_daemon.hearing.frontend import Audio

SLOWEST_BPM, FASTEST_BPM = 60.0, 200.0
SHORTEST_LOOP_SECONDS = 1.0

LEAST_PULSE = 0.9
"""From this on a tempo pulses through the whole sound: it is a loop."""

_HOP_SECONDS = 0.01
_FRAME_SECONDS = 0.023
_LOWEST_RATE = 8000
_BANDS = 24
_PULSES = ((1.0, 1.0), (2.0, 1.0), (4.0, 1.0), (0.5, 0.5))
_STEP_BPM = 0.5
_COMMON_BPM, _COMMON_OCTAVES = 135.0, 0.7
_LOCAL_FRAMES = 20
_FEWEST_ONSETS = 4
_LEAST_ONSET = 0.1
_LOWEST_BIN = 3
_WHOLE_BEATS = 0.02
_FITTING, _WHOLE_BEATS_WEIGHT = 0.004, 1.3
"""Measured on fresh loops: see `benchmarks/accuracy/LOG.md`."""

_GAIN = 1000.0

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Rhythm:
    """What pulses in a sound.

    Attributes:
        bpm: the tempo, exact where the sound is cut at whole beats.
        pulse: how strongly: 0 not at all, above `LEAST_PULSE` all through.
    """

    bpm: float
    pulse: float

    @property
    def loops(self) -> bool:
        """Whether it is a loop."""
        return self.pulse >= LEAST_PULSE


def rhythm(audio: Audio, rate: int) -> Rhythm | None:
    """The pulse of mono ``audio``; None where it is too short or has too few onsets for one."""
    if rate < _LOWEST_RATE or len(audio) < SHORTEST_LOOP_SECONDS * rate:
        return None
    strength = onset_strength(audio, rate)
    if _onsets(strength) < _FEWEST_ONSETS:
        return None
    tempos, periods, preference = _grid()
    alike = _autocorrelation(strength)
    lags = np.arange(len(alike))
    pulse = np.zeros(len(tempos))
    for beats, share in _PULSES:
        pulse += share * np.interp(periods * beats, lags, alike, right=0.0)
    seconds = len(audio) / rate
    best = int((pulse * preference * _fitting(tempos, seconds)).argmax())
    return Rhythm(_whole_beats(float(tempos[best]), seconds), float(pulse[best]))


def onset_strength(audio: Audio, rate: int) -> Floats:
    """How much louder it grows, every 10 ms, above what is usual around there.

    Returns:
        Shares of the highest level; what lies below about 100 Hz, where a steady tone flutters from
        frame to frame, does not count.
    """
    hop = round(_HOP_SECONDS * rate)
    window, edges = _plan(rate)
    count = len(audio) // hop
    padded = np.zeros(count * hop + len(window), dtype=np.float32)
    lead = len(window) // 2
    usable = audio[: len(padded) - lead]
    padded[lead : lead + len(usable)] = usable
    frames = np.lib.stride_tricks.sliding_window_view(padded, len(window))[::hop][:count]
    magnitude = np.abs(np.fft.rfft(frames * window, axis=1))
    bands = np.add.reduceat(magnitude, edges, axis=1)
    loudest = max(float(bands.sum(axis=1).max(initial=0.0)), 1e-9)
    level = np.log1p(bands * (_GAIN / loudest))
    rises = np.maximum(0.0, np.diff(level, axis=0)).sum(axis=1)
    usual = np.convolve(rises, np.full(_LOCAL_FRAMES, 1.0 / _LOCAL_FRAMES), "same")
    highest = max(float(level.sum(axis=1).max(initial=0.0)), 1e-9)
    return np.asarray(np.maximum(0.0, rises - usual) / highest, dtype=np.float32)


def _autocorrelation(strength: Floats) -> Floats:
    """Alikeness at each lag, 1 at lag 0; long lags are made up for their few frames."""
    count = len(strength)
    size = 1 << (2 * count).bit_length()
    spectrum = np.fft.rfft(strength, size)
    alike = np.fft.irfft(spectrum.real**2 + spectrum.imag**2, size)[:count]
    overlap = np.maximum(count - np.arange(count), count / 4)
    return np.asarray(alike / max(float(alike[0]), 1e-9) * count / overlap, dtype=np.float32)


def _onsets(strength: Floats) -> int:
    """How many times something plainly begins."""
    if len(strength) < _LOCAL_FRAMES:
        return 0
    middle = strength[1:-1]
    peaks = (middle > strength[:-2]) & (middle >= strength[2:])
    return int((peaks & (middle > _LEAST_ONSET)).sum())


def _fitting(tempos: npt.NDArray[np.float64], seconds: float) -> npt.NDArray[np.float64]:
    """What each tempo weighs: more where the sound lasts whole beats at it, as loops are cut."""
    beats = tempos * seconds / 60.0
    fits = np.abs(beats - np.round(beats)) < _FITTING * beats
    return np.where(fits, _WHOLE_BEATS_WEIGHT, 1.0)


def _whole_beats(bpm: float, seconds: float) -> float:
    """The tempo nearby at which the sound lasts whole beats, if there is one."""
    beats = round(seconds * bpm / 60.0)
    exact = 60.0 * beats / seconds
    return exact if abs(exact - bpm) < _WHOLE_BEATS * bpm else bpm


@lru_cache(maxsize=1)
def _grid() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Tempos, their beats in frames, and how common each is."""
    tempos = np.arange(SLOWEST_BPM, FASTEST_BPM + _STEP_BPM, _STEP_BPM)
    octaves = np.log2(tempos / _COMMON_BPM) / _COMMON_OCTAVES
    return tempos, 60.0 / _HOP_SECONDS / tempos, np.exp(-0.5 * octaves**2)


@lru_cache(maxsize=8)
def _plan(rate: int) -> tuple[Floats, npt.NDArray[np.intp]]:
    """The window of a frame, and the bins at which its bands begin."""
    size = 1 << round(np.log2(_FRAME_SECONDS * rate))
    edges = np.round(np.geomspace(_LOWEST_BIN, size // 2, _BANDS)).astype(np.intp)
    return np.hanning(size).astype(np.float32), np.unique(edges)
