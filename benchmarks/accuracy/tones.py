"""Synthesised basses, synthesiser sounds, keys and effects: subtractive, additive and FM voices."""

from __future__ import annotations

import numpy as np

from benchmarks.accuracy.voices import (
    Random,
    Wave,
    band,
    clock,
    driven,
    fall,
    filtered_tone,
    hiss,
    pick,
    swell,
    turn,
)

CHORDS = ((0,), (0,), (0, 12), (0, 7), (0, 3, 7), (0, 4, 7), (0, 3, 7, 10), (0, 5, 7))
_SHAPES = ("saw", "square", "pulse")


def _cutoff(random: Random, time: Wave, low: float, high: float) -> Wave:
    """A filter that opens and falls back, as a plucked synthesiser's does."""
    base, reach = pick(random, low, high), pick(random, 1.0, 12.0)
    return np.asarray(base * (1.0 + (reach - 1.0) * fall(time, pick(random, 0.1, 2.0))))


def _envelope(random: Random, time: Wave) -> Wave:
    if random.random() < 0.5:
        return fall(time, pick(random, 0.3, 3.0)) * swell(time, 0.003, 0.01)
    return swell(time, pick(random, 0.002, 0.03), pick(random, 0.02, 0.3))


def _fm(random: Random, time: Wave, pitch: float, ratios: tuple[float, ...]) -> Wave:
    """Two operators (Chowning 1973); the modulator dies away first."""
    depth = pick(random, 0.5, 6.0) * fall(time, pick(random, 0.1, 1.5))
    ratio = ratios[random.integers(len(ratios))]
    modulator = np.sin(turn(pitch * ratio, len(time)))
    return np.asarray(np.sin(turn(pitch, len(time)) + depth * modulator))


def bass(random: Random) -> Wave:
    """Sub, filtered saw or square, detuned pair, or FM; one low note."""
    time = clock(pick(random, 0.25, 2.6))
    pitch = pick(random, 32.0, 115.0)
    kind = random.integers(5)
    if kind == 0:
        wave = np.sin(turn(pitch * (1.0 + 0.5 * np.exp(-time / 0.008)), len(time)))
    elif kind == 1:
        wave = _fm(random, time, pitch, (1.0, 2.0, 3.0, 0.5))
    else:
        cutoff = _cutoff(random, time, 120.0, 1200.0)
        resonance = random.uniform(0.0, 1.5)
        shape = _SHAPES[random.integers(3)]
        wave = filtered_tone(np.full_like(time, pitch), shape, cutoff, resonance, 30)
        if kind == 4:
            detuned = np.full_like(time, pitch * random.uniform(1.003, 1.02))
            wave = wave + filtered_tone(detuned, shape, cutoff, resonance, 30)
        wave += random.uniform(0.0, 0.8) * np.sin(turn(pitch, len(time)))
    return driven(wave, pick(random, 0.4, 6.0)) * _envelope(random, time)


def synth(random: Random) -> Wave:
    """Pad, lead, pluck or stab."""
    slow = random.random() < 0.35
    time = clock(pick(random, 1.5, 3.0) if slow else pick(random, 0.2, 2.0))
    root = pick(random, 110.0, 700.0)
    if random.random() < 0.2:
        wave = _fm(random, time, root, (1.0, 1.41, 2.0, 3.5, 0.5))
    else:
        wave = _stack(random, time, root)
    attack = pick(random, 0.1, 0.8) if slow else pick(random, 0.002, 0.02)
    shape = swell(time, attack, 0.3 * time[-1]) if slow else _envelope(random, time)
    return driven(wave, pick(random, 0.3, 4.0)) * shape


def _stack(random: Random, time: Wave, root: float) -> Wave:
    """Detuned oscillators on a chord through a moving filter."""
    cutoff = _cutoff(random, time, 400.0, 6000.0)
    shape = _SHAPES[random.integers(3)]
    resonance = random.uniform(0.0, 1.2)
    vibrato = 1.0 + random.uniform(0.0, 0.01) * np.sin(turn(random.uniform(4.0, 7.0), len(time)))
    glide = 1.0 + random.choice([0.0, 0.0, 0.3]) * np.exp(-time / 0.05)
    wide = random.uniform(0.0, 0.015)
    total = np.zeros_like(time)
    for step in CHORDS[random.integers(len(CHORDS))]:
        for detune in random.uniform(-wide, wide, random.integers(1, 4)):
            pitch = root * 2.0 ** (step / 12.0) * (1.0 + detune) * vibrato * glide
            total += filtered_tone(pitch, shape, cutoff, resonance, 20)
    return total


def keys(random: Random) -> Wave:
    """Electric piano by FM, organ by drawbars, or a struck string by inharmonic partials."""
    time = clock(pick(random, 0.6, 3.0))
    pitch = pick(random, 80.0, 1000.0)
    kind = random.integers(3)
    if kind == 0:
        body = _fm(random, time, pitch, (1.0, 2.0))
        tine = np.sin(turn(min(pitch * 14.0, 14000.0), len(time))) * fall(time, 0.25)
        return (body + random.uniform(0.02, 0.2) * tine) * fall(time, pick(random, 1.0, 5.0))
    if kind == 1:
        bars = [0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0]
        wave = sum(
            random.random() * np.sin(turn(pitch * bar, len(time)))
            for bar in bars
            if pitch * bar < 15000.0
        )
        return driven(np.asarray(wave), pick(random, 0.3, 2.0)) * swell(time, 0.01, 0.05)
    stiff = pick(random, 1e-4, 2e-3)
    total = hiss(random, len(time)) * fall(time, 0.02) * 0.1
    for number in range(1, 20):
        partial = pitch * number * np.sqrt(1.0 + stiff * number**2)
        if partial < 15000.0:
            length = pick(random, 1.5, 5.0) / (1.0 + 0.25 * number)
            total += number**-1.2 * np.sin(turn(partial, len(time))) * fall(time, length)
    return total


def fx(random: Random) -> Wave:
    """Riser, fall, zap, impact, bleeps or siren."""
    makers = (_riser, _riser, _zap, _impact, _bleeps, _siren)
    return driven(makers[random.integers(len(makers))](random), pick(random, 0.3, 3.0))


def _riser(random: Random) -> Wave:
    """Noise or a tone swept up or down over seconds."""
    time = clock(pick(random, 0.7, 3.0))
    along = time / time[-1]
    if random.random() < 0.5:
        along = along[::-1]
    tone = filtered_tone(
        pick(random, 60.0, 300.0) * 2.0 ** (4.0 * along), "saw", 300.0 + 9000.0 * along, 0.5, 12
    )
    noise = hiss(random, len(time))
    pieces = np.array_split(noise, 24)
    centres = 200.0 * 2.0 ** (5.5 * along[:: len(along) // 24][: len(pieces)])
    swept = np.concatenate(
        [band(piece, c / 2, c * 2, 1) for piece, c in zip(pieces, centres, strict=True)]
    )
    return np.asarray((random.random() * tone + 2.0 * random.random() * swept) * (0.2 + along))


def _zap(random: Random) -> Wave:
    time = clock(pick(random, 0.08, 0.8))
    high, low = pick(random, 1500.0, 12000.0), pick(random, 40.0, 400.0)
    sweep = low + (high - low) * np.exp(-time / pick(random, 0.02, 0.3))
    if random.random() < 0.25:
        sweep = sweep[::-1]
    return np.asarray(np.sin(turn(sweep, len(time))) * swell(time, 0.001, 0.02))


def _impact(random: Random) -> Wave:
    time = clock(pick(random, 1.0, 3.0))
    boom = np.sin(turn(pick(random, 25.0, 60.0) + 80.0 * np.exp(-time / 0.15), len(time)))
    crash = band(hiss(random, len(time)), None, pick(random, 800.0, 9000.0))
    return boom * fall(time, 2.5) + crash * fall(time, pick(random, 0.5, 2.5))


def _bleeps(random: Random) -> Wave:
    count = int(random.integers(3, 16))
    length = pick(random, 0.02, 0.12)
    steps = [np.full(int(length * 32_000), pick(random, 150.0, 4000.0)) for _ in range(count)]
    pitch = np.concatenate(steps)
    phase = turn(pitch, len(pitch))
    return np.asarray(np.sign(np.sin(phase)) if random.random() < 0.6 else np.sin(phase))


def _siren(random: Random) -> Wave:
    time = clock(pick(random, 0.8, 3.0))
    wobble = np.sin(turn(pick(random, 0.7, 25.0), len(time)))
    pitch = pick(random, 200.0, 1500.0) * 2.0 ** (random.uniform(0.1, 1.5) * wobble)
    return filtered_tone(pitch, _SHAPES[random.integers(3)], np.full_like(time, 5000.0), 0.0, 12)
