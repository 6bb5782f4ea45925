"""What people are told of what they labelled, read from a real index."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.db.sounds import arrive

from earmark_daemon.learning.examples import Said, examples_of
from earmark_daemon.service.training.overview import overview
from earmark_db.index import Index
from earmark_db.records import Hearing, Verdict

YES, NO = True, False


@pytest.fixture
def told(index: Index, tmp_path: Path) -> Any:
    """Gives the overview of sounds; each has the direction it sounds like, and what was said."""

    def of(sounds: dict[str, tuple[float, dict[str, bool]]]) -> dict[str, Any]:
        for content, (degrees, _) in sounds.items():
            embedding = [np.cos(np.radians(degrees)), np.sin(np.radians(degrees))]
            stored = np.array(embedding, np.float16).tobytes()
            (file_id,) = arrive(index, f"/pack/{content}.wav")
            heard = (Verdict("base", {"kick": 1.0}, stored, "f"),)
            index.files.heard(file_id, Hearing(content, 0.5, 44_100, 1, heard), {})
        said = [
            Said(content, tag, says, "/pack")
            for content, (_, words) in sounds.items()
            for tag, says in words.items()
        ]
        paths = {content: f"/pack/{content}.wav" for content in sounds}
        examples = examples_of(said, "own", exclusive=False)
        return overview(str(tmp_path / "index.sqlite"), examples, "base", paths)

    return of


def test_words_are_counted_tag_by_tag(told: Any) -> None:
    found = told({"a": (0, {"dusty": YES}), "b": (90, {"dusty": NO, "warm": YES})})
    assert (found["tag_set"], found["exclusive"], found["warnings"]) == ("own", False, [])
    assert [(each["tag"], each["yes"], each["no"]) for each in found["tags"]] == [
        ("dusty", 1, 1),
        ("warm", 1, 0),
    ]


def test_a_tag_is_enough_from_three_sounds_on_that_differ(told: Any) -> None:
    def enough(*directions: float) -> bool:
        sounds = {f"{at:g}": (at, {"dusty": YES}) for at in directions}
        (tag,) = told(sounds)["tags"]
        assert bool(tag["enough"]) is ("so few" not in tag["advice"])
        return bool(tag["enough"])

    assert enough(0, 90, 180)
    assert not enough(0, 90)
    assert not enough(0, 90, 90.1)


def test_what_sounds_the_same_and_was_labelled_otherwise_is_pointed_out(told: Any) -> None:
    found = told(
        {"a": (0, {"dusty": YES}), "b": (5, {"dusty": NO}), "c": (20, {"dusty": NO})},
    )
    (contradiction,) = found["warnings"]
    assert contradiction["kind"] == "contradiction"
    assert contradiction["paths"] == ["/pack/a.wav", "/pack/b.wav"]
    assert "“a.wav” and “b.wav” sound the same" in contradiction["text"]
    assert "“dusty”" in contradiction["text"]


def test_of_what_nobody_said_of_a_sound_nothing_is_contradicted(told: Any) -> None:
    sounds = {"a": (0, {"dusty": YES}), "b": (5, {"warm": NO}), "c": (90, {"warm": YES})}
    assert told(sounds)["warnings"] == []


def test_near_copies_are_pointed_out_tag_by_tag(told: Any) -> None:
    found = told(
        {
            "a": (0, {"dusty": YES}),
            "b": (0.1, {"dusty": YES}),
            "c": (90, {"dusty": YES}),
            "d": (90.1, {"warm": YES}),
        }
    )
    (copies,) = (each for each in found["warnings"] if each["kind"] == "near-duplicates")
    assert copies["text"].startswith("Of 3 sounds labelled “dusty”, 1 is a near-copy of another")
    assert copies["paths"] == ["/pack/a.wav", "/pack/b.wav"]


def test_a_tag_that_outweighs_another_by_far_is_pointed_out(told: Any) -> None:
    def kinds(many: int) -> list[str]:
        sounds = {f"{n}": (n * 25.0, {"dusty": YES}) for n in range(many)}
        return [each["kind"] for each in told({**sounds, "x": (300, {"warm": YES})})["warnings"]]

    assert kinds(9) == []
    assert kinds(10) == ["imbalance"]
