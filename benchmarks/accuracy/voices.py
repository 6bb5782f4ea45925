"""Building blocks of synthesised sounds: envelopes, oscillators, filters; vectors in and out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import signal

from benchmarks.accuracy.corpus import RATE

Wave = npt.NDArray[np.float64]
Random = np.random.Generator


def clock(seconds: float) -> Wave:
    """The time of each sample, seconds."""
    return np.arange(int(seconds * RATE)) / RATE


def pick(random: Random, low: float, high: float) -> float:
    """A number between, evenly spread over octaves."""
    return float(np.exp(random.uniform(np.log(low), np.log(high))))


def fall(time: Wave, seconds: float) -> Wave:
    """Exponential decay, 60 dB within so many seconds."""
    return np.asarray(10.0 ** (-3.0 * time / seconds))


def swell(time: Wave, attack: float, release: float) -> Wave:
    """Rises linearly, stays, and falls at the end."""
    rise = np.minimum(1.0, time / max(attack, 1e-4))
    sink = np.minimum(1.0, (time[-1] - time) / max(release, 1e-4))
    return np.asarray(rise * sink)


def turn(frequency: Wave | float, count: int) -> Wave:
    """Running phase, radians, of a frequency in hertz that may change."""
    return np.cumsum(np.broadcast_to(frequency, (count,))) * (2.0 * np.pi / RATE)


def hiss(random: Random, count: int) -> Wave:
    """White noise."""
    return random.standard_normal(count)


def band(wave: Wave, low: float | None, high: float | None, order: int = 2) -> Wave:
    """Keep what lies between two frequencies; None leaves that side open."""
    top = RATE / 2.0 - 200.0
    if low is not None:
        sections = signal.butter(order, min(low, top), "high", fs=RATE, output="sos")
        wave = signal.sosfilt(sections, wave)
    if high is not None:
        sections = signal.butter(order, min(high, top), fs=RATE, output="sos")
        wave = signal.sosfilt(sections, wave)
    return np.asarray(wave)


def modes(time: Wave, frequencies: list[float], seconds: list[float], random: Random) -> Wave:
    """A struck body: decaying sines of random strength."""
    total = np.zeros_like(time)
    for frequency, length in zip(frequencies, seconds, strict=True):
        if frequency < RATE / 2.0:
            wave = np.sin(2.0 * np.pi * frequency * time + random.uniform(0.0, 6.3))
            total += random.uniform(0.3, 1.0) * wave * fall(time, length)
    return total


def filtered_tone(
    pitch: Wave, shape: str, cutoff: Wave, resonance: float, harmonics: int = 40
) -> Wave:
    """A subtractive voice, made by adding harmonics that follow the filter's response.

    Args:
        pitch: hertz at each sample.
        shape: ``"saw"``, ``"square"`` or ``"pulse"``.
        cutoff: hertz at each sample.
        resonance: peak at the cutoff, 0 for none.
        harmonics: most harmonics that are added.
    """
    phase = turn(pitch, len(pitch))
    top = float(pitch.min())
    total = np.zeros_like(pitch)
    for number in range(1, min(harmonics, int(RATE / 2.2 / top)) + 1):
        strength = _strength(shape, number)
        if strength == 0.0:
            continue
        place = number * pitch / cutoff
        response = 1.0 / np.sqrt(1.0 + place**4)
        response += resonance * np.exp(-((np.log2(place) * 3.0) ** 2))
        total += strength * response * np.sin(number * phase)
    return total


def _strength(shape: str, number: int) -> float:
    if shape == "saw":
        return 1.0 / number
    if shape == "square":
        return (number % 2) / number
    return float(np.sin(np.pi * number * 0.22)) / number


def driven(wave: Wave, amount: float) -> Wave:
    """Peak 1, then soft clipping."""
    loudest = float(np.abs(wave).max()) + 1e-9
    return np.asarray(np.tanh(amount * wave / loudest))
