from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.daemon.hearing.test_pitch import tone
from tests.daemon.hearing.test_rhythm import beats

from earmark_daemon.hearing.facts import facts, with_fields
from earmark_db.records import Facts, Kind

RATE = 44_100


def of(audio: npt.NDArray[np.float32], path: str = "/p/x.wav") -> Facts:
    return facts([audio], RATE, path)


def fields(
    found: Facts, metadata: Mapping[str, Any], path: str = "/p/x.wav", seconds: float = 8.0
) -> Facts:
    return with_fields(found, metadata, path, seconds)


def test_a_tonal_one_shot() -> None:
    found = of(tone(92.5))
    assert (found.kind, found.bpm, found.key, found.pitch) == (Kind.ONE_SHOT, None, None, "F#2")
    assert found.loudness is not None
    assert found.brightness is not None


def test_a_loop_has_a_tempo_and_no_pitch() -> None:
    found = of(beats(128.0))
    assert (found.kind, found.bpm, found.pitch) == (Kind.LOOP, 128.0, None)


def test_what_the_maker_wrote_outranks_what_is_heard() -> None:
    found = of(beats(85.0), "/p/Loop 170bpm F#min.wav")
    assert (found.bpm, found.key) == (170.0, "F#m")


def test_a_bare_number_counts_where_it_fits_what_is_heard() -> None:
    assert of(beats(85.0), "/p/drums 170.wav").bpm == 170.0
    assert of(beats(128.0, count=15), "/p/drums 99.wav").bpm == 128.0


def test_a_bare_number_counts_in_a_loop_that_lasts_whole_beats_of_it() -> None:
    drone = tone(110.0, seconds=16 * 60 / 97)
    assert of(drone, "/Loops/drone 97.wav").bpm == 97.0
    assert of(drone, "/Loops/drone 101.wav").bpm is None


def test_a_tempo_in_the_name_makes_a_phrase_a_loop_but_not_a_short_hit() -> None:
    assert of(tone(220.0, seconds=3.0), "/p/Phrase 136 BPM.wav").kind is Kind.LOOP
    assert of(tone(220.0, seconds=0.5), "/p/Kick 136 BPM.wav").kind is Kind.ONE_SHOT


def test_a_one_shot_that_is_called_one_has_no_tempo() -> None:
    found = of(beats(128.0), "/Drums - One Shot/roll 128bpm.wav")
    assert (found.kind, found.bpm) == (Kind.ONE_SHOT, None)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/p/One Shots/Drums/Kick/Kick A.wav", Kind.ONE_SHOT),
        ("/p/VND_one_shots/drums/kicks/roll.wav", Kind.ONE_SHOT),
        ("/Loops/One Shots/Kicks/Kick A.wav", Kind.ONE_SHOT),
        ("/One Shots/Loops & One Shots/Kicks/Kick A.wav", Kind.ONE_SHOT),
        ("/One Shots/a/b/c/d/Kick A.wav", Kind.LOOP),
    ],
)
def test_a_farther_folder_may_say_that_a_sound_with_a_pulse_is_a_one_shot(
    path: str, kind: Kind
) -> None:
    assert of(beats(128.0), path).kind is kind


def test_a_farther_folder_may_say_that_a_sound_without_a_pulse_is_a_loop() -> None:
    drone = tone(220.0, seconds=3.0)
    assert of(drone, "/Loops/Drums/Break 120.wav").kind is Kind.LOOP
    assert of(drone, "/Prime Loops/Drums/Break 120.wav").kind is Kind.ONE_SHOT


def test_a_long_recording_is_neither() -> None:
    long = np.tile(beats(120.0), 4)
    assert len(long) > 30 * RATE
    for stretches in ([long], [beats(120.0)] * 10):
        found = facts(stretches, RATE, "/p/x.wav")
        assert (found.kind, found.bpm, found.pitch) == (None, None, None)
        assert found.loudness is not None


@pytest.mark.parametrize(
    ("name", "kind", "bpm"),
    [
        ("Full Mix Loop 120 BPM Am", Kind.LOOP, 120.0),
        ("Full Mix Loop 120", Kind.LOOP, 120.0),
        ("Full Mix Loop", Kind.LOOP, None),
        ("Stem 32 bars 120bpm", Kind.LOOP, 120.0),
        ("A Song (121 BPM)", None, 121.0),
        ("One Shot 120bpm", None, None),
        ("Rain 120", None, None),
        ("My Song 240bpm", None, 240.0),
    ],
)
def test_what_the_maker_wrote_holds_for_a_long_one_too(
    name: str, kind: Kind | None, bpm: float | None
) -> None:
    long = np.tile(beats(120.0), 8)
    for found in (
        facts([long], RATE, f"/p/{name}.wav"),
        facts([beats(120.0)] * 4, RATE, f"/p/{name}.wav", len(long) / RATE),
    ):
        assert (found.kind, found.bpm, found.pitch) == (kind, bpm, None)


def test_silence_has_no_facts_but_what_is_written() -> None:
    silent = np.zeros(RATE, dtype=np.float32)
    assert of(silent, "/p/Bass Am.wav") == Facts(key="Am")


def test_fields_of_the_file_outrank_what_is_heard() -> None:
    loop = of(beats(128.0))
    stated = fields(loop, {"bpm": 64.0, "key": "Bbm"})
    assert stated == replace(loop, bpm=64.0, key="A#m")
    assert fields(loop, {"bpm": 999.0, "key": "??"}) == loop
    assert fields(loop, {}) == loop


def test_a_tempo_field_makes_a_loop_of_what_lasts_some_beats() -> None:
    shot = replace(of(tone(92.5)), key="Am")
    stated = fields(shot, {"bpm": 120.0}, seconds=4.0)
    assert stated == replace(shot, kind=Kind.LOOP, bpm=120.0, pitch=None)


@pytest.mark.parametrize(
    ("path", "seconds"),
    [
        *(("/p/x.wav", 1.7), ("/p/one shot.wav", 4.0), ("/One-Shots/x.wav", 4.0)),
        ("/p/One-Shots/Cymbals/crash.wav", 4.0),
    ],
)
def test_a_tempo_field_means_nothing_for_a_one_shot(path: str, seconds: float) -> None:
    shot = of(tone(92.5))
    assert fields(shot, {"bpm": 120.0}, path, seconds) == shot


def test_a_tempo_field_of_a_song_does_not_make_it_a_loop() -> None:
    song = of(np.tile(beats(120.0), 4))
    assert fields(song, {"bpm": 120.0}, seconds=32.0) == replace(song, bpm=120.0)


def test_a_name_that_is_no_text_does_no_harm() -> None:
    assert of(tone(92.5), "/p/\udcff\udcfe.wav").pitch == "F#2"


@settings(max_examples=60, deadline=None)
@given(
    rate=st.sampled_from([1, 7, 100, 8000, 44_100, 192_000]),
    count=st.integers(1, 3000),
    seed=st.integers(0, 9),
    scale=st.sampled_from([1e-4, 1.0, 1e4]),
)
def test_any_audio_has_finite_facts(rate: int, count: int, seed: int, scale: float) -> None:
    noise = np.random.default_rng(seed).standard_normal(count) * scale
    found = facts([noise.astype(np.float32)], rate, "x")
    assert np.isfinite([found.loudness or 0.0, found.brightness or 0.0]).all()


@pytest.mark.parametrize("count", [1, 2, 100])
def test_a_few_samples_are_a_one_shot(count: int) -> None:
    assert of(np.ones(count, dtype=np.float32)).kind is Kind.ONE_SHOT
