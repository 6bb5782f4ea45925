"""Electricity: synth leads, chords and basses, and effects."""

from __future__ import annotations

import numpy as np

from demo_pack.dsp import (
    Random,
    Signal,
    band,
    decay,
    drive,
    glide,
    level,
    lowpass_levels,
    noise,
    partials,
    room,
    saw_levels,
    spread,
    sustain,
    swell,
    timeline,
    tone,
    turns,
    vibrato,
)


def sub_bass(rng: Random, rate: int, *, seconds: float, pitch: float, warmth: float) -> Signal:
    """A sine bass, saturated so that small loudspeakers have something of it, and held."""
    t = timeline(seconds, rate)
    detuned = tone(2.0 * pitch * 1.002, t, rng.uniform(0.0, 6.3))
    body = tone(pitch, t) + 0.25 * detuned + 0.08 * tone(3.0 * pitch, t)
    return drive(body, warmth) * (0.7 + 0.3 * decay(t, 0.6)) * sustain(t, 0.012, 0.12)


def acid_bass(
    rng: Random, rate: int, *, seconds: float, pitch: float, squelch: float, opened: float
) -> Signal:
    """A sawtooth behind a resonant low-pass filter that snaps shut."""
    t = timeline(seconds, rate)
    cutoff = glide(t, opened, 9.0 * pitch, 0.6 * seconds)
    frequency = np.full(len(t), pitch)
    levels = lowpass_levels(frequency, cutoff, 160, squelch)
    voice = partials(frequency, levels, rate) + 0.4 * np.sin(turns(frequency, rate))
    detuned = np.full(len(t), pitch * 2.0 ** (rng.uniform(5.0, 8.0) / 1200.0))
    voice += 0.6 * partials(detuned, lowpass_levels(detuned, cutoff, 160, squelch), rate)
    return drive(voice, 1.8) * (0.55 + 0.45 * decay(t, seconds)) * sustain(t, 0.003, 0.05)


def lead(rng: Random, rate: int, *, seconds: float, pitch: float, bite: float) -> Signal:
    """A lead: three sawtooths, one an octave below, gliding in, with vibrato and an echo."""
    t = timeline(seconds, rate)
    frequency = pitch * glide(t, 0.8, 1.0, 0.09) * vibrato(t, 5.8, 22.0, 0.15)
    cutoff = bite * (0.5 + 0.7 * decay(t, 0.6))
    out = np.zeros(len(t))
    for cents, octave in ((-6.0, 1.0), (6.0, 1.0), (0.0, 0.5)):
        tuned = frequency * octave * 2.0 ** (cents / 1200.0)
        out += partials(tuned, lowpass_levels(tuned, cutoff, 60, 1.6), rate, rng)
    return drive(out, 1.2) * sustain(t, 0.004, 0.05)


def supersaw(
    rng: Random,
    rate: int,
    *,
    seconds: float,
    chord: tuple[float, ...],
    opened: float,
    attack: float,
) -> Signal:
    """A chord of many detuned sawtooths, wide in stereo, behind a filter that opens or closes."""
    t = timeline(seconds, rate)
    cutoff = 500.0 + opened * (0.35 + 0.65 * decay(t, 1.2))
    sides = np.zeros((len(t), 2))
    for pitch in chord:
        for cents in np.linspace(-17.0, 17.0, 7) + rng.normal(0.0, 1.5, 7):
            tuned = np.full(len(t), pitch * 2.0 ** (cents / 1200.0))
            levels = lowpass_levels(tuned, cutoff, 48, 0.9, slope=2)
            voice = partials(tuned, levels, rate, rng)
            place = rng.uniform(0.1, 0.9)
            sides += voice[:, None] * np.array([1.0 - place, place])
    shaped = level(sides) * sustain(t, attack, 0.12)[:, None]
    return room(shaped, rate, rng, 0.6, wet=0.15, dark=8000.0)


def pluck(rng: Random, rate: int, *, seconds: float, pitch: float, opened: float) -> Signal:
    """A bright synthetic pluck: two pulse waves behind a filter that closes at once."""
    t = timeline(seconds, rate)
    cutoff = glide(t, opened, 3.5 * pitch, 0.5)
    out = np.zeros(len(t))
    for cents, width in ((-5.0, 0.5), (5.0, 0.31)):
        tuned = np.full(len(t), pitch * 2.0 ** (cents / 1200.0))
        number = np.arange(1, 61)[:, None]
        pulse = np.sin(np.pi * width * number) * lowpass_levels(tuned, cutoff, 60, 1.4)
        out += partials(tuned, pulse, rate, rng)
    return level(out) * decay(t, 1.1 * seconds) * swell(t, 0.002) * swell(t[-1] - t, 0.06)


def zap(rng: Random, rate: int, *, seconds: float, start: float, end: float) -> Signal:
    """A laser: a tone modulated in frequency that falls through the whole spectrum."""
    t = timeline(seconds, rate)
    frequency = start * (end / start) ** np.sqrt(t / t[-1])
    ripple = 1.8 * decay(t, seconds) * np.sin(turns(1.5 * frequency, rate))
    beam = np.sin(turns(frequency, rate) + ripple) * decay(t, 1.4 * seconds)
    spark = band(noise(t, rng), 3000.0, np.inf, rate) * decay(t, 0.02)
    return level(beam * swell(t, 0.001) + 0.15 * spark)


def riser(rng: Random, rate: int, *, seconds: float, chord: tuple[float, ...]) -> Signal:
    """Noise and a gliding chord that rise for the whole length and break off."""
    t = timeline(seconds, rate)
    height = (t / t[-1]) ** 1.6
    sides = []
    for _ in range(2):
        wind = _sweep(t, rng, rate, 250.0 * 2.0 ** (5.0 * height))
        climb = np.zeros(len(t))
        for pitch in chord:
            tuned = pitch * 2.0 ** (2.0 * height + rng.normal(0.0, 8.0) / 1200.0)
            climb += partials(tuned, saw_levels(12), rate, rng)
        flutter = 1.0 + 0.35 * np.sin(turns(4.0 + 12.0 * height, rate))
        sides.append(level(wind) + 0.45 * level(climb) * flutter)
    grown = (0.06 + 0.94 * height) * swell(t[-1] - t, 0.02)
    return spread(*(level(side) * grown for side in sides))


def impact(rng: Random, rate: int, *, seconds: float) -> Signal:
    """A cinematic hit: a falling boom, debris, and a long dark hall."""
    t = timeline(seconds, rate)
    boom = np.sin(turns(glide(t, 110.0, 32.0, 1.0), rate)) * decay(t, 0.9 * seconds)
    debris = band(noise(t, rng), 150.0, 5000.0, rate) * (decay(t, 0.25) + 0.15 * decay(t, 1.0))
    blow = drive(level(boom) + 0.8 * level(debris), 2.0) * swell(t, 0.002)
    return room(blow, rate, rng, 0.9 * seconds, wet=2.0, dark=4200.0)


def downlifter(rng: Random, rate: int, *, seconds: float) -> Signal:
    """Noise that falls and thins out, trembling."""
    t = timeline(seconds, rate)
    fall = _sweep(t, rng, rate, 9000.0 * 2.0 ** (-5.0 * t / t[-1]))
    whistle = np.sin(turns(2400.0 * 2.0 ** (-3.5 * t / t[-1]), rate))
    tremble = 1.0 + 0.5 * tone(9.0, t)
    return (level(fall) + 0.25 * whistle) * tremble * decay(t, 2.2 * seconds) * swell(t, 0.01)


def _sweep(t: Signal, rng: Random, rate: int, centre: Signal) -> Signal:
    """Noise around a moving frequency: a low noise that a moving oscillator carries up."""
    white = noise(t, rng), noise(t, rng)
    phase = turns(centre, rate)
    total = np.zeros(len(t))
    for width in (120.0, 500.0, 1800.0):
        low = [band(one, 0.0, width, rate) for one in white]
        total += level(low[0]) * np.cos(phase) - level(low[1]) * np.sin(phase)
    return total
