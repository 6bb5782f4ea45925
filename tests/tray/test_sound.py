from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile
from miniaudio import Backend

from earmark_tray.sound.clip import Clip
from earmark_tray.sound.decode import RATE, Unplayable, blocks
from earmark_tray.sound.pictures import BANDS, COLUMNS, picture
from earmark_tray.sound.player import Player


def tone(path: Path, seconds: float = 0.5, rate: int = 44_100, hertz: float = 440.0) -> str:
    time = np.arange(int(seconds * rate)) / rate
    soundfile.write(path, 0.5 * np.sin(2 * np.pi * hertz * time), rate)
    return str(path)


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("seconds", [0.01, 1.3])
def test_everything_comes_at_the_devices_rate(tmp_path: Path, rate: int, seconds: float) -> None:
    heard = np.concatenate(list(blocks(tone(tmp_path / "a.wav", seconds, rate))))
    assert abs(len(heard) - seconds * RATE) <= 2
    assert np.array_equal(heard[:, 0], heard[:, 1])
    if seconds > 1:
        assert heard.max() == pytest.approx(0.5, abs=0.02)


def test_a_file_that_is_gone_or_no_sound_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(Unplayable, match="not there"):
        list(blocks(str(tmp_path / "gone.wav")))
    (tmp_path / "text.wav").write_text("no sound")
    with pytest.raises(Unplayable):
        list(blocks(str(tmp_path / "text.wav")))
    clip = Clip(str(tmp_path / "text.wav"))
    clip.fill()
    assert clip.complete
    assert clip.problem


def test_a_picture_shows_when_it_is_loud_and_how_high(tmp_path: Path) -> None:
    silence, time = np.zeros(RATE // 2), np.arange(RATE // 2) / RATE
    soundfile.write(
        tmp_path / "a.wav", np.concatenate([silence, np.sin(2 * np.pi * 5000 * time)]), RATE
    )
    seen = picture(str(tmp_path / "a.wav"))
    assert seen.outline[: COLUMNS // 2 - 1].max() == 0.0
    assert seen.outline[COLUMNS // 2 + 1 :].min() > 0.9
    loudest = seen.spectrogram[:, COLUMNS * 3 // 4].argmax()
    band = BANDS * np.log(5000 / 40) / np.log(18_000 / 40)
    assert abs(loudest - band) <= 1.5


@pytest.mark.parametrize("samples", [0, 1, 100])
def test_hardly_any_sound_has_a_picture_too(tmp_path: Path, samples: int) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(samples), RATE)
    seen = picture(str(tmp_path / "a.wav"))
    assert seen.outline.max() == 0.0
    assert seen.spectrogram.max() == 0


def test_the_newest_choice_plays_alone_and_to_its_end(tmp_path: Path) -> None:
    paths = [tone(tmp_path / f"{n}.wav", 0.2) for n in range(3)]
    started: list[str] = []
    last = threading.Event()

    def begins(path: str, _: float) -> None:
        started.append(path)
        if path == paths[-1]:
            last.set()

    player = Player([Backend.NULL], begins)
    for path in paths:
        player.play(path)
    assert last.wait(30)
    assert started[-1] == paths[-1]
    assert player.complaint is None
    player.close()
