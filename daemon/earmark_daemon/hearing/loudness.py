"""How loud and how bright a sound is at its loudest, from a few short Fourier transforms.

Loudness after ITU-R BS.1770-4: K-weighted mean square over 400 ms ("momentary"), of the mono mix.
One-shots have tails of any length, so the loudest 400 ms stand for the sound, not the mean. Sine
windows that overlap by half have squares that add up to one, so no energy is lost or counted twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from earmark_daemon.hearing.frontend import Audio

MOMENT_SECONDS = 0.4
_BLOCK_SECONDS = 0.05
_FRAME_SECONDS = 0.046
_LEAST_BITS = 2
_OFFSET_DB = -0.691
_QUIETEST = 1e-12
_DESIGN_RATE = 48_000.0
_SHELF = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (1.0, -1.69065929318241, 0.73248077421585),
)
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Loudness:
    """What the loudest moment is like.

    Attributes:
        lufs: momentary loudness, LUFS.
        brightness: spectral centroid, hertz: the mean frequency, weighted by magnitude.
    """

    lufs: float
    brightness: float


def loudness(audio: Audio, rate: int) -> Loudness:
    """Measure the loudest 400 ms of mono ``audio``, shape ``[samples]``, not empty."""
    place = loudest(audio, rate, MOMENT_SECONDS)
    moment = audio[place]
    plan = _plan(rate)
    hop = len(plan.window) // 2
    padded = np.zeros((len(moment) // hop + 3) * hop, dtype=np.float32)
    padded[hop : hop + len(moment)] = moment
    frames = np.lib.stride_tricks.sliding_window_view(padded, 2 * hop)[::hop]
    spectrum = np.fft.rfft(frames * plan.window, axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    # Where the moment is cut out there is a click that is not in the sound; an attack is.
    first = 0 if place.start == 0 else 2
    inner = power[first:-2] if len(power) > first + 2 else power
    magnitude = np.sqrt(inner).sum(axis=0)
    # Parseval: bins other than the first and the last stand for two frequencies each.
    energy = float(power.sum(axis=0) @ plan.weights) / hop
    return Loudness(
        lufs=_OFFSET_DB + 10.0 * float(np.log10(max(_QUIETEST, energy / len(moment)))),
        brightness=float(magnitude @ plan.frequencies) / max(_QUIETEST, float(magnitude.sum())),
    )


def loudest(audio: Audio, rate: int, seconds: float) -> slice:
    """Where the loudest stretch of this length is; all of a sound that is shorter."""
    length = max(1, round(seconds * rate))
    if len(audio) <= length:
        return slice(0, len(audio))
    block = max(1, round(_BLOCK_SECONDS * rate))
    energies = block_energies(audio, block)
    count = max(1, length // block)
    totals = np.convolve(energies, np.ones(count, dtype=np.float32), "valid")
    start = int(totals.argmax()) * block
    return slice(start, start + length)


def block_energies(audio: Audio, block: int) -> Floats:
    """Sum of squares of each whole block of samples."""
    count = len(audio) // block
    blocks = audio[: count * block].reshape(count, block)
    return np.asarray(np.einsum("ij,ij->i", blocks, blocks))


@dataclass(frozen=True)
class _Plan:
    """What is computed once a rate: the window, and for each bin its hertz and K weight."""

    window: Floats
    frequencies: Floats
    weights: Floats


@lru_cache(maxsize=8)
def _plan(rate: int) -> _Plan:
    size = 1 << max(_LEAST_BITS, round(np.log2(_FRAME_SECONDS * rate)))
    window = np.sin(np.pi * (np.arange(size) + 0.5) / size)
    frequencies = np.arange(size // 2 + 1, dtype=np.float64) * (rate / size)
    weights = _response(_SHELF, frequencies) * _response(_HIGH_PASS, frequencies)
    weights[[0, -1]] /= 2.0
    return _Plan(*(values.astype(np.float32) for values in (window, frequencies, weights)))


def _response(
    filter_: tuple[tuple[float, ...], tuple[float, ...]], frequencies: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Squared magnitude of a filter designed for 48 kHz, at these hertz."""
    turn = np.exp(-2j * np.pi * np.minimum(frequencies, _DESIGN_RATE / 2.0) / _DESIGN_RATE)
    above, below = (np.polyval(coefficients[::-1], turn) for coefficients in filter_)
    return np.asarray(np.abs(above / below) ** 2)
