"""Names of machines, and initials of those who made a pack, that share letters with a thing."""

from __future__ import annotations

import pytest

from earmark_daemon.tagging.lexicon import Grade
from earmark_daemon.tagging.names import Place, evidence


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
