import numpy as np
import numpy.typing as npt
import pytest

from earmark_daemon.hearing.rhythm import rhythm

RATE = 44_100
CUT_AT_BARS = [
    (90.0, "x--xx-x-x-xxx--x"),
    (180.0, "x-x-x-xxx-x-x-x-"),
    (105.0, "x--x--x---x-x---"),
]


def beats(bpm: float, count: int = 16, rate: int = RATE) -> npt.NDArray[np.float32]:
    """A loop of whole beats: a burst of noise on each, a louder one on every fourth."""
    random = np.random.default_rng(1)
    audio = np.zeros(round(60.0 / bpm * count * rate), dtype=np.float32)
    burst = random.standard_normal(rate // 10) * np.exp(-np.arange(rate // 10) / (rate / 50))
    for beat in range(count):
        start = round(60.0 / bpm * beat * rate)
        part = audio[start : start + len(burst)]
        part += (0.5 if beat % 4 else 1.0) * burst[: len(part)]
    return audio


@pytest.mark.parametrize("bpm", [92.0, 97.3, 110.0, 128.0, 140.0, 174.0])
@pytest.mark.parametrize("rate", [22_050, 44_100, 96_000])
def test_the_tempo_of_a_loop_is_found_exactly(bpm: float, rate: int) -> None:
    found = rhythm(beats(bpm, rate=rate), rate)
    assert found is not None
    assert found.loops
    assert found.bpm == pytest.approx(bpm, abs=0.05)


def bars(bpm: float, steps: str, count: int = 4) -> npt.NDArray[np.float32]:
    """Whole bars of sixteenths: a burst of noise wherever ``steps`` has an x."""
    random = np.random.default_rng(2)
    audio = np.zeros(round(240.0 / bpm * count * RATE), dtype=np.float32)
    burst = random.standard_normal(RATE // 10) * np.exp(-np.arange(RATE // 10) / (RATE / 50))
    for step in range(16 * count):
        if steps[step % 16] == "x":
            start = round(15.0 / bpm * step * RATE)
            part = audio[start : start + len(burst)]
            part += burst[: len(part)]
    return audio


@pytest.mark.parametrize(("bpm", "steps"), CUT_AT_BARS)
def test_of_tempos_that_pulse_alike_that_is_taken_at_which_the_loop_lasts_whole_beats(
    bpm: float, steps: str
) -> None:
    found = rhythm(bars(bpm, steps), RATE)
    assert found is not None
    assert found.bpm == pytest.approx(bpm, abs=0.05)


def test_one_hit_with_a_long_tail_is_no_loop() -> None:
    time = np.arange(3 * RATE) / RATE
    noise = np.random.default_rng(0).standard_normal(len(time))
    audio = (noise * np.exp(-2.0 * time)).astype(np.float32)
    found = rhythm(audio, RATE)
    assert found is None or not found.loops


def test_a_steady_tone_is_no_loop() -> None:
    audio = np.sin(2 * np.pi * 55.0 * np.arange(4 * RATE) / RATE).astype(np.float32)
    found = rhythm(audio, RATE)
    assert found is None or not found.loops


def test_hits_without_a_beat_do_not_loop() -> None:
    random = np.random.default_rng(5)
    audio = np.zeros(6 * RATE, dtype=np.float32)
    burst = random.standard_normal(2000).astype(np.float32)
    for start in random.integers(0, len(audio) - len(burst), 12):
        audio[start : start + len(burst)] += burst
    found = rhythm(audio, RATE)
    assert found is None or not found.loops


def test_a_short_sound_has_no_tempo() -> None:
    assert rhythm(beats(170.0, 2), RATE) is None
