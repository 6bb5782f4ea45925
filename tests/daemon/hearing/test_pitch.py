import numpy as np
import numpy.typing as npt
import pytest

from earmark_daemon.hearing.pitch import note_name, pitch

RATE = 44_100


def tone(
    hertz: float, partials: int = 6, seconds: float = 0.5, rate: int = RATE
) -> npt.NDArray[np.float32]:
    time = np.arange(round(seconds * rate)) / rate
    waves = [np.sin(2 * np.pi * hertz * n * time + n) / n for n in range(1, partials + 1)]
    return np.asarray(0.3 * np.sum(waves, axis=0) * np.exp(-3.0 * time), dtype=np.float32)


@pytest.mark.parametrize("midi", range(24, 97, 5))
@pytest.mark.parametrize("rate", [32_000, 44_100, 96_000])
def test_the_note_of_a_tone_is_found_to_a_fraction_of_a_semitone(midi: int, rate: int) -> None:
    found = pitch(tone(440.0 * 2 ** ((midi - 69) / 12), rate=rate), rate)
    assert found == pytest.approx(midi, abs=0.15)


def test_a_missing_fundamental_is_heard() -> None:
    time = np.arange(RATE) / RATE
    audio = sum(np.sin(2 * np.pi * 110.0 * n * time) for n in (2, 3, 4, 5))
    assert pitch(np.asarray(audio, dtype=np.float32), RATE) == pytest.approx(45.0, abs=0.1)


def test_noise_has_no_pitch() -> None:
    noise = np.random.default_rng(0).standard_normal(RATE).astype(np.float32)
    assert pitch(noise, RATE) is None


def test_a_falling_tone_has_no_pitch() -> None:
    time = np.arange(RATE // 2) / RATE
    phase = 2 * np.pi * np.cumsum(60.0 + 900.0 * np.exp(-12.0 * time)) / RATE
    assert pitch(np.sin(phase).astype(np.float32), RATE) is None


def test_a_sound_that_is_too_short_has_no_pitch() -> None:
    assert pitch(tone(440.0, seconds=0.05), RATE) is None


def test_notes_are_named_as_musicians_write_them() -> None:
    assert [note_name(midi) for midi in (21, 60, 61, 69)] == ["A0", "C4", "C#4", "A4"]
