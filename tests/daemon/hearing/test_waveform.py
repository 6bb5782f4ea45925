"""Windows of samples for models that hear waveforms, and resampling where it is asked for."""

from dataclasses import replace

import numpy as np
import pytest

from earmark_daemon.hearing.frontend import FrontendSpec, spectrogram
from earmark_daemon.hearing.waveform import heard_window, window_shape

SAMPLES = FrontendSpec(
    kind="waveform", sample_rate=16_000, n_fft=1, hop_length=1, n_mels=1, window_seconds=0.5
)


def _tone(pitch: float, rate: int, seconds: float = 1.0) -> np.ndarray:
    return np.sin(2 * np.pi * pitch * np.arange(round(seconds * rate)) / rate).astype(np.float32)


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 96_000])
def test_pitch_survives_at_the_rate_that_the_model_wants(rate):
    heard = heard_window(_tone(1_000.0, rate), rate, SAMPLES)
    assert heard.dtype == np.float32
    assert heard.shape == window_shape(SAMPLES)
    spectrum = np.abs(np.fft.rfft(heard))
    assert spectrum.argmax() * 2 == 1_000
    assert np.abs(heard).max() == pytest.approx(1.0, abs=0.1)


def test_what_lies_past_the_end_is_zero():
    heard = heard_window(_tone(300.0, 16_000, 0.2), 16_000, SAMPLES)
    assert np.abs(heard[:3_200]).max() > 0.9
    assert not heard[3_200:].any()


def test_silence_is_zeros():
    assert not heard_window(np.full(8_000, 1e-6, dtype=np.float32), 16_000, SAMPLES).any()


def test_a_spectrogram_is_resampled_only_if_its_front_end_says_so():
    audio = _tone(1_000.0, 44_100)
    plain = FrontendSpec(window_seconds=0.5)
    np.testing.assert_array_equal(
        heard_window(audio, 44_100, plain), spectrogram(audio, 44_100, plain)
    )
    brought = heard_window(audio, 44_100, replace(plain, resample=True))
    assert brought.shape == window_shape(plain)
    assert (
        abs(int(brought[:, 20].argmax()) - int(spectrogram(audio, 44_100, plain)[:, 20].argmax()))
        <= 1
    )
