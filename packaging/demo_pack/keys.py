"""Keys: piano, electric piano, organ."""

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
    partials,
    room,
    spread,
    sustain,
    swell,
    timeline,
    tone,
    turns,
)


def piano(
    rng: Random, rate: int, *, seconds: float, pitch: float, soft: float, stiff: float = 0.0004
) -> Signal:
    """A piano note: stretched partials of two strings that beat, and the hammer's thud.

    Args:
        rng: draws the tuning.
        rate: samples a second.
        seconds: length.
        pitch: hertz.
        soft: how quickly the partials weaken; felt is soft.
        stiff: the string's inharmonicity, B in f = n·f0·sqrt(1 + B·n²) (Fletcher, 1964).
    """
    t = timeline(seconds, rate)
    number = np.arange(1, 33)
    stretched = pitch * number * np.sqrt(1.0 + stiff * number**2)
    struck = np.exp(-soft * (number - 1.0)) * np.abs(np.sin(np.pi * number / 7.6)) / number**0.4
    last = 7.0 * (220.0 / pitch) ** 0.5 / (1.0 + 0.28 * (number - 1.0))
    sides = []
    for _ in range(2):
        out = np.zeros(len(t))
        for cents in rng.normal(0.0, 0.7, 2):
            tuned = stretched * 2.0 ** (cents / 1200.0)
            out += modes(t, tuned, struck, last) + 0.8 * modes(t, tuned, struck, 0.3 * last)
        sides.append(level(out))
    thud = level(band(noise(t, rng), 60.0, 700.0, rate) * decay(t, 0.06))
    damped = swell(t, 0.0025) * swell(t[-1] - t, 0.12)
    strings = spread(*(side * damped + 0.05 * thud for side in sides))
    return room(strings, rate, rng, 0.7, wet=0.16, dark=5000.0)


def electric_piano(rng: Random, rate: int, *, seconds: float, pitch: float, hard: float) -> Signal:
    """A tine and its bell by frequency modulation (Chowning, 1973), with a slow tremolo."""
    t = timeline(seconds, rate)
    detune = rng.uniform(0.9995, 1.0005)
    bell = hard * 1.1 * decay(t, 0.7) * np.sin(turns(np.full(len(t), 14.0 * pitch), rate))
    bark = hard * (0.5 + 1.2 * decay(t, 1.8)) * np.sin(turns(np.full(len(t), pitch * detune), rate))
    tine = np.sin(2 * np.pi * pitch * t + bark) * decay(t, 4.5)
    chime = np.sin(2 * np.pi * pitch * t + bell) * decay(t, 2.2)
    thud = band(noise(t, rng), 80.0, 900.0, rate) * decay(t, 0.03)
    sound = (tine + 0.6 * chime) * swell(t, 0.002) + 0.06 * level(thud)
    damped = drive(sound, 1.2) * swell(t[-1] - t, 0.09)
    pan = 0.18 * tone(4.6, t)
    return spread(damped * (1.0 + pan), damped * (1.0 - pan))


def organ(
    rng: Random, rate: int, *, seconds: float, chord: tuple[float, ...], bars: tuple[int, ...]
) -> Signal:
    """A tonewheel organ: nine drawbars from 0 to 8, key click, and a turning loudspeaker.

    Args:
        rng: draws the phases.
        rate: samples a second.
        seconds: length.
        chord: the pitches held, hertz (the 8-foot pitch).
        bars: how far each drawbar is out, from 16 foot to 1 foot.
    """
    t = timeline(seconds, rate)
    turning = 2.0 ** (9.0 * tone(6.4, t) / 1200.0)
    feet = np.zeros(16)
    feet[[0, 2, 1, 3, 5, 7, 9, 11, 15]] = [
        0.0 if bar == 0 else 10 ** ((bar - 8) * 0.15) for bar in bars
    ]
    out = np.zeros(len(t))
    for pitch in chord:
        out += partials(0.5 * pitch * turning, feet, rate, rng)
    click = band(noise(t, rng), 1500.0, 6000.0, rate) * decay(t, 0.012)
    sound = drive(level(out) * (1.0 + 0.12 * tone(6.4, t, 1.0)) + 0.08 * click, 1.4)
    return level(band(sound, 40.0, 6500.0, rate, 1) * sustain(t, 0.006, 0.03))
