"""Small pictures of sounds: the outline of the waveform, and a spectrogram."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from earmark_tray.sound.decode import RATE, Stereo, Unplayable, blocks, glimpses

COLUMNS = 240
BANDS = 56
_SECONDS = 30.0
"""Of what lasts longer only a part is looked at, all along."""
_N_FFT = 2048
_LOWEST_HZ = 40.0
_HIGHEST_HZ = 18_000.0
_DB_RANGE = 70.0


@dataclass(frozen=True)
class Picture:
    """How a sound looks.

    Attributes:
        outline: float32 ``[COLUMNS]``, the peak of each stretch, 1.0 for the loudest.
        spectrogram: uint8 ``[BANDS, COLUMNS]``, the lowest band first; 255 is the loudest cell.
    """

    outline: npt.NDArray[np.float32]
    spectrogram: npt.NDArray[np.uint8]


def picture(path: str) -> Picture:
    """Look at a sound, from its beginning to its end.

    Raises:
        Unplayable: no sound can be read from it.
    """
    parts: list[Stereo] = []
    length = 0
    for block in blocks(path):
        parts.append(block)
        length += len(block)
        if length >= _SECONDS * RATE:
            with suppress(Unplayable):  # else its beginning has to do
                return _long(_mono(part) for part in glimpses(path, COLUMNS) if len(part))
            break
    mono = _mono(np.concatenate(parts))
    return Picture(_outline(mono), _spectrogram(mono))


def _long(parts: Iterable[npt.NDArray[np.float32]]) -> Picture:
    """A sound of which these are parts that follow one another evenly; none of them is kept."""
    peaks, bands = [], []
    for part in parts:
        middle = part[max(0, len(part) - _N_FFT) // 2 :][:_N_FFT]
        peaks.append(np.abs(part).max())
        bands.append(_bands(np.pad(middle, (0, _N_FFT - len(middle)))[None])[0])
    chosen = np.linspace(0, len(bands) - 1, COLUMNS).round().astype(np.int64)
    return Picture(_outline(np.array(peaks, dtype=np.float32)), _shades(np.array(bands)[chosen]))


def _mono(block: Stereo) -> npt.NDArray[np.float32]:
    mono: npt.NDArray[np.float32] = block.mean(axis=1, dtype=np.float32)
    return mono


def _outline(mono: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    edges = np.linspace(0, len(mono), COLUMNS + 1).astype(np.int64)[:-1]
    level = np.abs(mono) if len(mono) else np.zeros(1, dtype=np.float32)
    peaks = np.maximum.reduceat(level, np.minimum(edges, len(level) - 1))
    loudest = float(peaks.max())
    return (peaks / (loudest or 1.0)).astype(np.float32)


def _spectrogram(mono: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """The bands of frames that begin evenly from the first sample to the last."""
    padded = np.pad(mono, (_N_FFT // 2, _N_FFT))
    starts = np.linspace(0, max(0, len(mono) - 1), COLUMNS).astype(np.int64)
    return _shades(_bands(np.lib.stride_tricks.sliding_window_view(padded, _N_FFT)[starts]))


def _bands(frames: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Short-time Fourier transform, the loudest bin of each band: ``[frames, BANDS]``."""
    spectrum = np.abs(np.fft.rfft(frames * np.hanning(_N_FFT).astype(np.float32), axis=1))
    edges = np.geomspace(_LOWEST_HZ, _HIGHEST_HZ, BANDS + 1) / (RATE / _N_FFT)
    bins = np.minimum(edges.astype(np.int64), spectrum.shape[1] - 1)
    return np.maximum.reduceat(spectrum, bins[:-1], axis=1).astype(np.float32)


def _shades(bands: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """How bright each cell is, on a logarithmic scale; the lowest band first."""
    decibel = 20.0 * np.log10(np.maximum(bands, 1e-9))
    scaled = (decibel - decibel.max() + _DB_RANGE) * (255.0 / _DB_RANGE)
    shown = np.clip(scaled, 0.0, 255.0).astype(np.uint8)
    return np.ascontiguousarray(shown.T) if np.any(bands) else np.zeros_like(shown.T)
