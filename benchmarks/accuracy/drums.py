"""Synthesised drums, as analogue drum machines and their heirs make them.

Circuits as commonly described for the machines of the early eighties: a swept sine for kick and
toms, two modes and noise for the snare, bursts of noise for the clap, six detuned squares for
cymbals and cowbell.
"""

from __future__ import annotations

import numpy as np

from benchmarks.accuracy.voices import (
    Random,
    Wave,
    band,
    clock,
    driven,
    fall,
    hiss,
    modes,
    pick,
    turn,
)

METAL = (205.3, 304.4, 369.6, 522.7, 540.0, 800.0)


def kick(random: Random) -> Wave:
    """A sine that falls to its pitch within milliseconds, and a click."""
    decay = pick(random, 0.12, 1.4)
    time = clock(min(2.0, decay * 1.2))
    sweep = pick(random, 60.0, 1200.0) * np.exp(-time / pick(random, 0.004, 0.06))
    body = np.sin(turn(pick(random, 36.0, 75.0) + sweep, len(time))) * fall(time, decay)
    click = band(hiss(random, len(time)), pick(random, 500.0, 4000.0), None)
    click *= fall(time, pick(random, 0.005, 0.03)) * random.uniform(0.0, 0.5)
    return driven(body + click, pick(random, 0.5, 6.0))


def snare(random: Random) -> Wave:
    """Two modes of the head and the rattle of the wires."""
    length = pick(random, 0.1, 0.6)
    time = clock(length * 1.3)
    low = random.uniform(140.0, 260.0)
    sweep = 1.0 + random.uniform(0.0, 0.6) * np.exp(-time / 0.01)
    head = np.sin(turn(low * sweep, len(time))) * fall(time, length * random.uniform(0.3, 0.8))
    head += 0.6 * np.sin(turn(low * random.uniform(1.5, 1.9), len(time))) * fall(time, length * 0.4)
    wires = band(hiss(random, len(time)), pick(random, 300.0, 3000.0), pick(random, 6e3, 15e3))
    wires *= fall(time, length) / (np.abs(wires).max() + 1e-9)
    return driven(head * random.uniform(0.1, 0.8) + wires, pick(random, 0.5, 4.0))


def clap(random: Random) -> Wave:
    """Some bursts of noise close together, then a tail."""
    tail = pick(random, 0.08, 0.7)
    time = clock(tail + 0.15)
    gap = random.uniform(0.006, 0.016)
    count = int(random.integers(2, 6))
    centre = pick(random, 800.0, 2600.0)
    shape = np.zeros_like(time)
    for number in range(count):
        since = time - number * gap * random.uniform(0.85, 1.15)
        last = number == count - 1
        length = tail if last else random.uniform(0.01, 0.03)
        burst = np.where(since >= 0, fall(np.maximum(since, 0.0), length), 0.0)
        shape = np.maximum(shape, burst * (random.uniform(0.4, 0.9) if last else 1.0))
    wide = random.uniform(1.2, 3.0)
    noise = band(hiss(random, len(time)), centre / wide, centre * wide)
    noise += random.uniform(0.0, 0.3) * band(hiss(random, len(time)), 3000.0, None)
    return driven(noise * shape, pick(random, 0.5, 4.0))


def _metal(random: Random, time: Wave) -> Wave:
    """Six squares that do not fit, or noise, or both."""
    scale = random.uniform(0.7, 1.8)
    total = np.zeros_like(time)
    for frequency in METAL:
        detuned = frequency * scale * random.uniform(0.95, 1.05)
        total += np.sign(np.sin(turn(detuned, len(time)) * random.choice([1.0, 2.0])))
    return np.asarray(total / 6.0 + hiss(random, len(time)) * random.uniform(0.0, 0.6))


def hihat(random: Random) -> Wave:
    """Closed or open."""
    decay = pick(random, 0.03, 0.15) if random.random() < 0.6 else pick(random, 0.25, 1.0)
    time = clock(decay + 0.05)
    wave = band(_metal(random, time), pick(random, 4500.0, 9000.0), None, 4)
    return driven(wave * fall(time, decay), pick(random, 0.5, 3.0))


def cymbal(random: Random) -> Wave:
    """Crash or ride: long, wide, its low part dying first."""
    decay = pick(random, 1.0, 4.0)
    time = clock(min(3.0, decay))
    metal = _metal(random, time)
    low = band(metal, 600.0, 4000.0) * fall(time, decay * random.uniform(0.2, 0.7))
    high = band(metal, pick(random, 3000.0, 7000.0), None) * fall(time, decay)
    ping = modes(time, [pick(random, 2000.0, 6000.0)], [0.3], random) * random.integers(0, 2)
    return driven(low * random.uniform(0.1, 0.8) + high + 0.2 * ping, pick(random, 0.5, 2.0))


def tom(random: Random) -> Wave:
    """A sine a little above its pitch at first, longer and higher than a kick."""
    decay = pick(random, 0.2, 1.1)
    time = clock(decay * 1.2)
    pitch = pick(random, 75.0, 260.0)
    sweep = 1.0 + random.uniform(0.1, 0.9) * np.exp(-time / pick(random, 0.02, 0.12))
    body = np.sin(turn(pitch * sweep, len(time))) * fall(time, decay)
    body += 0.3 * np.sin(turn(pitch * 1.59 * sweep, len(time))) * fall(time, decay * 0.4)
    skin = band(hiss(random, len(time)), 200.0, pick(random, 1500.0, 7000.0))
    return driven(
        body + skin * fall(time, 0.06) * random.uniform(0.0, 0.15), pick(random, 0.5, 3.0)
    )


def _cowbell(random: Random) -> Wave:
    time = clock(pick(random, 0.1, 0.6))
    low = random.uniform(450.0, 650.0)
    wave = np.sign(np.sin(turn(low, len(time)))) + np.sign(np.sin(turn(low * 1.48, len(time))))
    return band(wave, low * 0.8, low * 4.0) * fall(time, time[-1])


def _stick(random: Random) -> Wave:
    time = clock(pick(random, 0.03, 0.15))
    base = pick(random, 400.0, 3000.0)
    partials = [base, base * random.uniform(1.4, 2.9)]
    return modes(time, partials, [time[-1], time[-1] * 0.7], random) + hiss(
        random, len(time)
    ) * 0.3 * fall(time, 0.01)


def _hand_drum(random: Random) -> Wave:
    time = clock(pick(random, 0.12, 0.5))
    sweep = 1.0 + random.uniform(0.0, 0.25) * np.exp(-time / 0.02)
    wave = np.sin(turn(pick(random, 170.0, 600.0) * sweep, len(time))) * fall(time, time[-1])
    slap = band(hiss(random, len(time)), 600.0, 6000.0) * fall(time, pick(random, 0.01, 0.06))
    return wave + slap * random.uniform(0.02, 0.3)


def _shaker(random: Random) -> Wave:
    time = clock(pick(random, 0.05, 0.3))
    peak = random.uniform(0.1, 0.6) * time[-1]
    shape = np.where(time < peak, (time / peak) ** 2, fall(np.maximum(time - peak, 0.0), time[-1]))
    grains = hiss(random, len(time)) * (random.random(len(time)) < random.uniform(0.05, 1.0))
    return band(grains, pick(random, 2500.0, 7000.0), None) * shape


def _bar(random: Random) -> Wave:
    time = clock(pick(random, 0.2, 2.0))
    base = pick(random, 180.0, 1600.0)
    ratios = [1.0, random.uniform(2.7, 4.1), random.uniform(5.0, 10.0)]
    lengths = [time[-1], time[-1] * 0.3, time[-1] * 0.1]
    return modes(time, [base * ratio for ratio in ratios], lengths, random)


def _jingle(random: Random) -> Wave:
    time = clock(pick(random, 0.15, 1.5))
    partials = [float(f) for f in random.uniform(3000.0, 14000.0, 12)]
    ring = modes(time, partials, [time[-1] * random.uniform(0.3, 1.0) for _ in partials], random)
    return ring + band(hiss(random, len(time)), 5000.0, None) * fall(time, 0.15)


def percussion(random: Random) -> Wave:
    """Cowbell, sticks and blocks, hand drums, shakers, bars or jingles."""
    makers = (_cowbell, _stick, _hand_drum, _hand_drum, _shaker, _bar, _jingle)
    return driven(makers[random.integers(len(makers))](random), pick(random, 0.3, 2.0))
