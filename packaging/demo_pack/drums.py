"""Skins: kick, snare, tom, hand drums; and the clap."""

from __future__ import annotations

import numpy as np

from demo_pack.dsp import (
    Random,
    Signal,
    Voice,
    band,
    decay,
    drive,
    glide,
    level,
    modes,
    noise,
    resonate,
    room,
    spread,
    swell,
    timeline,
    turns,
)

_MEMBRANE = np.array([1.0, 1.594, 2.136, 2.296, 2.653, 2.918, 3.156])
"""Frequencies of an ideal round skin's modes, relative to the lowest."""

_TWO_SKINS = np.sort(np.concatenate([_MEMBRANE, 1.13 * _MEMBRANE[1:], [3.5, 4.06, 4.6]]))
"""A tom's modes: the lower skin is tuned higher than the one that is struck."""


def kick(
    rng: Random,
    rate: int,
    *,
    seconds: float,
    pitch: float,
    punch: float,
    click: float,
    ring: float,
    heat: float = 1.5,
) -> Signal:
    """A bass drum: a sine whose pitch falls quickly from the beater's blow to the skin's own.

    Args:
        rng: draws the click.
        rate: samples a second.
        seconds: length.
        pitch: where the pitch comes to rest, hertz.
        punch: how many times higher it begins.
        click: level of the beater.
        ring: time to fall by 60 dB, seconds.
        heat: saturation.
    """
    t = timeline(seconds, rate)
    frequency = pitch * (1.0 + (punch - 1.0) * (0.7 * decay(t, 0.055) + 0.3 * decay(t, 0.25)))
    skin = np.sin(turns(frequency, rate)) * decay(t, ring, 0.02) * swell(t, 0.0012)
    beater = band(noise(t, rng), 1800.0, 7000.0, rate) * decay(t, 0.012)
    knock = modes(t, [pitch * 3.7, pitch * 5.9], [0.5, 0.25], [0.05, 0.035])
    return drive(drive(skin, heat) + click * (0.5 * beater + knock), 0.8)


def snare(
    rng: Random,
    rate: int,
    *,
    seconds: float,
    pitch: float,
    wires: float,
    rattle: float,
    bright: float = 9000.0,
) -> Signal:
    """A snare drum: two modes of the shell under the noise of its wires.

    Args:
        rng: draws the noise.
        rate: samples a second.
        seconds: length.
        pitch: the lowest mode, hertz.
        wires: level of the wires beside the skin.
        rattle: how long the wires take to fall by 60 dB, seconds.
        bright: where the wires' noise ends, hertz.
    """
    t = timeline(seconds, rate)
    bend = glide(t, 1.35, 1.0, 0.06)
    skin = np.sin(turns(pitch * bend, rate)) * decay(t, 0.17)
    skin += 0.6 * np.sin(turns(1.83 * pitch * bend, rate)) * decay(t, 0.11)
    skin += 0.25 * np.sin(turns(2.9 * pitch * bend, rate)) * decay(t, 0.07)
    hiss = band(noise(t, rng), 900.0, bright, rate)
    hiss += 0.8 * resonate(noise(t, rng), 4200.0, 3600.0, rate)
    buzz = level(hiss) * (0.75 * decay(t, rattle, 0.004) + 0.5 * decay(t, rattle / 4.0))
    crack = level(band(noise(t, rng), 1500.0, 11000.0, rate)) * decay(t, 0.018)
    return drive(0.8 * skin + wires * (1.3 * buzz * swell(t, 0.003) + crack), 1.4)


def tom(rng: Random, rate: int, *, seconds: float, pitch: float, ring: float) -> Signal:
    """A tom: a skin's modes that sink a little after the blow, over a short thud of the stick."""
    t = timeline(seconds, rate)
    bend = glide(t, 1.16, 1.0, 0.25)
    out = np.zeros(len(t))
    for index, ratio in enumerate(_TWO_SKINS):
        share = 0.78**index * rng.uniform(0.6, 1.0)
        start = rng.uniform(0.0, 6.3)
        wave = np.sin(turns(pitch * ratio * bend, rate) + start)
        out += share * wave * decay(t, ring * 0.86**index)
    stick = band(noise(t, rng), 500.0, 8000.0, rate) * decay(t, 0.06)
    shell = resonate(noise(t, rng) * decay(t, 0.2), pitch * 2.6, 2.0 * pitch, rate)
    return drive(level(out) * swell(t, 0.001) + 0.35 * level(stick) + 0.25 * level(shell), 0.7)


def hand_drum(
    rng: Random, rate: int, *, seconds: float, pitch: float, ring: float, slap: float
) -> Signal:
    """A conga or bongo: a tight skin over a resonating shell, played by a hand."""
    t = timeline(seconds, rate)
    ratios = _MEMBRANE * np.array([1.0, 1.02, 1.04, 1.05, 1.08, 1.1, 1.12])
    bend = glide(t, 1.06, 1.0, 0.08)
    out = np.zeros(len(t))
    for index, ratio in enumerate(ratios):
        share = (0.45 + 0.35 * slap) ** index
        out += share * np.sin(turns(pitch * ratio * bend, rate)) * decay(t, ring * 0.7**index)
    palm = band(noise(t, rng), 900.0, 8000.0, rate) * decay(t, 0.035)
    shell = resonate(noise(t, rng) * decay(t, 0.08), 5.2 * pitch, 2.0 * pitch, rate)
    struck = (0.15 + 0.6 * slap) * level(palm) + 0.15 * level(shell)
    return drive(level(out) * swell(t, 0.0008) + struck, 0.6)


def clap(
    rng: Random, rate: int, *, seconds: float, hands: int, centre: float, tail: float
) -> Signal:
    """Several pairs of hands, each a few milliseconds late, and the room's short answer."""
    t = timeline(seconds, rate)
    out = np.zeros(len(t))
    for index in range(hands):
        start = index * 0.0105 + rng.uniform(0.0, 0.0025)
        last = index == hands - 1
        burst = decay(t, 0.03 if not last else 0.05, start) * (t >= start)
        out += rng.uniform(0.7, 1.0) * burst * _palms(t, rng, centre, rate)
    start = (hands - 1) * 0.0105
    answer = _palms(t, rng, centre, rate) * decay(t, tail, start) * (t >= start)
    return drive(out + 0.5 * answer, 1.3)


def in_room(rng: Random, rate: int, *, make: Voice, size: float, wide: bool = False) -> Signal:
    """What ``make`` plays, in a room; ``wide`` plays it once for each ear."""
    left = make(rng, rate)
    right = make(rng, rate) if wide else left
    return room(spread(left, right), rate, rng, size, wet=0.32, dark=6800.0)


def _palms(t: Signal, rng: Random, centre: float, rate: int) -> Signal:
    white = noise(t, rng)
    cupped = resonate(white, centre, 0.8 * centre, rate)
    bright = band(white, 900.0, 7500.0, rate)
    return level(level(cupped) + 0.45 * level(bright))
