"""What any front end hears of one window: a spectrogram or, where a model asks for it, samples.

Resampling is by soxr, loaded only where a front end asks for a rate that the file does not have.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from earmark_daemon.hearing.frontend import Audio, FrontendSpec, is_silent, spectrogram

Shown = npt.NDArray[Any]
"""What a model is shown: uint8 spectrograms or float32 samples."""


def window_shape(spec: FrontendSpec) -> tuple[int, ...]:
    """``(n_mels, frames)`` of a spectrogram, ``(samples,)`` of a waveform."""
    if spec.kind == "waveform":
        return (round(spec.window_seconds * spec.sample_rate),)
    return (spec.n_mels, spec.frames)


def heard_window(audio: Audio, rate: int, spec: FrontendSpec) -> Shown:
    """One window of mono samples ``[samples]`` as the front end's kind of model hears it."""
    if spec.kind == "waveform":
        return waveform(audio, rate, spec)
    if not spec.resample:
        return spectrogram(audio, rate, spec)
    return spectrogram(resampled(audio, rate, spec.sample_rate), spec.sample_rate, spec)


def resampled(audio: Audio, rate: int, wanted: int) -> Audio:
    """Mono samples ``[samples]`` at ``rate`` brought to ``wanted`` samples a second."""
    if rate == wanted or not len(audio):
        return audio
    import soxr

    converted: Audio = soxr.resample(audio, rate, wanted).astype(np.float32, copy=False)
    return converted


def waveform(audio: Audio, rate: int, spec: FrontendSpec) -> Audio:
    """One window of samples as a waveform model hears it.

    Args:
        audio: mono samples, shape ``[samples]``; what lies past the window is not heard.
        rate: samples a second.
        spec: a front end of kind ``"waveform"``.

    Returns:
        float32 ``[window]`` at the specification's rate, zeros past the end; silence is all zeros.
    """
    (length,) = window_shape(spec)
    out = np.zeros(length, dtype=np.float32)
    if is_silent(audio):
        return out
    enough = audio[: int(np.ceil((spec.window_seconds + 0.1) * rate))]
    heard = resampled(enough, rate, spec.sample_rate)[:length]
    out[: len(heard)] = heard
    return out
