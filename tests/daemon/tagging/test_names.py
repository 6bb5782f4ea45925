import pytest

from earmark_daemon.tagging.lexicon import Grade
from earmark_daemon.tagging.names import Evidence, Place, evidence, vendor_texts


def said(clues: Evidence, place: Place = Place.NAME) -> dict[str, Grade]:
    return {clue.label: clue.grade for clue in clues if clue.place is place}


def plainest(clues: Evidence, place: Place = Place.NAME) -> set[str]:
    grades = said(clues, place)
    return {label for label, grade in grades.items() if grade == max(grades.values())}


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


@pytest.mark.parametrize("thing", ["Snare", "Kick", "Room Tom"])
def test_the_overheads_are_no_open_hat(thing: str) -> None:
    assert said(evidence(f"{thing}_OH_v04.wav")) == said(evidence(f"{thing}_v04.wav"))
    assert plainest(evidence("OH_01.wav")) == {"hihat"}


@pytest.mark.parametrize(
    ("thing", "played", "alone"),
    [
        ("Clap", "808", "bass"),
        ("BD", "808", "bass"),
        ("Piano", "Chord", "synth"),
        ("Horns", "Stab", "synth"),
        ("Sax", "Lead", "synth"),
        ("Flute", "Phrase", "vocal"),
        ("Violin", "Riff", "guitar"),
    ],
)
def test_how_a_thing_is_played_speaks_only_where_nothing_says_what_it_is(
    thing: str, played: str, alone: str
) -> None:
    assert said(evidence(f"{thing} {played} 03.wav")) == said(evidence(f"{thing} 03.wav"))
    assert alone in plainest(evidence(f"{played}.wav"))


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("Kick Bass.wav", {"kick", "bass"}),
        ("String Bass.wav", {"strings", "bass"}),
        ("Synth Brass.wav", {"synth", "brass"}),
        ("Double Bass pluck", {"strings", "bass"}),
        ("Finger Snap.wav", {"clap", "percussion"}),
    ],
)
def test_an_ambiguous_phrase_speaks_for_both_and_is_not_sure(name: str, labels: set[str]) -> None:
    grades = said(evidence(name))
    assert labels <= grades.keys()
    assert all(grades[label] < Grade.SURE for label in labels)


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


def test_the_last_word_says_what_a_thing_is_and_those_before_it_of_what_kind() -> None:
    assert said(evidence("Piano Clap.wav")) == {"keys": Grade.LIKELY, "clap": Grade.SURE}


def test_words_that_stand_apart_count_in_full() -> None:
    assert said(evidence("cello_A3_1_piano_normal.wav")) == {
        "strings": Grade.SURE,
        "keys": Grade.SURE,
    }


def test_a_known_word_at_the_end_of_a_compound_counts_one_grade_less() -> None:
    assert said(evidence("garagesnare.wav")) == {"snare": Grade.LIKELY}


def test_name_nearest_folder_and_farther_folders_are_told_apart() -> None:
    clues = evidence("/music/Strings/Pack/Vocals/Claps/kick 1.wav")
    assert said(clues) == {"kick": Grade.SURE}
    assert said(clues, Place.FOLDER) == {"clap": Grade.SURE}
    assert said(clues, Place.FARTHER) == {"vocal": Grade.SURE, "strings": Grade.SURE}


def test_folders_far_above_say_nothing() -> None:
    assert evidence("/Kicks/a/b/c/d/e/1.wav") == ()


def test_backslashes_part_folders_too() -> None:
    assert said(evidence("C:\\Samples\\Kicks\\01.wav"), Place.FOLDER) == {"kick": Grade.SURE}


@pytest.mark.parametrize("name", ["C4.wav", "VS_Trem_F#2.wav", "pno_As5_ff.wav", "x Bb-1.wav"])
def test_a_note_in_the_name_speaks_for_pitched_sounds(name: str) -> None:
    assert "keys" in said(evidence(name), Place.NOTE)
    assert "snare" not in said(evidence(name), Place.NOTE)


@pytest.mark.parametrize("name", ["H4.wav", "MP3.wav", "abc12.wav", "Take C.wav"])
def test_what_is_no_note_is_not_taken_for_one(name: str) -> None:
    assert said(evidence(name), Place.NOTE) == {}


def test_embedded_texts_count_like_the_folder() -> None:
    assert said(evidence("01.wav", ["A big trumpet"]), Place.FOLDER) == {"brass": Grade.SURE}


def test_genres_and_words_of_earmarks_own_are_no_evidence() -> None:
    metadata = {"title": "Flute", "genre": ("kick",), "ours": ("kick",), "keywords": ("reed", 3)}
    assert vendor_texts(metadata) == ["Flute", "reed"]
