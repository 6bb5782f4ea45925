"""Metal and wood: hi-hats, cymbals, cowbell, wood block, shaker, tambourine."""

from __future__ import annotations

import numpy as np

from demo_pack.dsp import (
    Random,
    Signal,
    band,
    decay,
    drive,
    level,
    modes,
    noise,
    resonate,
    spread,
    swell,
    timeline,
)

_HAT_CLANG = np.array([317.0, 459.0, 614.0, 803.0, 1049.0, 1351.0])


def hihat(
    rng: Random, rate: int, *, seconds: float, ring: float, low: float = 4600.0, clang: float = 0.8
) -> Signal:
    """Two small cymbals: six clashing square waves and noise, of which only the top is heard.

    Args:
        rng: draws noise and phases.
        rate: samples a second.
        seconds: length.
        ring: time to fall by 60 dB; short is closed, long is open.
        low: where the sound begins, hertz.
        clang: level of the metal beside the noise.
    """
    t = timeline(seconds, rate)
    metal = _bronze(t, rng, low * 0.6, min(17000.0, 0.45 * rate), 140, ring)
    squares = np.zeros(len(t))
    for pitch in _HAT_CLANG * rng.uniform(0.98, 1.02, len(_HAT_CLANG)):
        for multiple in range(1, int(0.45 * rate / pitch), 2):
            squares += modes(t, pitch * multiple, 1.0 / multiple, 10.0 * ring)
    air = band(noise(t, rng), low, np.inf, rate) * decay(t, ring)
    tick = band(noise(t, rng), 0.55 * low, np.inf, rate) * decay(t, 0.008)
    buzz = level(band(squares, low, np.inf, rate, 3)) * decay(t, ring)
    mixed = clang * (level(metal) + 0.5 * buzz) + 0.7 * level(air) + 0.5 * level(tick)
    return level(band(mixed, 0.75 * low, np.inf, rate, 3) * swell(t, 0.0008))


def cymbal(
    rng: Random, rate: int, *, seconds: float, ring: float, low: float, bright: float
) -> Signal:
    """A crash or splash in stereo: hundreds of modes; the high ones come a moment later.

    Args:
        rng: draws the modes.
        rate: samples a second.
        seconds: length.
        ring: time for the lowest modes to fall by 60 dB.
        low: the lowest mode, hertz.
        bright: the highest mode, hertz.
    """
    t = timeline(seconds, rate)
    return spread(*(_crash(t, rng, rate, ring, low, bright) for _ in range(2)))


def ride(rng: Random, rate: int, *, seconds: float, ring: float) -> Signal:
    """A ride cymbal: the stick's clear ping over a quiet wash."""
    t = timeline(seconds, rate)
    pitches = np.array([372.0, 561.0, 1187.0, 1873.0, 2741.0, 3522.0, 4711.0, 5893.0, 7219.0])
    levels = np.array([0.22, 0.25, 0.3, 0.5, 0.8, 1.0, 0.8, 0.6, 0.4])
    ping = modes(t, pitches * rng.uniform(0.99, 1.01, 9), levels, ring * 1.6 * 0.86 ** np.arange(9))
    wash = _bronze(t, rng, 450.0, 15000.0, 320, ring) * swell(t, 0.012)
    stick = band(noise(t, rng), 3000.0, np.inf, rate) * decay(t, 0.012)
    return level(0.55 * level(ping) + 0.6 * level(wash) + 0.35 * level(stick))


def cowbell(rng: Random, rate: int, *, seconds: float, pitch: float) -> Signal:
    """A cowbell: two square-like tones an uneven fifth apart, a hard attack, a dry end."""
    t = timeline(seconds, rate)
    shell = np.zeros(len(t))
    for ratio, share in ((1.0, 1.0), (1.504, 0.9), (2.71, 0.3), (4.13, 0.2)):
        for multiple in (1, 3, 5):
            shell += modes(t, pitch * ratio * multiple, share / multiple, 0.45 / multiple)
    shell = resonate(shell, 1.6 * pitch, 1.8 * pitch, rate) + 0.3 * shell
    stick = band(noise(t, rng), 2000.0, 9000.0, rate) * decay(t, 0.012)
    hard = 0.6 * decay(t, 0.05) + 0.4
    return drive(level(shell) * hard + 0.12 * stick, 1.2)


def wood_block(rng: Random, rate: int, *, seconds: float, pitch: float) -> Signal:
    """A hollow block: few modes, all gone within a tenth of a second."""
    t = timeline(seconds, rate)
    tuned = pitch * np.array([1.0, 1.47, 2.31, 3.62, 5.1])
    wood = modes(t, tuned, [1.0, 0.45, 0.35, 0.16, 0.1], [0.11, 0.07, 0.045, 0.03, 0.02])
    stick = band(noise(t, rng), 1500.0, 9000.0, rate) * decay(t, 0.006)
    return level(wood * swell(t, 0.0005) + 0.25 * level(stick))


def shaker(rng: Random, rate: int, *, seconds: float) -> Signal:
    """Beads thrown to and fro: many tiny strikes, dense at each end of the stroke."""
    t = timeline(seconds, rate)
    throw = 0.35 * np.exp(-(((t - 0.055) / 0.028) ** 2)) + np.exp(-(((t - 0.15) / 0.022) ** 2))
    throw += 0.3 * decay(t, 0.25, 0.15) * (t > 0.15)
    strikes = (rng.uniform(size=len(t)) < 9000.0 / rate * throw) * rng.uniform(0.3, 1.0, len(t))
    beads = strikes * rng.choice([-1.0, 1.0], len(t)) + 0.05 * throw * noise(t, rng)
    gourd = resonate(beads, 4600.0, 3000.0, rate) + 0.2 * resonate(beads, 10500.0, 3000.0, rate)
    return level(band(gourd, 2200.0, np.inf, rate))


def tambourine(rng: Random, rate: int, *, seconds: float) -> Signal:
    """Jingles struck together, each a handful of high modes, after a soft hit of the frame."""
    t = timeline(seconds, rate)
    out = np.zeros(len(t))
    for _ in range(14):
        start = abs(rng.normal(0.0, 0.02)) + rng.choice([0.0, 0.11])
        tuned = rng.uniform(2800.0, 10500.0, 6)
        late = np.maximum(t - start, 0.0)
        out += modes(late, tuned, rng.uniform(0.3, 1.0, 6), rng.uniform(0.15, 0.5, 6))
    hit = band(noise(t, rng), 300.0, 3000.0, rate) * decay(t, 0.03)
    air = band(noise(t, rng), 4000.0, 11000.0, rate) * decay(t, 0.16)
    return level(level(out) + 0.3 * level(air) + 0.3 * level(hit))


def _crash(t: Signal, rng: Random, rate: int, ring: float, low: float, bright: float) -> Signal:
    deep = _bronze(t, rng, low, 2500.0, 220, 1.3 * ring)
    high = _bronze(t, rng, 2500.0, bright, 420, ring) * swell(t, 0.02)
    wash = band(noise(t, rng), 1200.0, bright, rate) * decay(t, 0.8 * ring) * swell(t, 0.006)
    stick = band(noise(t, rng), 1500.0, np.inf, rate) * decay(t, 0.015)
    return level(deep) + 0.8 * level(high) + 0.3 * level(wash) + 0.3 * level(stick)


def _bronze(t: Signal, rng: Random, low: float, high: float, count: int, seconds: float) -> Signal:
    """Modes drawn evenly over the band; the higher one, the sooner it is gone."""
    pitches = np.sort(rng.uniform(low, high, count))
    lengths = seconds * (low / pitches) ** 0.3 * rng.uniform(0.6, 1.2, count)
    rate = round(1.0 / (t[1] - t[0]))
    out = np.zeros(len(t))
    for pitch, length in zip(pitches, lengths, strict=True):
        if pitch < 0.46 * rate:
            start = rng.uniform(0.0, 2.0 * np.pi)
            out += rng.uniform(0.3, 1.0) * np.sin(2 * np.pi * pitch * t + start) * decay(t, length)
    return out
