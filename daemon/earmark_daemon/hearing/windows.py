"""Which stretches of a sound are heard: one for a one-shot, several for anything longer."""

from __future__ import annotations

import numpy as np

from earmark_daemon.errors import fail
from earmark_daemon.hearing.frontend import Audio, FrontendSpec, is_silent, onset
from earmark_daemon.hearing.samples import Sound
from earmark_daemon.hearing.waveform import Shown, heard_window, window_shape

MOST_WINDOWS = 10
"""A longer file is heard in this many windows, spread evenly over it."""

QUIET_DB = -30.0
"""Windows that are quieter than the loudest one by more than this do not count."""


def heard_stretches(sound: Sound, spec: FrontendSpec) -> list[Audio]:
    """The mono samples that are heard: all of a sound, or excerpts of a long one.

    Raises:
        EarmarkError: there is no sample in it, or the audio is damaged.
    """
    length = round(spec.window_seconds * sound.info.sample_rate)
    if sound.info.samples <= MOST_WINDOWS * length:
        stretches = [sound.read(0, sound.info.samples)]
    else:
        starts = np.linspace(0, sound.info.samples - length, MOST_WINDOWS).astype(int)
        stretches = [sound.read(int(start), length) for start in starts]
    if not any(len(stretch) for stretch in stretches):
        raise fail("no-samples", "There is no sound in it: it holds 0 samples.")
    return stretches


def heard_windows(stretches: list[Audio], rate: int, spec: FrontendSpec) -> Shown:
    """The log-mel spectrograms of a sound's windows, or their samples.

    Args:
        stretches: what `heard_stretches` gave.
        rate: samples a second.
        spec: the front end.

    Returns:
        Shape ``[windows, n_mels, frames]``, uint8, or
        ``[windows, samples]``, float32; no window at all for a sound that is silent.
    """
    whole = len(stretches) == 1
    windows = _cut(stretches[0], rate, round(spec.window_seconds * rate)) if whole else stretches
    loud = _loud_ones([window for window in windows if not is_silent(window)])
    if not loud:
        kind = np.float32 if spec.kind == "waveform" else np.uint8
        return np.zeros((0, *window_shape(spec)), dtype=kind)
    return np.stack([heard_window(stretch, rate, spec) for stretch in loud])


def _cut(audio: Audio, rate: int, length: int) -> list[Audio]:
    """Windows side by side from the onset; a short rest at the end is not worth one."""
    sounding = audio[onset(audio, rate) :]
    count = max(1, round(len(sounding) / length))
    return [sounding[index * length : (index + 1) * length] for index in range(count)]


def _loud_ones(stretches: list[Audio]) -> list[Audio]:
    levels = [float(np.sqrt(np.mean(np.square(stretch)))) for stretch in stretches]
    least = max(levels, default=0.0) * 10.0 ** (QUIET_DB / 20.0)
    return [stretch for stretch, level in zip(stretches, levels, strict=True) if level >= least]
