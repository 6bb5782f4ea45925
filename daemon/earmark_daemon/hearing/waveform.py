"""Audio at another rate, for the front ends that ask for one; most do not.

Resampling is by soxr, loaded only when a rate differs.
"""

from __future__ import annotations

import numpy as np

from earmark_daemon.hearing.frontend import Audio, FrontendSpec, is_silent


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
    length = round(spec.window_seconds * spec.sample_rate)
    out = np.zeros(length, dtype=np.float32)
    if is_silent(audio):
        return out
    enough = audio[: int(np.ceil((spec.window_seconds + 0.1) * rate))]
    heard = resampled(enough, rate, spec.sample_rate)[:length]
    out[: len(heard)] = heard
    return out
