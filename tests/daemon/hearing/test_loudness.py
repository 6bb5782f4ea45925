import numpy as np
import numpy.typing as npt
import pytest

from earmark_daemon.hearing.loudness import loudest, loudness

RATES = (22_050, 44_100, 48_000, 96_000)


def sine(hertz: float, rate: int, seconds: float = 1.0) -> npt.NDArray[np.float32]:
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate).astype(np.float32)


@pytest.mark.parametrize("rate", RATES)
def test_a_full_scale_sine_at_997_hz_has_the_loudness_that_the_standard_states(rate: int) -> None:
    assert loudness(sine(997.0, rate), rate).lufs == pytest.approx(-3.01, abs=0.02)


def test_half_the_amplitude_is_six_decibels_less() -> None:
    whole, half = sine(500.0, 44_100), 0.5 * sine(500.0, 44_100)
    difference = loudness(whole, 44_100).lufs - loudness(half, 44_100).lufs
    assert difference == pytest.approx(6.02, abs=0.01)


def test_the_ear_weighs_lows_less_and_highs_more() -> None:
    low, middle, high = (loudness(sine(f, 48_000), 48_000).lufs for f in (40.0, 997.0, 6000.0))
    assert low < middle - 3.0
    assert high > middle + 3.0


def test_a_tail_of_silence_changes_nothing() -> None:
    sound = sine(300.0, 44_100, 0.5)
    with_tail = np.concatenate([sound, np.zeros(44_100, dtype=np.float32)])
    assert loudness(with_tail, 44_100).lufs == pytest.approx(loudness(sound, 44_100).lufs, abs=0.1)


def test_the_loudest_stretch_is_found_wherever_it_is() -> None:
    audio = 0.01 * sine(300.0, 44_100, 3.0)
    audio[66_150:88_200] *= 50.0
    place = loudest(audio, 44_100, 0.4)
    assert place.start >= 66_150
    assert place.stop <= 88_200


@pytest.mark.parametrize("hertz", [500.0, 1000.0, 5000.0])
@pytest.mark.parametrize("rate", RATES)
def test_the_brightness_of_a_sine_is_its_frequency(hertz: float, rate: int) -> None:
    assert loudness(sine(hertz, rate), rate).brightness == pytest.approx(hertz, rel=0.1)


@pytest.mark.parametrize("seconds", [0.001, 0.005, 0.02, 0.03])
def test_a_single_cycle_has_a_brightness_too(seconds: float) -> None:
    low, high = (loudness(sine(hertz, 44_100, seconds), 44_100) for hertz in (1000.0, 9000.0))
    assert 0.0 < low.brightness < high.brightness


def test_noise_is_as_bright_as_the_middle_of_its_band() -> None:
    noise = np.random.default_rng(0).standard_normal(44_100).astype(np.float32)
    assert loudness(noise, 44_100).brightness == pytest.approx(11_025.0, rel=0.02)
