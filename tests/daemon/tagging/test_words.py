"""Which words name a thing, in many languages, and which only look like it."""

from __future__ import annotations

import pytest
from tests.daemon.tagging.clues import plainest, said

from earmark_daemon.tagging.lexicon import Grade
from earmark_daemon.tagging.names import Place, evidence


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("BD_01.wav", "kick"),
        ("BassDrum3.wav", "kick"),
        ("Kik Deep.aif", "kick"),
        ("bass drum hard.wav", "kick"),
        ("808bd.wav", "kick"),
        ("808 Kick Long.wav", "kick"),
        ("SNR12.wav", "snare"),
        ("Snare Roll 140bpm.wav", "snare"),
        ("Caisse Claire 2.wav", "snare"),
        ("Große Trommel.wav", "kick"),
        ("HHClosed.wav", "hihat"),
        ("open hat 4.wav", "hihat"),
        ("hatClosed_l1_r0.mp3", "hihat"),
        ("chh9.wav", "hihat"),
        ("CYM-RD-01.wav", "cymbal"),
        ("Ride_Bell.wav", "cymbal"),
        ("Floor Tom 16.wav", "tom"),
        ("hand-clap.wav", "clap"),
        ("Steel Drum C4.wav", "percussion"),
        ("Cowbell.wav", "percussion"),
        ("Tambourines.wav", "percussion"),
        ("Pauke.wav", "percussion"),
        ("bass guitar E1.wav", "bass"),
        ("guitar bass.wav", "bass"),
        ("SubBass_F.wav", "bass"),
        ("808 F#.wav", "bass"),
        ("GTR_Clean.wav", "guitar"),
        ("nylon guitarra.wav", "guitar"),
        ("Electric Piano.wav", "keys"),
        ("Rhodes.wav", "keys"),
        ("Orgel.wav", "keys"),
        ("Cello Legato.wav", "strings"),
        ("Violín.wav", "strings"),
        ("French Horn A2.wav", "brass"),
        ("Trompete.wav", "brass"),
        ("tenorsax.wav", "woodwind"),
        ("English Horn.wav", "woodwind"),
        ("Querflöte.wav", "woodwind"),
        ("Synth Lead.wav", "synth"),
        ("Pad Warm.wav", "synth"),
        ("VOX_Chop_03.wav", "vocal"),
        ("vocal chop fx.wav", "vocal"),
        ("White Noise.wav", "fx"),
        ("Riser 8 bars.wav", "fx"),
        ("Bass Drop.wav", "fx"),
        ("Reverse FX.wav", "fx"),
        ("HHCD0.wav", "hihat"),
        ("HandClp1.wav", "clap"),
        ("Wurly Lofi.wav", "keys"),
        ("Orch Hit.wav", "strings"),
        ("Bass Clar.wav", "woodwind"),
        ("Log Drum Amapiano.wav", "percussion"),
        ("OPCL1.WAV", "hihat"),
        ("congahh.wav", "percussion"),
        ("tomll.wav", "tom"),
        ("12 String Dream.wav", "guitar"),
        ("12 Strings Legato.wav", "strings"),
        ("Cr8000Clave.wav", "percussion"),
    ],
)
def test_a_file_name_speaks_for_its_label(name: str, label: str) -> None:
    assert plainest(evidence(name)) == {label}


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Fußtrommel", "kick"),
        ("Hängetom", "tom"),
        ("Konzertflügel C1", "keys"),
        ("Steinway Flügel", "keys"),
        ("Fluegel", "keys"),
        ("Flügelhorn", "brass"),
        ("Geigen", "strings"),
        ("Flöten", "woodwind"),
        ("Posaunen", "brass"),
        ("Stimmen", "vocal"),
        ("Geräusche", "fx"),
        ("Tambour militaire", "snare"),
        ("Chœur d'enfants", "vocal"),
        ("CHŒURS", "vocal"),
        ("Montée", "fx"),
        ("Tom bajo", "tom"),
        ("Viento madera", "woodwind"),
        ("Cascabeles", "percussion"),
        ("Rullanti", "snare"),
        ("Battito di mani", "clap"),
        ("Chitarre", "guitar"),
        ("Violões", "guitar"),
        ("Chimbal", "hihat"),
        ("キック 01", "kick"),
        ("ハット", "hihat"),
        ("パッド", "synth"),
        ("ﾍﾞｰｽ", "bass"),
        ("ハ\u309aット\u3099", "synth"),
        ("エレキギター", "guitar"),
        ("ピアノ和音", "keys"),
        ("ベースループ", "bass"),
        ("キックループ01", "kick"),
        ("Horse Clop", "fx"),
        ("太鼓の音", "percussion"),
        ("Бочка", "kick"),
        ("Рабочий барабан", "snare"),
        ("Малый барабан 2", "snare"),
        ("Закрытый хэт", "hihat"),
        ("бас-гитара", "bass"),
        ("Скрипки", "strings"),
        ("Вокал", "vocal"),
    ],
)
def test_words_of_other_languages_speak_too(name: str, label: str) -> None:
    assert plainest(evidence(f"{name}.wav")) == {label}


def test_a_working_project_is_hardly_a_snare() -> None:
    (clue,) = evidence("Рабочий проект/zvuk 1.wav")
    assert clue.grade is Grade.HINT


@pytest.mark.parametrize(("name", "label"), [("Flügel", "brass"), ("HC50", "hihat")])
def test_a_word_with_two_meanings_is_sure_of_neither(name: str, label: str) -> None:
    grades = said(evidence(f"{name}.wav"))
    assert label in grades
    assert len(grades) == 2
    assert max(grades.values()) < Grade.SURE


def test_a_known_word_at_the_end_of_a_compound_counts_one_grade_less() -> None:
    assert said(evidence("garagesnare.wav")) == {"snare": Grade.LIKELY}


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("HHs/1.wav", "hihat"),
        ("SDs/1.wav", "snare"),
        ("GTRs/1.wav", "guitar"),
        ("808 Kit/808-HHcl.wav", "hihat"),
        ("EngHn_sus.wav", "woodwind"),
        ("BGTR DI.wav", "bass"),
        ("bassloop_128.wav", "bass"),
        ("Glass Harmonica.wav", "percussion"),
        ("Cimbasso 2.wav", "brass"),
        ("Requinto.wav", "guitar"),
        ("Thunderclap.wav", "fx"),
        ("Car Crash.wav", "fx"),
        ("Door Kick.wav", "fx"),
        ("Truck Horn.wav", "fx"),
        ("Shekere 3.wav", "percussion"),
    ],
)
def test_a_word_is_known_before_what_it_looks_like(path: str, label: str) -> None:
    assert plainest(evidence(path), Place.FOLDER if "/1" in path else Place.NAME) == {label}


@pytest.mark.parametrize(
    "name",
    [
        "override.wav",
        "bottom.wav",
        "One Shot 01.wav",
        "Drum and Bass 174.wav",
        "misc_0042.wav",
        "スクラップ",
        "Рабочий стол",
        "ganze Note.wav",
        "Tube.wav",
        "",
        ".wav",
        "\udcff\udcfe.wav",
    ],
)
def test_a_name_without_a_known_word_says_nothing(name: str) -> None:
    assert evidence(name) == ()


@pytest.mark.parametrize("name", ["Morgan 2", "Sidekick", "06 OH L", "OH_Mono"])
def test_chance_likenesses_and_overheads_say_nothing(name: str) -> None:
    assert evidence(f"{name}.wav") == ()
