"""Breath: brass and woodwind."""

from __future__ import annotations

import numpy as np

from demo_pack.dsp import (
    Random,
    Signal,
    band,
    body,
    decay,
    level,
    noise,
    partials,
    resonate,
    room,
    swell,
    timeline,
    tone,
    vibrato,
    wander,
)

_BELL = ((520.0, 400.0, 0.7), (1250.0, 700.0, 1.2), (2300.0, 900.0, 0.5))


def brass(
    rng: Random,
    rate: int,
    *,
    seconds: float,
    pitches: tuple[float, ...],
    attack: float,
    blare: float,
    wet: float = 0.2,
) -> Signal:
    """Horns: the louder the player, the more partials there are (Risset, 1966).

    Args:
        rng: draws the players.
        rate: samples a second.
        seconds: length.
        pitches: one player each, hertz.
        attack: seconds to the full tone.
        blare: brightness at the loudest, hertz.
        wet: level of the room.
    """
    t = timeline(seconds, rate)
    out = np.zeros(len(t))
    for pitch in pitches:
        out += _horn(t, rng, rate, pitch, attack, blare)
    bell = band(body(out, _BELL, rate), 60.0, np.inf, rate)
    release = swell(t[-1] - t, min(0.12, 0.3 * seconds))
    return room(level(bell) * release, rate, rng, 0.6, wet, 6000.0)


def flute(rng: Random, rate: int, *, seconds: float, pitch: float, breath: float) -> Signal:
    """A flute: few partials, breath around them, and a tremble that is louder and softer."""
    t = timeline(seconds, rate)
    blown = swell(t, 0.07) * swell(t[-1] - t, 0.12)
    tremble = swell(t, 0.4, 0.2) * tone(5.1, t)
    frequency = pitch * vibrato(t, 5.1, 9.0, 0.2) * (1.0 - 0.012 * decay(t, 0.15))
    strength = np.array([1.0, 0.42, 0.2, 0.07, 0.05, 0.02, 0.012])[:, None]
    brighter = (1.0 + 0.3 * tremble) ** np.arange(7)[:, None] * (1.0 + 0.05 * wander(t, rng, 12.0))
    sound = partials(frequency, strength * brighter, rate, rng) * (1.0 + 0.12 * tremble)
    air = noise(t, rng)
    edge = sum(resonate(air, pitch * n, 0.22 * pitch, rate) / n for n in (1, 2, 3))
    hiss = band(air, 1200.0, 7500.0, rate)
    chiff = (level(resonate(air, 2.7 * pitch, pitch, rate)) + level(hiss)) * decay(t, 0.11)
    windy = level(np.asarray(edge)) + 0.7 * level(hiss) * (1.0 + 0.25 * tremble)
    sound = level(sound) * blown + breath * (windy * blown + 0.9 * chiff * swell(t, 0.008))
    return room(level(sound), rate, rng, 0.7, wet=0.2, dark=7000.0)


def clarinet(rng: Random, rate: int, *, seconds: float, pitch: float, reed: float) -> Signal:
    """A clarinet: a closed pipe, so the odd partials lead; a reed, so they reach high."""
    t = timeline(seconds, rate)
    number = np.arange(1, 31)
    odd = np.where(number % 2 == 1, 1.0, 0.05 + 0.5 * (1.0 - np.exp(-((number / 14.0) ** 2))))
    blown = swell(t, 0.055) * swell(t[-1] - t, 0.09) * (1.0 + 0.03 * wander(t, rng, 7.0))
    roll = np.exp(-number[:, None] * pitch / (reed * (0.25 + 0.75 * blown)))
    frequency = pitch * vibrato(t, 4.7, 5.0, 0.35) * 2.0 ** (2.0 * wander(t, rng, 5.0) / 1200.0)
    sound = level(partials(frequency, odd[:, None] * roll, rate, rng)) * blown
    air = band(noise(t, rng), 1500.0, 6500.0, rate) * (0.5 * blown + decay(t, 0.06))
    tongue = band(noise(t, rng), 200.0, 1800.0, rate) * decay(t, 0.025)
    sound = body(sound + 0.008 * air + 0.05 * tongue, ((1500.0, 500.0, 0.4),), rate)
    return room(level(sound), rate, rng, 0.6, wet=0.15, dark=6000.0)


def oboe(rng: Random, rate: int, *, seconds: float, pitch: float) -> Signal:
    """An oboe: narrow pulses of a double reed through its two formants."""
    t = timeline(seconds, rate)
    number = np.arange(1, 41) * pitch
    formants = 0.35 * np.exp(-number / 900.0) + np.exp(-(((number - 1150.0) / 420.0) ** 2))
    formants += 0.4 * np.exp(-(((number - 2950.0) / 600.0) ** 2)) + 0.02 * np.exp(-number / 4000.0)
    blown = swell(t, 0.05) * swell(t[-1] - t, 0.1) * (1.0 + 0.04 * wander(t, rng, 9.0))
    frequency = pitch * vibrato(t, 5.4, 14.0, 0.25) * (1.0 - 0.01 * decay(t, 0.08))
    tremble = 1.0 + 0.1 * swell(t, 0.4, 0.25) * tone(5.4, t)
    sound = level(partials(frequency, formants, rate, rng)) * blown * tremble
    air = band(noise(t, rng), 2500.0, 8000.0, rate) * (0.4 * blown + decay(t, 0.05))
    return room(level(sound + 0.008 * air), rate, rng, 0.6, wet=0.15, dark=6500.0)


def _horn(t: Signal, rng: Random, rate: int, pitch: float, attack: float, blare: float) -> Signal:
    start = rng.uniform(0.0, 0.012)
    tuned = pitch * 2.0 ** (rng.normal(0.0, 4.0) / 1200.0)
    scoop = 1.0 - 0.025 * decay(t, 0.12) + 0.004 * decay(t, 0.1) * tone(28.0, t)
    steady = 2.0 ** (2.5 * wander(t, rng, 6.0) / 1200.0) * vibrato(t, 5.3, 7.0, 0.4)
    over = 1.0 + 0.25 * decay(t, 0.35, attack)
    blown = swell(t, attack, start) * over * (1.0 + 0.04 * wander(t, rng, 10.0)) / 1.25
    number = np.arange(1, 49)[:, None]
    roll = np.exp(-number * pitch / (blare * np.clip(blown, 0.08, None) ** 1.6))
    sound = level(partials(tuned * scoop * steady, roll * number**0.3, rate)) * blown
    lips = band(noise(t, rng), 500.0, 5000.0, rate) * (decay(t, 0.05) + 0.12 * blown)
    return sound + 0.012 * lips
