"""What every voice is made of: time, envelopes, oscillators, filters, rooms.

Signals are float64, ``[samples]`` for mono and ``[samples, 2]`` for stereo; ``rate`` is samples a
second. Everything random comes from a generator that is passed in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from scipy import signal

Signal = npt.NDArray[np.float64]
Random = np.random.Generator
Voice = Callable[[Random, int], Signal]
"""Plays a sound, given a random generator and a rate."""

_DECAY_60_DB = np.log(1000.0)
_HEADROOM = 0.9
_TOP = 0.92
"""No oscillator sounds above this share of the Nyquist frequency."""


def timeline(seconds: float, rate: int) -> Signal:
    """The moments of the samples, in seconds."""
    return np.asarray(np.arange(round(seconds * rate)) / rate)


def decay(t: Signal, seconds: float, start: float = 0.0) -> Signal:
    """1 until ``start``, then falling by 60 dB in ``seconds``."""
    return np.asarray(np.exp(-_DECAY_60_DB * np.maximum(t - start, 0.0) / seconds))


def swell(t: Signal, seconds: float, start: float = 0.0) -> Signal:
    """0 until ``start``, then rising to 1 in ``seconds``, as half a cosine."""
    return 0.5 - 0.5 * np.cos(np.pi * np.clip((t - start) / seconds, 0.0, 1.0))


def sustain(t: Signal, attack: float, release: float) -> Signal:
    """Up in ``attack`` seconds, and down in ``release`` seconds before the end."""
    return swell(t, attack) * swell(t[-1] - t, release)


def glide(t: Signal, start: float, end: float, seconds: float) -> Signal:
    """A value that nears ``end`` exponentially; 60 dB nearer after ``seconds``."""
    return end + (start - end) * decay(t, seconds)


def turns(frequency: Signal, rate: int) -> Signal:
    """The phase, in radians, of an oscillator of changing frequency."""
    return 2.0 * np.pi * np.cumsum(frequency) / rate


def tone(frequency: float, t: Signal, phase: float = 0.0) -> Signal:
    """A sine."""
    return np.sin(2.0 * np.pi * frequency * t + phase)


def partials(frequency: Signal, levels: Signal, rate: int, rng: Random | None = None) -> Signal:
    """Sines at whole multiples of a frequency; what would alias is left out.

    Args:
        frequency: the fundamental at each sample, hertz.
        levels: the level of each multiple, ``[count]`` or ``[count, samples]``.
        rate: samples a second.
        rng: draws the phases at the start; without it all are zero.
    """
    phase = turns(frequency, rate)
    count = min(len(levels), int(_TOP * rate / 2.0 / frequency.max()))
    offsets = rng.uniform(0.0, 2.0 * np.pi, count) if rng else np.zeros(count)
    out = np.zeros(len(phase))
    for index in range(count):
        out += levels[index] * np.sin((index + 1) * phase + offsets[index])
    return out


def modes(
    t: Signal, frequencies: npt.ArrayLike, levels: npt.ArrayLike, seconds: npt.ArrayLike
) -> Signal:
    """A struck body: sines that each decay by 60 dB in their own time."""
    struck = np.broadcast_arrays(*map(np.atleast_1d, (frequencies, levels, seconds)))
    out = np.zeros(len(t))
    nyquist = 0.5 / (t[-1] - t[-2])
    for frequency, level, length in zip(*struck, strict=True):
        if frequency < _TOP * nyquist:
            out += level * tone(float(frequency), t) * decay(t, float(length))
    return out


def saw_levels(count: int) -> Signal:
    """The levels of a sawtooth's partials."""
    return 1.0 / np.arange(1, count + 1)


def lowpass_levels(
    frequency: Signal, cutoff: Signal, count: int, resonance: float = 0.7, slope: int = 4
) -> Signal:
    """The levels of a sawtooth's partials behind a low-pass filter that moves.

    Args:
        frequency: the fundamental, hertz, at each sample.
        cutoff: the filter's frequency, hertz, at each sample.
        count: number of partials.
        resonance: gain at the cutoff.
        slope: the filter's order.

    Returns:
        Shape ``[count, samples]``, for `partials`.
    """
    number = np.arange(1, count + 1)[:, None]
    ratio = number * frequency / cutoff
    below = 1.0 / np.sqrt(1.0 + ratio ** (2 * slope))
    peak = max(0.0, resonance - 0.7) * np.exp(-((np.log2(ratio) * 4.0) ** 2))
    return np.asarray((below + peak) / number)


def vibrato(
    t: Signal, rate_hz: float, cents: float, start: float = 0.2, phase: float = 0.0
) -> Signal:
    """A factor on a frequency: a slow wave that sets in gradually after ``start`` seconds."""
    depth = cents * swell(t, 0.35, start)
    return np.asarray(2.0 ** (depth * np.sin(2.0 * np.pi * rate_hz * t + phase) / 1200.0))


def wander(t: Signal, rng: Random, per_second: float = 8.0) -> Signal:
    """A smooth random curve of unit variance that changes about so many times a second."""
    count = int(t[-1] * per_second) + 4
    knots = rng.standard_normal(count)
    place = t * per_second + 1.0
    index = place.astype(int)
    share = swell(place - index, 1.0)
    return np.asarray(knots[index] * (1.0 - share) + knots[index + 1] * share)


def noise(t: Signal, rng: Random) -> Signal:
    """White noise of unit variance."""
    return rng.standard_normal(len(t))


def band(x: Signal, low: float, high: float, rate: int, order: int = 2) -> Signal:
    """What lies between two frequencies; 0 and infinity leave a side open."""
    out = x
    nyquist = rate / 2.0
    if low > 0.0:
        sections = signal.butter(order, low / nyquist, "highpass", output="sos")
        out = signal.sosfilt(sections, out, axis=0)
    if high < _TOP * nyquist:
        sections = signal.butter(order, high / nyquist, "lowpass", output="sos")
        out = signal.sosfilt(sections, out, axis=0)
    return np.asarray(out)


def resonate(x: Signal, frequency: float, width: float, rate: int) -> Signal:
    """A resonance: gain 1 at ``frequency``, 3 dB less at half ``width`` (hertz) beside it."""
    b, a = signal.iirpeak(frequency, frequency / width, fs=rate)
    return np.asarray(signal.lfilter(b, a, x))


def body(x: Signal, resonances: Sequence[tuple[float, float, float]], rate: int) -> Signal:
    """A sound in its box: ``(frequency, width, gain)`` are added to what goes through dry."""
    out = x.copy()
    for frequency, width, gain in resonances:
        out += gain * resonate(x, frequency, width, rate)
    return out


def drive(x: Signal, amount: float) -> Signal:
    """Soft saturation; keeps the peak at 1."""
    peak = np.abs(x).max()
    return np.asarray(np.tanh(amount * x / peak) / np.tanh(amount))


def level(x: Signal) -> Signal:
    """Peak at 1."""
    return np.asarray(x / np.abs(x).max())


def room(x: Signal, rate: int, rng: Random, seconds: float, wet: float, dark: float) -> Signal:
    """A stereo room around a mono or stereo sound, as long as the sound.

    Args:
        x: the dry sound.
        rate: samples a second.
        rng: draws the room.
        seconds: time to fall by 60 dB.
        wet: level of the room beside the dry sound.
        dark: what the walls reflect ends at this frequency, hertz.
    """
    dry = x if x.ndim == 2 else np.stack([x, x], axis=1)
    t = timeline(seconds, rate)
    tail = rng.standard_normal((len(t), 2)) * (decay(t, seconds) * swell(t, 0.008, 0.004))[:, None]
    tail = band(tail, 180.0, dark, rate)
    tail /= np.sqrt((tail**2).sum(axis=0))
    return np.asarray(dry + wet * signal.oaconvolve(dry, tail, axes=0)[: len(dry)])


def spread(left: Signal, right: Signal) -> Signal:
    """Two channels."""
    return np.stack([left, right], axis=1)


def master(x: Signal, rate: int, fade: float = 0.012) -> Signal:
    """Ready to be stored: no direct current, an end without a click, the peak below full scale."""
    clean = band(x, 16.0, np.inf, rate, order=1)
    t = np.arange(len(clean)) / rate
    end = swell(t[-1] - t, fade)
    return _HEADROOM * level(clean * (end if clean.ndim == 1 else end[:, None]))


def rest(x: Signal, rate: int, seconds: float = 0.03) -> Signal:
    """The sound and a little silence, for coders that lose the last moments."""
    return np.concatenate([x, np.zeros((round(seconds * rate), *x.shape[1:]))])
