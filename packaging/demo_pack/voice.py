"""Human voices: a glottis, a throat that moves, breath."""

from __future__ import annotations

import numpy as np

from demo_pack.dsp import (
    Random,
    Signal,
    band,
    decay,
    level,
    noise,
    resonate,
    room,
    swell,
    timeline,
    turns,
    vibrato,
    wander,
)

VOWELS = {
    "ah": ((730.0, 1090.0, 2540.0, 3200.0), (1.0, 0.75, 0.32, 0.28)),
    "oh": ((500.0, 880.0, 2540.0, 3200.0), (1.0, 0.55, 0.18, 0.16)),
    "ee": ((290.0, 2280.0, 2950.0, 3600.0), (1.0, 0.5, 0.45, 0.3)),
    "eh": ((530.0, 1840.0, 2580.0, 3400.0), (1.0, 0.6, 0.4, 0.25)),
}
"""Formants, hertz (Peterson and Barney, 1952), and their levels, with a singer's ring at 3 kHz."""

_WIDTHS = (90.0, 110.0, 150.0, 220.0)


def sung(
    rng: Random,
    rate: int,
    *,
    seconds: float,
    pitch: float,
    vowels: tuple[str, str],
    singers: int = 1,
    throat: float = 1.0,
    breath: float = 0.03,
    attack: float = 0.08,
    wet: float = 0.2,
) -> Signal:
    """One singer or a choir, gliding from one vowel to another.

    Args:
        rng: draws the singers.
        rate: samples a second.
        seconds: length.
        pitch: hertz.
        vowels: at the beginning, and after it; see `VOWELS`.
        singers: how many.
        throat: formants are higher by this factor; above 1 is a smaller person.
        breath: level of the breath.
        attack: seconds to the full tone.
        wet: level of the room.
    """
    t = timeline(seconds, rate)
    sides = np.zeros((len(t), 2))
    for index in range(singers):
        size = throat * (1.0 if singers == 1 else rng.normal(1.0, 0.04))
        tuned = pitch * (1.0 if singers == 1 else 2.0 ** (rng.normal(0.0, 9.0) / 1200.0))
        one = _singer(t, rng, rate, tuned, vowels, size, breath)
        start = 0.0 if singers == 1 else rng.uniform(0.0, 0.04)
        place = 0.5 if singers == 1 else 0.15 + 0.7 * index / (singers - 1)
        sides += (one * swell(t, attack, start))[:, None] * np.array([1.0 - place, place])
    release = swell(t[-1] - t, min(0.2, 0.3 * seconds))
    return room(level(sides) * release[:, None], rate, rng, 0.8, wet, 6000.0)


def shout(
    rng: Random, rate: int, *, seconds: float, pitch: float, vowels: tuple[str, str]
) -> Signal:
    """A short call: an H of pure breath, then a vowel that falls in pitch."""
    t = timeline(seconds, rate)
    fall = 1.0 + 0.25 * swell(t, 0.08, 0.04) - 0.4 * swell(t, seconds, 0.15)
    voiced = swell(t, 0.04, 0.06) * swell(t[-1] - t, 0.35 * seconds)
    throat = _throat(t, rng, rate, pitch * fall, vowels, 1.05, 0.12)
    h = band(noise(t, rng), 600.0, 6500.0, rate) * swell(t, 0.03) * decay(t, 0.12, 0.05)
    h = level(resonate(h, 1750.0, 900.0, rate) + 0.4 * h)
    return room(level(throat) * voiced + 0.22 * h, rate, rng, 0.35, wet=0.12, dark=6000.0)


def _singer(
    t: Signal,
    rng: Random,
    rate: int,
    pitch: float,
    vowels: tuple[str, str],
    size: float,
    breath: float,
) -> Signal:
    shake = vibrato(t, rng.uniform(4.9, 5.9), rng.uniform(22.0, 38.0), 0.2, rng.uniform(0.0, 6.3))
    unsteady = 2.0 ** (6.0 * wander(t, rng, 14.0) / 1200.0)
    scoop = 1.0 - 0.03 * decay(t, 0.16)
    return level(_throat(t, rng, rate, pitch * shake * unsteady * scoop, vowels, size, breath))


def _throat(
    t: Signal,
    rng: Random,
    rate: int,
    frequency: Signal,
    vowels: tuple[str, str],
    size: float,
    breath: float,
) -> Signal:
    """The glottis' partials, weighed at each moment by where the formants are."""
    phase = turns(frequency, rate)
    share = swell(t, 0.16, 0.02)
    out = np.zeros(len(t))
    for number in range(1, int(min(0.45 * rate, 6500.0) / frequency.max()) + 1):
        gain = _formants(number * frequency, vowels, share, size)
        out += number**-0.75 * gain * np.sin(number * phase + 0.4 * number)
    air = noise(t, rng)
    hiss = sum(
        gain * resonate(air, size * formant, 2.5 * width, rate)
        for formant, gain, width in zip(*VOWELS[vowels[1]], _WIDTHS, strict=True)
    )
    open_glottis = 0.6 + 0.4 * np.sin(phase)
    windy = level(np.asarray(hiss)) + 0.6 * level(band(air, 2500.0, 9000.0, rate))
    return level(out) + breath * windy * open_glottis


def _formants(hertz: Signal, vowels: tuple[str, str], share: Signal, size: float) -> Signal:
    total = np.full(len(hertz), 0.004)
    starts, ends = VOWELS[vowels[0]], VOWELS[vowels[1]]
    for index, width in enumerate(_WIDTHS):
        centre = size * (starts[0][index] * (1.0 - share) + ends[0][index] * share)
        gain = starts[1][index] * (1.0 - share) + ends[1][index] * share
        total += gain / np.sqrt(1.0 + ((hertz - centre) / (0.5 * width)) ** 2)
    return total
