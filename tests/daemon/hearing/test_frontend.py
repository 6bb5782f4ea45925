from __future__ import annotations

import numpy as np
import pytest
from tests.daemon.audio_files import thump

from earmark_daemon.hearing.frontend import FrontendSpec, _plan, spectrogram


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_mel_filters_are_those_of_librosa() -> None:
    import librosa

    spec = FrontendSpec()
    plan = _plan(spec, spec.sample_rate)
    theirs = librosa.filters.mel(
        sr=spec.sample_rate, n_fft=plan.n_fft, n_mels=spec.n_mels, fmin=spec.fmin, fmax=spec.fmax
    ).T
    ours = plan.filters * (theirs.sum() / plan.filters.sum())
    assert np.allclose(ours, theirs, atol=1e-3 * theirs.max())


@pytest.mark.parametrize("gain", [0.01, 0.5])
def test_the_level_of_a_recording_does_not_matter(gain: float) -> None:
    audio = thump()[:, 0]
    plain = spectrogram(audio, 44_100, FrontendSpec())
    quieter = spectrogram((gain * audio).astype(np.float32), 44_100, FrontendSpec())
    assert np.abs(plain.astype(int) - quieter.astype(int)).max() <= 1


def test_padding_is_floor() -> None:
    windows = spectrogram(thump(0.1)[:, 0], 44_100, FrontendSpec())
    assert windows.max() == 255
    assert not windows[:, windows.shape[1] // 2 :].any()
