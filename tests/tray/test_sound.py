from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import soxr
from miniaudio import Backend
from pytestqt.qtbot import QtBot
from tests.tray.learning import PACK
from tests.waiting import until

from earmark_tray.sound.clip import Clip
from earmark_tray.sound.decode import RATE, Unplayable, blocks
from earmark_tray.sound.device import NoDevice, device_names, open_device
from earmark_tray.sound.pictures import BANDS, COLUMNS, picture
from earmark_tray.sound.player import Player
from earmark_tray.windows import thumbnails
from earmark_tray.windows.thumbnails import Thumbnails


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


def test_a_file_whose_rate_cannot_be_true_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "slow.wav"
    soundfile.write(path, np.zeros(100_000), 1)
    for read in (lambda: next(blocks(str(path))), lambda: picture(str(path))):
        with pytest.raises(Unplayable, match="damaged"):
            read()


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


def silence_and_tone(path: Path, silent: int, loud: int, rate: int = 8_000) -> str:
    """So many seconds of nothing, then of something."""
    time = np.arange(loud * rate) / rate
    heard = [np.zeros(silent * rate), 0.5 * np.sin(2 * np.pi * 1000 * time)]
    soundfile.write(path, np.concatenate(heard), rate)
    return str(path)


def as_mp4(path: str) -> str:
    """The same in a format that only ffmpeg reads."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("needs ffmpeg")
    other = path.replace(".wav", ".m4a")
    subprocess.run(["ffmpeg", "-v", "error", "-i", path, other], check=True)
    return other


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.mp3", "a.m4a"])
def test_a_long_sound_is_seen_to_its_end_and_heard_from_anywhere(tmp_path: Path, name: str) -> None:
    path = silence_and_tone(tmp_path / name.replace("m4a", "wav"), 60, 20)
    if name == "a.m4a":
        path = as_mp4(path)
    seen = picture(path)
    assert seen.outline[: COLUMNS * 3 // 4 - 2].max() < 0.1
    assert seen.outline[COLUMNS * 3 // 4 + 2 : -2].min() > 0.8
    loudest = seen.spectrogram[:, -COLUMNS // 8].argmax()
    assert abs(loudest - BANDS * np.log(1000 / 40) / np.log(18_000 / 40)) <= 1.5
    before, after = (np.abs(next(blocks(path, second))).max() for second in (50.0, 62.0))
    assert before < 0.1
    assert after > 0.3
    assert sum(map(len, blocks(path, 70.0))) == pytest.approx(10 * RATE, abs=RATE / 4)


def test_a_click_far_into_a_long_sound_is_heard(tmp_path: Path) -> None:
    path = silence_and_tone(tmp_path / "a.wav", 150, 5)
    player = Player([Backend.NULL])
    player._open = lambda: None  # type: ignore[method-assign]
    player.play(path)
    player.play(path, 151.0)
    until(lambda: not player.decoding, "there is something to hear")
    assert peak_of(player, RATE // 10) == pytest.approx(0.5, abs=0.05)
    assert player.seconds == pytest.approx(151.1)
    player.play(path, 1.0)
    until(lambda: not player.decoding, "there is something to hear")
    assert player._clip is not None
    assert player._clip.first == 0
    player.close()


def test_a_file_that_was_rendered_anew_is_heard_and_seen_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(thumbnails, "_TRUE_SECONDS", 0.0)
    path, shown = tone(tmp_path / "a.wav"), Thumbnails()
    player = Player([Backend.NULL])
    player._open = lambda: None  # type: ignore[method-assign]
    shown.get(path)
    qtbot.waitUntil(lambda: shown.get(path) is not None, timeout=30_000)
    first = shown.get(path)
    player.play(path)
    until(lambda: not player.decoding, "there is something to hear")
    assert peak_of(player, 100) > 0.0
    soundfile.write(path, np.zeros(RATE), RATE)
    player.play(path)
    until(lambda: not player.decoding, "there is something to hear")
    assert peak_of(player, RATE // 2) < 0.1, "only what fades out of the old one"
    qtbot.waitUntil(lambda: shown.get(path) is not first, timeout=30_000)
    kept = shown.get(path)
    assert kept is not None
    assert kept.outline.max() == 0.0
    player.close()
    shown.close()


def test_what_was_decoded_is_kept_by_its_length_but_for_what_plays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("earmark_tray.sound.player._KEPT_SECONDS", 30.0)
    player = Player([Backend.NULL])
    player._open = lambda: None  # type: ignore[method-assign]
    long = silence_and_tone(tmp_path / "long.wav", 0, 20)
    player.play(long)
    clip = player._clip
    assert clip is not None
    until(lambda: clip.complete, "the sound is decoded")
    paths = [tone(tmp_path / f"{number}.wav") for number in range(5)]
    for path in paths:
        player.prepare(path)
    assert list(player._clips) == [long, paths[-1]]
    player.play(paths[-1])
    player.prepare(paths[0])
    assert list(player._clips) == [paths[-1], paths[0]]
    player.close()


@pytest.mark.parametrize("samples", [0, 1, 100])
def test_hardly_any_sound_has_a_picture_too(tmp_path: Path, samples: int) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(samples), RATE)
    seen = picture(str(tmp_path / "a.wav"))
    assert seen.outline.max() == 0.0
    assert seen.spectrogram.max() == 0


def peak_of(player: Player, count: int = RATE // 4) -> float:
    return float(np.abs(player._next(count)).max())


def test_matched_levels_bring_loud_and_quiet_together_but_never_clip(tmp_path: Path) -> None:
    path = tone(tmp_path / "a.wav")
    player = Player([Backend.NULL])
    clip = player._get(path)
    until(lambda: clip.complete, "the sound is decoded")
    player._open = lambda: None  # type: ignore[method-assign]
    heard = {}
    for matched, loudness in ((False, -6.0), (True, -6.0), (True, -26.0), (True, -60.0)):
        player.matched = matched
        player.play(path, loudness=loudness)
        heard[matched, loudness] = peak_of(player)
    assert heard[False, -6.0] == pytest.approx(0.5, abs=0.01)
    assert heard[True, -6.0] == pytest.approx(0.5 * 10 ** (-14 / 20), rel=0.02)
    assert heard[True, -26.0] == pytest.approx(0.5 * 10 ** (6 / 20), rel=0.02)
    assert heard[True, -60.0] == pytest.approx(1.0, abs=0.01)
    player.close()


def test_a_loop_goes_on_without_a_gap(tmp_path: Path) -> None:
    path = tone(tmp_path / "a.wav", seconds=0.1)
    player = Player([Backend.NULL])
    clip = player._get(path)
    until(lambda: clip.complete, "the sound is decoded")
    player._open = lambda: None  # type: ignore[method-assign]
    player.loop = True
    player.play(path)
    heard = player._next(3 * clip.ready)
    once = clip.samples[: clip.ready]
    assert np.array_equal(heard, np.concatenate([once, once, once]))
    player.loop = False
    assert np.array_equal(player._next(clip.ready), np.zeros_like(once))
    player.close()


def test_a_player_that_was_closed_stays_silent(tmp_path: Path) -> None:
    player = Player([Backend.NULL])
    player.close()
    player.prepare(tone(tmp_path / "next.wav"))
    player.play(tone(tmp_path / "one.wav"))
    assert not player.decoding
    assert player.seconds is None


def test_a_device_that_is_not_there_is_told_and_the_systems_is_taken() -> None:
    def silence() -> Generator[Any, int, None]:
        count = yield b""
        while True:
            count = yield np.zeros((count, 2), dtype=np.float32)

    names = device_names([Backend.NULL])
    for name in ("", names[0], "Headphones"):
        source = silence()
        next(source)
        device, said = open_device(name, source, [Backend.NULL])
        device.close()
        assert (said is None) is (name != "Headphones"), name
    assert "Headphones" in str(said)
    with pytest.raises(NoDevice, match="no audio device"):
        open_device("", silence(), [Backend.WASAPI])


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


@pytest.mark.parametrize("name", ["Bass Finger E1.mp3", "Cello Solo G2.mp3"])
def test_an_mp3_plays_without_gaps(name: str) -> None:
    (path,) = PACK.rglob(name)
    whole, rate = soundfile.read(path, dtype="float32", always_2d=True)
    wanted = soxr.resample(np.repeat(whole, 2, axis=1)[:, :2], rate, RATE, quality="MQ")
    played = np.concatenate(list(blocks(str(path))))
    assert len(played) == len(wanted)
    assert np.abs(played - wanted).max() < 0.01
