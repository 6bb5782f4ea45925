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
    assert said(clues, Place.FARTHER) == {"vocal": Grade.LIKELY, "strings": Grade.LIKELY}


@pytest.mark.parametrize(
    ("path", "label", "grade"),
    [
        ("Joy Ride/Pads/JR_4.wav", "cymbal", Grade.LIKELY),
        ("The Kick Company/Ambient Pads/Slow Dawn.wav", "kick", Grade.LIKELY),
        ("Drums/Claps/Fingers/bodyclap.wav", "clap", Grade.SURE),
        ("Claps/Hits/04.wav", "clap", Grade.SURE),
        ("Joy Ride/Untitled/4.wav", "cymbal", Grade.SURE),
    ],
)
def test_a_farther_folder_counts_less_where_what_is_closer_names_something_else(
    path: str, label: str, grade: Grade
) -> None:
    assert said(evidence(path), Place.FARTHER)[label] is grade


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("SH-101/SH101_Acid_Line_124_A.wav", "synth"),
        ("SH-101/SH101 Lead 3.wav", "synth"),
        ("OB-8/OB8 Poly 4.wav", "synth"),
        ("Oberheim OB-Xa/OBXa_C3.wav", "synth"),
        ("Novation Bass Station/Line 4.wav", "synth"),
        ("RD-8/RD8 Kick 4.wav", "kick"),
        ("SDS-7/SDS7 Tom 4.wav", "tom"),
        ("Simmons SDS-V/SDSV Tom 128.wav", "tom"),
        ("CP-33/Grand C4.wav", "keys"),
        ("TB-03/TB03_Line_2.wav", "bass"),
    ],
)
def test_a_machine_is_no_instrument_that_shares_its_letters(path: str, label: str) -> None:
    clues = evidence(path)
    assert {clue.label for clue in clues if clue.grade > Grade.HINT} == {label}


@pytest.mark.parametrize("path", ["MT-32/MT32_4.wav", "RS-505/RS505_2.wav", "FL Studio/4.wav"])
def test_some_machines_say_nothing_of_a_sound(path: str) -> None:
    assert evidence(path) == ()


@pytest.mark.parametrize(
    ("path", "labels"),
    [
        ("CR2_Bass_Loop_124_Am.wav", {"bass"}),
        ("CR2_Tech_House/CR2_Bass_Loop_124_Am.wav", {"bass"}),
        ("FL_Trap/FL_Lead_140_Cm.wav", {"synth"}),
        ("RS_House/RS_Pad_Loop_120_Am.wav", {"synth"}),
        ("CH_House/Loops/CH_Organ_120.wav", {"keys"}),
        ("808/CP/CP.wav", {"bass", "clap"}),
        ("Kit/CP/CP Clap.wav", {"clap"}),
        ("Kit/OH 2/OH 2.wav", {"hihat"}),
        ("808 CH.wav", {"hihat"}),
    ],
)
def test_two_letters_before_a_plainer_word_are_somebodys_initials(
    path: str, labels: set[str]
) -> None:
    assert {clue.label for clue in evidence(path) if clue.place is not Place.NOTE} == labels


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Slap Bass Guitar", "bass"),
        ("Upright Bass Guitar", "bass"),
        ("5 String Bass Guitar", "bass"),
        ("Acoustic Bass Drum", "kick"),
        ("808 Bass Drum", "kick"),
        ("Double Bass Drum", "kick"),
        ("Snare Rim Shot", "snare"),
    ],
)
def test_of_two_phrases_that_share_a_word_the_second_says_what_a_thing_is(
    name: str, label: str
) -> None:
    assert plainest(evidence(f"{name}.wav")) == {label}


@pytest.mark.parametrize(
    "name",
    [
        "Full Loop No Hats",
        "Full Loop NoSnare",
        "Full Mix w-o Kick",
        "Full Mix without Bass Drum",
        "Full Mix Minus Horns",
        "Ohne Bass",
        "Drum and Bass Loop",
    ],
)
def test_what_is_missing_says_nothing(name: str) -> None:
    assert evidence(f"{name}.wav") == ()


def test_what_is_missing_ends_with_the_thing() -> None:
    assert plainest(evidence("Piano No Drums.wav")) == {"keys"}
    assert plainest(evidence("No 3 Kick.wav")) == {"kick"}
    assert plainest(evidence("Kick No 12 Snare.wav")) == {"kick", "snare"}


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("DOORWood_Slam Kick Open_BS_HOME", "fx"),
        ("THUN_Rolling Thunder Crash_TW_ZoomH6", "fx"),
        ("WATRSplsh-Big_Pond C3_TW_None", "fx"),
        ("UIMisc_Pop Cymbal Shimmer_AC_UI", "fx"),
        ("VOXLaff_Clap And Laugh_KL_CRWD", "vocal"),
    ],
)
def test_of_a_name_that_begins_with_a_category_of_the_ucs_nothing_else_counts(
    name: str, label: str
) -> None:
    (clue,) = evidence(f"{name}.wav")
    assert (clue.label, clue.place, clue.grade) == (label, Place.NAME, Grade.SURE)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("BELL_01", "percussion"),
        ("HORN_Stab", "brass"),
        ("WOODBlock_02", "percussion"),
        ("AMBPad_Warm_Kick", "kick"),
        ("AMB_Pad", "synth"),
        ("MUSCPerc_Taiko Hit_MM_MUS", "percussion"),
        ("UIKick", "kick"),
        ("My DOORWood_Kick", "kick"),
    ],
)
def test_what_is_no_category_is_read_as_any_name(name: str, label: str) -> None:
    assert label in plainest(evidence(f"{name}.wav"))


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


@pytest.mark.parametrize("name", ["Morgan 2", "Sidekick", "06 OH L", "OH_Mono"])
def test_chance_likenesses_and_overheads_say_nothing(name: str) -> None:
    assert evidence(f"{name}.wav") == ()


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Kick Vinyl 3", "kick"),
        ("Guitar Chorus", "guitar"),
        ("Lead Laser", "synth"),
        ("SN Glass", "snare"),
        ("Vinyl Crackle", "fx"),
        ("Laser 4", "fx"),
        ("Rain On Glass", "fx"),
        ("Verse 2", "vocal"),
    ],
)
def test_what_a_thing_is_like_speaks_only_where_nothing_says_what_it_is(
    name: str, label: str
) -> None:
    assert {clue.label for clue in evidence(f"{name}.wav")} == {label}


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
