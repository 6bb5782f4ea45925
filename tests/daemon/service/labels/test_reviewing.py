from __future__ import annotations

import os
from typing import Any

import pytest
from tests.db.sounds import arrive, hearing, tagged

from earmark_daemon.service.labels.reviewing import queue
from earmark_db.index import Index
from earmark_db.records import Reason


class Model:
    """As much of a model as the queue asks for."""

    digest = "model"


@pytest.fixture
def index(index: Index) -> Index:
    for number in range(8):
        (file_id,) = arrive(index, f"/doubtful {number}.wav")
        index.files.heard(file_id, hearing(f"d{number}", kick=0.3, tom=0.4), {})
        index.files.set_note(file_id, Reason("unknown", "No tag is sure enough."))
    for number in range(3):
        tagged(index, f"/sure {number}.wav", "kick")
    return index


def test_every_fifth_is_a_sure_one(index: Index) -> None:
    names = [item["path"] for item in queue(index.review, Model(), 10, ())]  # type: ignore[arg-type]
    assert len(names) == len(set(names)) == 10
    assert [position for position, name in enumerate(names[:10]) if "sure" in name] == [4, 9]


def test_what_is_known_is_left_out_and_the_likeliest_stands_first(index: Index) -> None:
    items = queue(index.review, Model(), 10, {"d0", "d1"})  # type: ignore[arg-type]
    assert {"d0", "d1"}.isdisjoint(item["content"] for item in items)
    assert [each["tag"] for each in items[0]["suggestions"]] == ["tom", "kick"]


def test_what_its_name_plainly_says_is_offered_second(index: Index) -> None:
    heard = {f"label {number}": 0.02 for number in range(12)}
    for path, content in (("/808 kick.wav", "named"), ("/kick/808.wav", "above"), ("/a.wav", "a")):
        (file_id,) = arrive(index, path)
        index.files.heard(file_id, hearing(content, percussion=0.7, kick=0.01, **heard), {})
        index.files.set_note(file_id, Reason("disagreement", "Which?"))

    def offered(**more: Any) -> dict[str, list[str]]:
        items = queue(index.review, Model(), 3, (), **more)  # type: ignore[arg-type]
        return {i["content"]: [each["tag"] for each in i["suggestions"]] for i in items}

    first = {content: tags[:2] for content, tags in offered().items()}
    assert first == {
        "named": ["percussion", "kick"],
        "above": ["percussion", "kick"],
        "a": ["percussion", "label 0"],
    }
    assert offered(telling=os.path.basename)["above"][1] == "label 0", "it is not counted there"
    assert "kick" not in offered(off={"kick"})["named"]
