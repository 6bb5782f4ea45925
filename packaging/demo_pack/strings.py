"""Strings that are plucked or bowed: bass, guitar, and the bowed family."""

from __future__ import annotations

import numpy as np
from scipy import signal

from demo_pack.dsp import (
    Random,
    Signal,
    band,
    body,
    decay,
    drive,
    level,
    noise,
    partials,
    room,
    swell,
    timeline,
    vibrato,
    wander,
)

_GUITAR_BODY = ((98.0, 18.0, 1.6), (204.0, 26.0, 1.3), (395.0, 60.0, 0.8), (560.0, 90.0, 0.5))
_VIOLIN_BODY = ((285.0, 40.0, 0.7), (470.0, 60.0, 0.9), (1050.0, 250.0, 1.0), (2600.0, 1100.0, 0.7))
_CELLO_BODY = ((102.0, 20.0, 0.5), (190.0, 30.0, 0.9), (400.0, 90.0, 1.0), (1700.0, 900.0, 0.5))
_SHINE_HZ = 2500.0


def string(
    t: Signal, rng: Random, rate: int, *, pitch: float, ring: float, shine: float, pick: float
) -> Signal:
    """A plucked string (Karplus and Strong, 1983; Jaffe and Smith, 1983).

    Args:
        t: the moments.
        rng: draws the noise that the pick leaves on the string.
        rate: samples a second.
        pitch: hertz.
        ring: time for the lowest partial to fall by 60 dB, seconds.
        shine: the same at `_SHINE_HZ`, where the string's losses have set in.
        pick: where the string is plucked, as a share of its length.
    """
    loss = _loop_loss(rate, 10.0 ** (-3.0 / (shine * pitch)))
    period = rate / pitch - loss / (1.0 - loss)
    whole = int(period)
    share = period - whole
    length = min(round(rate / pitch), len(t))
    burst = np.zeros(len(t))
    burst[:length] = rng.uniform(-1.0, 1.0, length)
    burst = band(burst, 0.0, min(5000.0, 14.0 * pitch + 700.0), rate, order=2)
    gap = max(1, round(pick * period))
    burst[gap:] -= 0.9 * burst[:-gap]
    kept = (1.0 - loss) * 10.0 ** (-3.0 / (ring * pitch))
    loop = np.zeros(whole + 2)
    loop[:2] = 1.0, -loss
    loop[whole:] -= kept * np.array([1.0 - share, share])
    return np.asarray(signal.lfilter([1.0, -loss], loop, burst))


def _loop_loss(rate: int, gain: float) -> float:
    """The one-pole low-pass in the string's loop that keeps ``gain`` of `_SHINE_HZ` a turn."""
    bend = 1.0 - np.cos(2.0 * np.pi * _SHINE_HZ / rate)
    scale = (1.0 - gain**2) / gain**2
    return float(((scale + bend) - np.sqrt((scale + bend) ** 2 - scale**2)) / scale)


def guitar(
    rng: Random, rate: int, *, seconds: float, pitch: float, ring: float, shine: float
) -> Signal:
    """One note on an acoustic guitar."""
    t = timeline(seconds, rate)
    plucked = string(t, rng, rate, pitch=pitch, ring=ring, shine=shine, pick=0.16)
    knock = body(band(noise(t, rng), 0.0, 900.0, rate) * decay(t, 0.04), _GUITAR_BODY, rate)
    sound = level(body(plucked, _GUITAR_BODY, rate)) + 0.07 * level(knock)
    return level(band(sound, 60.0, np.inf, rate) * swell(t, 0.001))


def strum(
    rng: Random, rate: int, *, seconds: float, chord: tuple[float, ...], late: float
) -> Signal:
    """A chord, each string a little after the one before, in a small room."""
    t = timeline(seconds, rate)
    out = np.zeros(len(t))
    for index, pitch in enumerate(chord):
        start = round(index * late * rate)
        one = string(t, rng, rate, pitch=pitch, ring=4.0, shine=0.6, pick=0.15)
        out[start:] += level(one)[: len(t) - start]
    wood = body(out, _GUITAR_BODY, rate)
    return room(level(band(wood, 70.0, np.inf, rate)), rate, rng, 0.5, wet=0.15, dark=6000.0)


def electric_guitar(
    rng: Random, rate: int, *, seconds: float, pitch: float, ring: float, gain: float
) -> Signal:
    """A fifth on an electric guitar through an overdriven amplifier and its loudspeaker."""
    t = timeline(seconds, rate)
    out = np.zeros(len(t))
    for ratio in (1.0, 1.4983, 2.0):
        out += level(string(t, rng, rate, pitch=pitch * ratio, ring=ring, shine=1.2, pick=0.09))
    amplifier = drive(band(out, 110.0, 5200.0, rate), gain)
    speaker = band(body(amplifier, ((2600.0, 1500.0, 0.9),), rate), 85.0, 4600.0, rate, 3)
    return level(speaker * swell(t, 0.001))


def electric_bass(
    rng: Random, rate: int, *, seconds: float, pitch: float, ring: float, shine: float
) -> Signal:
    """A finger on a bass string, heard by a pickup."""
    t = timeline(seconds, rate)
    plucked = string(t, rng, rate, pitch=pitch, ring=ring, shine=shine, pick=0.22)
    warm = band(plucked, 25.0, 1500.0, rate) + 1.6 * band(plucked, 25.0, 4.0 * pitch, rate)
    finger = band(noise(t, rng), 400.0, 2500.0, rate) * decay(t, 0.015)
    return drive(level(warm) * swell(t, 0.003) + 0.04 * finger, 1.3)


def bowed(
    rng: Random,
    rate: int,
    *,
    seconds: float,
    pitch: float,
    players: int,
    attack: float,
    low: bool = False,
    wet: float = 0.3,
) -> Signal:
    """A bowed string, alone or as a section, in a hall.

    Each player has a sawtooth of their own tuning, vibrato and bow pressure, and the bow's hiss.

    Args:
        rng: draws the players.
        rate: samples a second.
        seconds: length.
        pitch: hertz.
        players: how many.
        attack: how long the bow takes to set the string going, seconds.
        low: the body of a cello in place of a violin's.
        wet: level of the hall.
    """
    t = timeline(seconds, rate)
    box = _CELLO_BODY if low else _VIOLIN_BODY
    sides = np.zeros((len(t), 2))
    for index in range(players):
        place = 0.5 if players == 1 else 0.15 + 0.7 * index / (players - 1)
        one = body(_bow(t, rng, rate, pitch, attack, solo=players == 1), box, rate)
        sides += one[:, None] * np.array([1.0 - place, place])
    release = swell(t[-1] - t, min(0.25, 0.35 * seconds))
    return room(sides * release[:, None] / np.abs(sides).max(), rate, rng, 0.9, wet, 5500.0)


def _bow(t: Signal, rng: Random, rate: int, pitch: float, attack: float, *, solo: bool) -> Signal:
    tuning = 0.0 if solo else rng.normal(0.0, 7.0)
    drift = 2.0 ** ((tuning + 4.0 * wander(t, rng, 5.0)) / 1200.0)
    shake = vibrato(t, rng.uniform(5.0, 6.3), rng.uniform(16.0, 28.0), 0.1, rng.uniform(0.0, 6.3))
    start = 0.0 if solo else rng.uniform(0.0, 0.03)
    pressure = swell(t, attack * rng.uniform(0.8, 1.2), start) * (1.0 + 0.09 * wander(t, rng, 9.0))
    number = np.arange(1, 61)[:, None]
    bright = np.exp(-number * pitch / (700.0 + 1800.0 * pressure))
    weight = (number * pitch / (number * pitch + 250.0)) / number**0.9
    sound = partials(pitch * drift * shake, bright * weight, rate, rng) * pressure
    stick = np.clip(np.sin(2.0 * np.pi * pitch * t), 0.0, None)
    hiss = band(noise(t, rng), 1800.0, 8500.0, rate) * (0.4 + stick) * pressure
    scratch = band(noise(t, rng), 700.0, 5000.0, rate) * decay(t, 0.1) * swell(t, 0.01)
    return level(sound) + 0.012 * hiss + 0.025 * scratch
