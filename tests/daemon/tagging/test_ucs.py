"""Names that begin with a category of the Universal Category System."""

from __future__ import annotations

import pytest
from tests.daemon.tagging.clues import plainest

from earmark_daemon.tagging.lexicon import Grade
from earmark_daemon.tagging.names import Place, evidence


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
