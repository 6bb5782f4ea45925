"""The front end's numbers are part of every model: they may not drift.

The golden spectrogram is of a made-up sound. ``python -m tests.contract.test_frontend_golden``
writes it anew, which makes every model trained before it deaf.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from earmark_daemon.hearing.frontend import FrontendSpec, spectrogram

GOLDEN = Path(__file__).parent / "golden" / "spectrogram.npz"
SECONDS = 1.2


def made_up_sound(rate: int) -> npt.NDArray[np.float32]:
    """A plucked chord and a falling tone, the same in continuous time at any rate."""
    time = np.arange(round(SECONDS * rate)) / rate
    total = np.zeros_like(time)
    for number, pitch in enumerate((82.4, 123.5, 207.7, 1661.2, 5200.0, 9100.0)):
        strike = np.clip((time - 0.05 * number) / 0.004, 0.0, 1.0)
        total += strike * np.exp(-time * (2.0 + number)) * np.sin(2 * np.pi * pitch * time)
    falling = 2 * np.pi * (300.0 * time + 2200.0 / 6.0 * (1 - np.exp(-6.0 * time)))
    total += 0.5 * np.exp(-3.0 * time) * np.sin(falling)
    return (0.3 * total).astype(np.float32)


def test_the_picture_is_the_golden_one() -> None:
    with np.load(GOLDEN) as golden:
        picture = spectrogram(made_up_sound(44_100), 44_100, FrontendSpec())
        off = np.abs(picture.astype(int) - golden["picture"].astype(int))
    # Fourier transforms of other processors may round a cell to its neighbour.
    assert off.max() <= 1
    assert (off > 0).mean() < 0.01


def test_the_default_front_end_is_the_golden_one() -> None:
    with np.load(GOLDEN) as golden:
        assert str(golden["spec"]) == str(FrontendSpec().to_dict())


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
def test_the_same_sound_at_another_rate_gives_the_same_picture(rate: int) -> None:
    spec = FrontendSpec()
    one = spectrogram(made_up_sound(32_000), 32_000, spec).astype(float)
    other = spectrogram(made_up_sound(rate), rate, spec).astype(float)
    heard = (one > 60) | (other > 60)
    assert heard.sum() > 1000
    assert np.abs(one - other)[heard].mean() < 3.0


def test_level_does_not_matter() -> None:
    spec, sound = FrontendSpec(), made_up_sound(44_100)
    one, quiet = (spectrogram(sound * gain, 44_100, spec) for gain in (1.0, 0.01))
    assert np.abs(one.astype(int) - quiet.astype(int)).max() <= 1


if __name__ == "__main__":
    GOLDEN.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        GOLDEN,
        picture=spectrogram(made_up_sound(44_100), 44_100, FrontendSpec()),
        spec=str(FrontendSpec().to_dict()),
    )
