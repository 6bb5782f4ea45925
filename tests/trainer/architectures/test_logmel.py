"""The ensemble's own spectrogram is the client's spectrogram."""

import numpy as np
import torch

from earmark_daemon.hearing.frontend import FrontendSpec, spectrogram
from earmark_trainer.architectures.logmel import LogMel
from earmark_trainer.architectures.registry import architecture


def _sound(seconds: float) -> np.ndarray:
    time = np.arange(round(seconds * 16_000)) / 16_000
    noise = np.random.default_rng(5).normal(scale=0.01, size=time.size)
    sweep = np.sin(2 * np.pi * (100 + 900 * time) * time) * np.exp(-time)
    return (sweep + noise).astype(np.float32)


def test_same_numbers_as_the_client():
    audio = _sound(4.0)
    mel = architecture("mel-1d").with_window(4.5)
    expected = spectrogram(audio, 16_000, FrontendSpec.from_dict(dict(mel.frontend)))
    heard = LogMel(extra_frames=10)(torch.from_numpy(audio)[None])[0].numpy()
    assert heard.shape == expected.shape == (128, 90)
    differences = np.abs(heard - expected.astype(np.float32))
    assert differences.max() <= 1
    assert (differences > 0).mean() < 0.01


def test_silence_is_all_zeros():
    assert not LogMel()(torch.zeros(1, 8_000)).any()
