"""Changes to audio that leave a sound what it is: what producers and vendors do to samples.

Each effect takes mono float32 samples at `corpus.RATE` and a source of randomness, and gives
samples back. `treated` strings some of them together. Packs differ in just these ways, so a net
that has heard a clip treated differently is less tied to the pack it came from.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import signal

from benchmarks.accuracy.corpus import RATE
from earmark_daemon.hearing.frontend import Audio

Effect = Callable[[Audio, np.random.Generator], Audio]

LONGEST = 3.2
"""Seconds that are kept: a window and a little."""

_SEMITONES = 5.0


def speed(audio: Audio, random: np.random.Generator) -> Audio:
    """Play faster or slower, pitch and all, by up to `_SEMITONES`."""
    ratio = 2.0 ** (random.uniform(-_SEMITONES, _SEMITONES) / 12.0)
    places = np.arange(0.0, len(audio) - 1.0, ratio)
    return _f32(np.interp(places, np.arange(len(audio)), audio))


def shelves(audio: Audio, random: np.random.Generator) -> Audio:
    """A low and a high shelf and a bell, each of up to 12 dB (RBJ's cookbook)."""
    for kind, low, high in (
        ("low", 80.0, 400.0),
        ("high", 2000.0, 9000.0),
        ("bell", 200.0, 6000.0),
    ):
        frequency = float(np.exp(random.uniform(np.log(low), np.log(high))))
        audio = _f32(signal.lfilter(*_biquad(kind, frequency, random.uniform(-12.0, 12.0)), audio))
    return audio


def _biquad(kind: str, frequency: float, gain: float) -> tuple[Audio, Audio]:
    amplitude = 10.0 ** (gain / 40.0)
    omega = 2.0 * np.pi * frequency / RATE
    cosine, alpha = np.cos(omega), np.sin(omega) / 2.0 * np.sqrt(2.0)
    if kind == "bell":
        b = [1 + alpha * amplitude, -2 * cosine, 1 - alpha * amplitude]
        a = [1 + alpha / amplitude, -2 * cosine, 1 - alpha / amplitude]
        return np.array(b), np.array(a)
    sign = 1.0 if kind == "low" else -1.0
    up, down, root = amplitude + 1.0, amplitude - 1.0, 2.0 * np.sqrt(amplitude) * alpha
    b = [
        amplitude * (up - sign * down * cosine + root),
        2.0 * sign * amplitude * (down - sign * up * cosine),
        amplitude * (up - sign * down * cosine - root),
    ]
    a = [
        up + sign * down * cosine + root,
        -2.0 * sign * (down + sign * up * cosine),
        up + sign * down * cosine - root,
    ]
    return np.array(b), np.array(a)


def low_pass(audio: Audio, random: np.random.Generator) -> Audio:
    """Old samplers, tape and muffled recordings: 3 to 12 kHz."""
    edge = float(np.exp(random.uniform(np.log(3000.0), np.log(12000.0))))
    return _f32(
        signal.sosfilt(signal.butter(random.integers(1, 4), edge, fs=RATE, output="sos"), audio)
    )


def high_pass(audio: Audio, random: np.random.Generator) -> Audio:
    """Cut rumble, or a thin recording: 30 to 250 Hz."""
    edge = float(np.exp(random.uniform(np.log(30.0), np.log(250.0))))
    sections = signal.butter(2, edge, "high", fs=RATE, output="sos")
    return _f32(signal.sosfilt(sections, audio))


def saturate(audio: Audio, random: np.random.Generator) -> Audio:
    """Soft clipping, a little lopsided, as tubes and tape do."""
    drive = float(np.exp(random.uniform(0.0, np.log(12.0))))
    offset = random.uniform(-0.2, 0.2)
    return _f32(np.tanh(drive * _peak(audio) + offset) - np.tanh(offset))


def compress(audio: Audio, random: np.random.Generator) -> Audio:
    """Lift what is quiet: the level's envelope to a power below one."""
    envelope = signal.lfilter([0.005], [1.0, -0.995], np.abs(_peak(audio))) + 1e-3
    return _f32(audio * envelope ** -random.uniform(0.2, 0.6))


def decay(audio: Audio, random: np.random.Generator) -> Audio:
    """Make it die away sooner: 30 dB within 0.1 to 1.5 s."""
    length = float(np.exp(random.uniform(np.log(0.1), np.log(1.5))))
    return _f32(audio * 10.0 ** (-1.5 * np.arange(len(audio)) / (length * RATE)))


def cut(audio: Audio, random: np.random.Generator) -> Audio:
    """End it early with a short fade."""
    keep = int(len(audio) * random.uniform(0.3, 0.9))
    keep = max(keep, min(len(audio), RATE // 10))
    fade = min(keep, int(RATE * random.uniform(0.003, 0.05)))
    audio = audio[:keep].copy()
    audio[keep - fade :] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)
    return audio


def room(audio: Audio, random: np.random.Generator) -> Audio:
    """A room: early echoes and a tail of noise that grows duller as it dies."""
    seconds = float(np.exp(random.uniform(np.log(0.1), np.log(1.6))))
    count = int(seconds * RATE)
    tail = random.standard_normal(count) * 10.0 ** (-3.0 * np.arange(count) / count)
    dull = random.uniform(0.2, 0.8)
    tail = signal.lfilter([1.0 - dull], [1.0, -dull], tail)
    tail[: int(random.uniform(0.001, 0.02) * RATE)] = 0.0
    for place in random.integers(32, max(64, min(count, RATE // 20)), 5):
        tail[place] += random.normal(0.0, 1.0)
    tail /= np.sqrt(np.sum(tail**2)) + 1e-9
    padded = np.concatenate((audio, np.zeros(count // 2, dtype=np.float32)))
    wet = signal.fftconvolve(padded, tail)[: len(padded)]
    amount = random.uniform(0.1, 0.8) * np.abs(audio).max() / (np.abs(wet).max() + 1e-9)
    return _f32(padded + amount * wet)


def noise(audio: Audio, random: np.random.Generator) -> Audio:
    """Hiss or rumble 25 to 60 dB below the sound's peak."""
    level = np.abs(audio).max() * 10.0 ** (-random.uniform(25.0, 60.0) / 20.0)
    colour = random.uniform(-0.9, 0.9)
    hiss = signal.lfilter([1.0], [1.0, -colour], random.standard_normal(len(audio)))
    return _f32(audio + level * hiss / (np.abs(hiss).max() + 1e-9))


def crush(audio: Audio, random: np.random.Generator) -> Audio:
    """Few bits and a low rate without filter, as early samplers had."""
    steps = 2.0 ** random.uniform(5.0, 11.0)
    hold = int(random.integers(1, 5))
    held = np.repeat(_peak(audio)[::hold], hold)[: len(audio)]
    return _f32(np.rint(held * steps) / steps)


def soften(audio: Audio, random: np.random.Generator) -> Audio:
    """Take the attack away, as fades and slow sample starts do."""
    rise = min(len(audio), int(RATE * random.uniform(0.002, 0.04)))
    audio = audio.copy()
    audio[:rise] *= np.linspace(0.0, 1.0, rise, dtype=np.float32)
    return audio


CHAIN: tuple[tuple[Effect, float], ...] = (
    (speed, 0.8),
    (soften, 0.1),
    (decay, 0.3),
    (cut, 0.2),
    (compress, 0.2),
    (saturate, 0.25),
    (shelves, 0.7),
    (low_pass, 0.25),
    (high_pass, 0.2),
    (room, 0.3),
    (crush, 0.1),
    (noise, 0.25),
)
"""Effects in the order in which a signal meets them, and how often each is used."""


def treated(audio: Audio, random: np.random.Generator, layer: Audio | None = None) -> Audio:
    """A changed copy of a sound, with peak 1.

    Args:
        audio: mono samples.
        random: what decides which effects, and how strong.
        layer: another sound of the same label to lay under it, or None.
    """
    audio = _peak(audio)
    if layer is not None:
        under = _peak(speed(layer, random)) * random.uniform(0.2, 0.8)
        both = np.zeros(max(len(audio), len(under)), dtype=np.float32)
        both[: len(audio)] += audio
        both[: len(under)] += under
        audio = both
    for effect, share in CHAIN:
        if random.random() < share:
            audio = effect(audio, random)[: int(LONGEST * RATE)]
    return _peak(audio)


def _peak(audio: Audio) -> Audio:
    return _f32(audio / (np.abs(audio).max(initial=0.0) + 1e-9))


def _f32(audio: object) -> Audio:
    return np.asarray(audio, dtype=np.float32)
