"""Effects and synthesised sounds: finite, audible, and the same for the same dice."""

import numpy as np
import pytest
from benchmarks.accuracy import effects
from benchmarks.accuracy.corpus import LABELS, RATE
from benchmarks.accuracy.pictures import VOICES

from earmark_daemon.hearing.frontend import Audio


def _sound() -> Audio:
    time = np.arange(RATE) / RATE
    return np.asarray(np.sin(2 * np.pi * 220 * time) * np.exp(-4 * time), dtype=np.float32)


@pytest.mark.parametrize("effect", [effect for effect, _ in effects.CHAIN])
def test_each_effect_changes_the_sound_and_repeats(effect: effects.Effect) -> None:
    one, other = (effect(_sound(), np.random.default_rng(1)) for _ in range(2))
    assert one.dtype == np.float32
    assert np.isfinite(one).all()
    assert np.abs(one).max() > 0.01
    np.testing.assert_array_equal(one, other)
    assert len(one) != RATE or not np.allclose(one, _sound(), atol=1e-4)


def test_a_treated_sound_has_peak_one_and_is_no_longer_than_what_is_kept() -> None:
    random = np.random.default_rng(2)
    for _ in range(20):
        changed = effects.treated(_sound(), random, layer=_sound())
        assert np.abs(changed).max() == pytest.approx(1.0, abs=1e-3)
        assert len(changed) <= effects.LONGEST * RATE


def test_silence_stays_finite() -> None:
    assert np.isfinite(effects.treated(np.zeros(RATE, np.float32), np.random.default_rng(3))).all()


@pytest.mark.parametrize("label", sorted(VOICES))
def test_each_voice_sounds_and_repeats(label: str) -> None:
    assert label in LABELS
    voice, count = VOICES[label]
    assert count > 0
    heard = [voice(np.random.default_rng(seed)) for seed in range(6)]
    for wave in heard:
        assert np.isfinite(wave).all()
        assert np.abs(wave).max() > 0.01
        assert RATE * 0.02 < len(wave) < RATE * 4
    np.testing.assert_array_equal(heard[0], voice(np.random.default_rng(0)))
    assert not np.array_equal(heard[0][:600], heard[1][:600])
