"""The front end: audio in, 8-bit log-mel spectrogram out.

The same bytes are stored, uploaded, trained on and inferred from, so a model sees the same
numbers everywhere. By default nothing is resampled: the frame and hop lengths of the
specification are stretched to the file's own rate, which keeps them equal in seconds, and the
mel filters are laid out in hertz. That is several times quicker than resampling and gives the
same picture wherever both rates carry the band.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Audio = npt.NDArray[np.float32]
Spectrogram = npt.NDArray[np.uint8]

SILENCE_DBFS = -90.0
"""A window whose every sample stays below this level is silence."""

ONSET_DB = -60.0
"""The sound begins at the first sample above this level, relative to the peak."""

ONSET_LEAD_SECONDS = 0.005
_SLANEY_LINEAR_HZ = 200.0 / 3.0
_SLANEY_BREAK_HZ = 1000.0
_SLANEY_BREAK_MEL = _SLANEY_BREAK_HZ / _SLANEY_LINEAR_HZ
_SLANEY_LOG_STEP = np.log(6.4) / 27.0


@dataclass(frozen=True)
class FrontendSpec:
    """Everything that decides what a model is shown; part of every model file.

    Attributes:
        kind: ``"log-mel"`` (2-D, 8-bit) or ``"waveform"`` (1-D, float32).
        sample_rate: hertz; the rate that ``n_fft`` and ``hop_length`` are stated at.
        n_fft: frame length of the short-time Fourier transform, in samples.
        hop_length: distance of two frames, in samples.
        n_mels: number of mel bands.
        fmin: lower edge of the lowest band, hertz.
        fmax: upper edge of the highest band, hertz.
        window_seconds: length of what the model hears at once; shorter sounds are padded.
        db_range: decibels below the loudest cell that are kept; the rest is floor.
        resample: whether audio is brought to ``sample_rate`` first. If not, frames are
            stretched to the file's own rate.
    """

    kind: Literal["log-mel", "waveform"] = "log-mel"
    sample_rate: int = 32_000
    n_fft: int = 1024
    hop_length: int = 500
    n_mels: int = 64
    fmin: float = 30.0
    fmax: float = 15_500.0
    window_seconds: float = 3.0
    db_range: float = 80.0
    resample: bool = False

    @property
    def frames(self) -> int:
        """Number of frames in one window."""
        return round(self.window_seconds * self.sample_rate / self.hop_length)

    def to_dict(self) -> dict[str, Any]:
        """The form in which it stands in model files and in requests to the trainer."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> FrontendSpec:
        """The specification that `to_dict` gave.

        Raises:
            TypeError: a field is unknown or missing fields have no default.
        """
        return cls(**data)


def hz_to_mel(hz: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Slaney's mel scale: linear below 1 kHz, logarithmic above (Auditory Toolbox, 1998)."""
    above = np.maximum(hz, _SLANEY_BREAK_HZ)
    log_part = _SLANEY_BREAK_MEL + np.log(above / _SLANEY_BREAK_HZ) / _SLANEY_LOG_STEP
    return np.where(hz < _SLANEY_BREAK_HZ, hz / _SLANEY_LINEAR_HZ, log_part)


def mel_to_hz(mel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The inverse of `hz_to_mel`."""
    log_part = _SLANEY_BREAK_HZ * np.exp(_SLANEY_LOG_STEP * (mel - _SLANEY_BREAK_MEL))
    return np.where(mel < _SLANEY_BREAK_MEL, mel * _SLANEY_LINEAR_HZ, log_part)


@dataclass(frozen=True)
class _Plan:
    """What is computed once for a pair of specification and file rate."""

    frame_length: int
    hop: float
    n_fft: int
    window: npt.NDArray[np.float32]
    filters: npt.NDArray[np.float32]


@lru_cache(maxsize=16)
def _plan(spec: FrontendSpec, rate: int) -> _Plan:
    frame_length = max(16, round(spec.n_fft * rate / spec.sample_rate))
    n_fft = _fast_length(frame_length)
    window = np.hanning(frame_length + 1)[:-1]
    edges = mel_to_hz(
        np.linspace(hz_to_mel(np.array(spec.fmin)), hz_to_mel(np.array(spec.fmax)), spec.n_mels + 2)
    )
    bins = np.fft.rfftfreq(n_fft, 1.0 / rate)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    density = (rate / n_fft) / (rate * np.sum(window**2))
    area = 2.0 / (edges[2:] - edges[:-2])
    filters = triangles * area[:, None] * density
    return _Plan(
        frame_length,
        spec.hop_length * rate / spec.sample_rate,
        n_fft,
        window.astype(np.float32),
        np.ascontiguousarray(filters.T.astype(np.float32)),
    )


def _fast_length(minimum: int) -> int:
    """The smallest product of 2, 3 and 5 that is even and not below ``minimum``."""
    length = minimum + minimum % 2
    while True:
        rest = length
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return length
        length += 2


def onset(audio: Audio, rate: int) -> int:
    """The sample at which the sound begins, a little before it rises above `ONSET_DB`."""
    level = np.abs(audio)
    loud = level > level.max(initial=0.0) * 10.0 ** (ONSET_DB / 20.0)
    first = int(loud.argmax()) if loud.size else 0
    return max(0, first - round(ONSET_LEAD_SECONDS * rate))


def is_silent(audio: Audio) -> bool:
    """Whether nothing in it rises above `SILENCE_DBFS`."""
    return bool(np.abs(audio).max(initial=0.0) < 10.0 ** (SILENCE_DBFS / 20.0))


def spectrogram(audio: Audio, rate: int, spec: FrontendSpec) -> Spectrogram:
    """The 8-bit log-mel spectrogram of one window of audio.

    Args:
        audio: mono samples, shape ``[samples]``; what lies past the window is not heard.
        rate: samples a second.
        spec: the front end.

    Returns:
        Shape ``[n_mels, frames]``. 255 is the loudest cell, 0 is ``db_range`` decibels below it
        or less; silence is all zeros.
    """
    out = np.zeros((spec.n_mels, spec.frames), dtype=np.uint8)
    levels = unrounded(audio, rate, spec)
    out[:, : levels.shape[1]] = np.rint(levels, out=levels)
    return out


def unrounded(audio: Audio, rate: int, spec: FrontendSpec) -> npt.NDArray[np.float32]:
    """What `spectrogram` rounds: ``[n_mels, heard]``, 0 to 255, and no frame after the sound."""
    if is_silent(audio):
        return np.zeros((spec.n_mels, 0), dtype=np.float32)
    plan = _plan(spec, rate)
    heard = min(spec.frames, int(np.ceil(len(audio) / plan.hop)))
    starts = np.rint(np.arange(heard) * plan.hop).astype(np.int64)
    lead = plan.frame_length // 2
    padded = np.zeros(int(starts[-1]) + plan.frame_length, dtype=np.float32)
    usable = audio[: len(padded) - lead]
    padded[lead : lead + len(usable)] = usable
    frames = np.lib.stride_tricks.sliding_window_view(padded, plan.frame_length)[starts]
    spectrum = np.fft.rfft(frames * plan.window, n=plan.n_fft, axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    mel = power.astype(np.float32, copy=False) @ plan.filters
    decibel = np.log10(np.maximum(mel, np.float32(1e-20), out=mel), out=mel)
    decibel *= np.float32(10.0)
    decibel -= decibel.max()
    decibel += np.float32(spec.db_range)
    decibel *= np.float32(255.0 / spec.db_range)
    levels: npt.NDArray[np.float32] = np.clip(decibel, 0.0, 255.0, out=decibel).T
    return levels
