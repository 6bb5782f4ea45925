import unicodedata

import pytest

from earmark_daemon.hearing.written import kind_around, written


@pytest.mark.parametrize(
    ("name", "bpm"),
    [
        ("Flangus 128bpm", 128.0),
        ("Phrase - 039 - Dream - 136 BPM - G minor", 136.0),
        ("top_loop_87.5_bpm", 87.5),
        ("BPM120_drums", 120.0),
        ("bass-174-bpm", 174.0),
        ("BPM 99.5 break", 99.5),
        ("Drum Loop 01 BPM 128", 128.0),
        ("Kit_999_bpm_128", 128.0),
        ("Breakbeat 87,5 BPM", 87.5),
        ("999bpm", None),
        ("12bpm", None),
        ("Kick 128", None),
        ("no tempo", None),
    ],
)
def test_a_number_that_is_called_a_tempo_is_one(name: str, bpm: float | None) -> None:
    assert written(name).bpm == bpm


def test_the_folder_may_say_the_tempo_but_the_name_outranks_it() -> None:
    assert written("Top 3", "Loops 120 BPM").bpm == 120.0
    assert written("Top 100bpm", "Loops 120 BPM").bpm == 100.0


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("shizo - bass f 150 @someone", (150.0,)),
        ("conga_loop_110", (110.0,)),
        ("Kick 01 Take 7", ()),
        ("TR808 hat", ()),
        ("Sound 2024", ()),
        ("1.100", ()),
        ("Break 87,5", ()),
        ("Loop 90, 100", (90.0, 100.0)),
    ],
)
def test_bare_numbers_may_be_tempos(name: str, numbers: tuple[float, ...]) -> None:
    assert written(name).maybe_bpm == numbers


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Adlib - 056 - 136 BPM - A minor", "Am"),
        ("SHV - Fsharp minor - 122 BPM - Hoo", "F#m"),
        ("Phrase - 136 BPM - Eb Major", "D#"),
        ("Chords_F#min_120", "F#m"),
        ("Lead Bbmaj", "A#"),
        ("pad-c#-minor", "C#m"),
        ("Pluck_Am_01", "Am"),
        ("Bass Gbm", "F#m"),
        ("descending f 100bpm", "F"),
        ("plucky ragebass - D 174 @someone", "D"),
        ("128bpm F# chords", "F#"),
        ("VEE Melody Loop 01 120 BPM A", "A"),
        ("Melody 120 BPM F# 2", "F#"),
        ("120_Cm7_Rhodes_Loop", "Cm"),
        ("bass_loop_fsharp_128", "F#"),
        ("bass_loop_Fs_128bpm", "F#"),
        ("Bass Loop 128 F#", "F#"),
        ("80_Bb_Strings_Loop", "A#"),
        ("Riff_in_E_Loop_100", "E"),
        ("Loop_A-Moll_120bpm", "Am"),
        ("C-Dur", "C"),
        ("fis-moll", "F#m"),
        ("Es-Dur", "D#"),
        ("H-Moll", "Bm"),
        ("B-Dur", "A#"),
        ("La mineur", "Am"),
        ("Si bémol majeur", "A#"),
        ("Fa_diesis_minore", "F#m"),
        (unicodedata.normalize("NFD", "Ré mineur"), "Dm"),
        ("La menor", "Am"),
        ("Mi mayor", "E"),
        ("Re maior", "D"),
        ("I Am Vocal 120 bpm", None),
        ("Am I Right Vox 120bpm", None),
        ("A 128bpm Beat", None),
        ("Vitamin B 100bpm", None),
        ("Plan B 100", None),
        ("Side A 128 BPM", None),
        ("128 BPM A Loop", None),
        ("Live in A Room", None),
        ("Model Our 100", None),
        ("I am here", None),
        ("A Dangerous Master", None),
        ("FX 120", None),
        ("Slow Strings D 45bpm", "D"),
        ("Bass_A_60", "A"),
        ("Bass_A_200", "A"),
        ("Kick_A_01", None),
        ("Kit A 808", None),
        ("violin_f_30", None),
        ("Bass_A_59", None),
        ("Bass_A_201", None),
        ("Snare C4", None),
        ("Grand minor", None),
        ("Pad in F Sharp", "F#"),
        ("Voice take in B Flat", "A#"),
        ("120 BPM B Flat", "A#"),
        ("128bpm f# chords", "F#"),
        ("F Sharp 128bpm", "F#"),
        ("Loop 120 BPM E Piano", None),
        ("95 BPM G-Funk Loop", None),
        ("120 BPM B Section", None),
        ("174 BPM D&B Loop", None),
        ("R&B 90 BPM", None),
        ("R'n'B 95 bpm", None),
        ("Rhythm n B 90", None),
        ("128bpm a Loop", None),
        ("Do Major Damage", None),
        ("trumpet_one_shot_fall_Bb", "A#"),
        ("Spinz 808 (Distorted) [F#]", "F#"),
        ("Tanpura_C#", "C#"),
        ("Bass_Db", "C#"),
        ("Clav Funk Em9", "Em"),
        ("Rhodes C#m11", "C#m"),
        ("Tone -6 Db", None),
        ("Tone -12Db", None),
        ("808 (Zay) C", None),
        ("Loop_120_B", None),
        ("Bb Clarinet", None),
        ("Drone Em13 Take", None),
    ],
)
def test_keys_are_read_as_they_are_written(name: str, key: str | None) -> None:
    assert written(name).key == key


@pytest.mark.parametrize(
    ("name", "folder", "loop"),
    [
        ("Top Loop 3", "Drums", True),
        ("drumloop_3", "Drums", True),
        ("PercLoop_128", "", True),
        ("KickLoop01", "", True),
        ("SynthLOOP", "", True),
        ("01", "drumloops", True),
        ("01", "BassOneShots", False),
        ("bloop 3", "", None),
        ("Kick 3", "PrimeLoops", None),
        ("01", "Loops", True),
        ("Kick", "Drums - One Shot", False),
        ("oneshot 3", "Loops", False),
        ("loophole", "", None),
        ("01", "Loops & One Shots", None),
        ("Loop 1", "Loops & One Shots", True),
        ("Single Hit 1", "Loops & One Shots", False),
        ("Kick 1", "Kicks", None),
    ],
)
def test_the_kind_may_be_written(name: str, folder: str, loop: bool | None) -> None:
    assert written(name, folder).loop is loop


@pytest.mark.parametrize(
    ("folder", "loop"),
    [
        ("Loops", True),
        ("Drum_Loops", True),
        ("BassLoops", True),
        ("One-Shots", False),
        ("VND Vol 2 One Shots", False),
        ("Prime Loops", None),
        ("Loops & One Shots", None),
        ("Kicks", None),
    ],
)
def test_a_farther_folder_says_a_kind_where_it_is_no_makers_name(
    folder: str, loop: bool | None
) -> None:
    assert kind_around(folder) is loop
