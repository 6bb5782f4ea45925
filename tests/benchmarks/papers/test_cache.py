"""What a collection sounds like is computed once, goes on where it stopped, and tells the bad."""

import numpy as np
import pytest
from benchmarks.papers.loaders import folders
from tests.benchmarks.papers.sounds import tone, write

from benchmarks.papers import cache
from earmark_daemon.hearing.frontend import FrontendSpec, spectrogram

SPEC = FrontendSpec(window_seconds=0.3)
WAVEFORM = FrontendSpec(
    kind="waveform", sample_rate=8_000, n_fft=1, hop_length=1, n_mels=1, window_seconds=0.3
)


@pytest.fixture
def collection(tmp_path):
    for number in range(4):
        write(tmp_path / "sounds" / "low" / f"{number}.wav", 200.0)
        write(tmp_path / "sounds" / "high" / f"{number}.wav", 2000.0)
    return folders.load(tmp_path / "sounds")


def test_spectrograms_are_the_clients(collection, tmp_path):
    kept = cache.heard(collection, SPEC, tmp_path)
    expected = spectrogram(tone(2000.0), 16_000, SPEC)
    difference = np.abs(kept.clips[0].astype(int) - expected.astype(int))
    assert difference.mean() < 1
    assert kept.readable.all()


def test_waveforms_come_at_the_rate_that_the_model_wants(collection, tmp_path):
    kept = cache.heard(collection, WAVEFORM, tmp_path)
    assert kept.clips.shape == (8, 2_400)
    assert kept.clips.dtype == np.float32
    spectrum = np.abs(np.fft.rfft(kept.clips[0]))
    assert spectrum.argmax() * 8_000 / 2_400 == pytest.approx(2000.0, abs=10)


def test_a_second_run_decodes_nothing(collection, tmp_path, monkeypatch):
    first = np.array(cache.heard(collection, SPEC, tmp_path).clips)
    monkeypatch.setattr(cache, "open_sound", None)
    again = cache.heard(collection, SPEC, tmp_path)
    np.testing.assert_array_equal(again.clips, first)


def test_a_stopped_run_goes_on_where_it_stopped(collection, tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "_FLUSH_EVERY", 1)

    def stop(done, _):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.heard(collection, SPEC, tmp_path, on_progress=stop)
    told = []
    kept = cache.heard(collection, SPEC, tmp_path, on_progress=lambda done, _: told.append(done))
    assert told == list(range(4, 9))
    assert kept.readable.all()
    assert all(clip.any() for clip in kept.clips)


def test_an_unreadable_file_is_told_apart(collection, tmp_path):
    collection.paths[2].write_bytes(b"")
    kept = cache.heard(collection, SPEC, tmp_path)
    assert kept.readable.tolist() == [True, True, False, *[True] * 5]


def test_several_windows_cover_a_longer_sound(tmp_path):
    write(tmp_path / "sounds" / "a" / "long.wav", 400.0, seconds=1.2)
    write(tmp_path / "sounds" / "b" / "short.wav", 400.0, seconds=0.3)
    kept = cache.heard(folders.load(tmp_path / "sounds"), SPEC, tmp_path, windows=3)
    assert kept.clips.shape[0] == 6
    assert not np.array_equal(kept.clips[0], kept.clips[2])
    np.testing.assert_array_equal(kept.clips[3], kept.clips[5])
