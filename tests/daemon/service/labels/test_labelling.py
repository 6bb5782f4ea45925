"""A person's word, with a real index and real files."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from tests.db.conftest import index
from tests.db.sounds import arrive, tagged
from tests.made_models import BASE

from earmark_daemon.containers.digest import content_digest
from earmark_daemon.errors import EarmarkError
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.service.labels.labelling import Labelling
from earmark_daemon.service.models.lineup import LineUp, Member
from earmark_db.index import Index
from earmark_db.labels import Label
from earmark_db.records import Stamp

__all__ = ["index"]

MOODS = Member(
    Path("moods"),
    replace(BASE, digest="moods", tag_set="mood", labels=("lofi",), exclusive=False),
)


@pytest.fixture
def labelling(index: Index) -> Labelling:
    return Labelling(index, lambda: LineUp(Member(BUILTIN, BASE)), lambda file_id: None)


def heard(index: Index, path: Path) -> str:
    """A file that is known by its audio; returns the digest of that."""
    path.write_bytes(b"heard")
    content = content_digest(str(path))
    tagged(index, str(path), content=content)
    return content


def test_no_word_is_taken_for_audio_that_is_in_the_file_no_more(
    index: Index, labelling: Labelling, tmp_path: Path
) -> None:
    path = tmp_path / "a.wav"
    before = heard(index, path)
    arrive(index, str(path))
    labelling.label(str(path), ["dusty"], [], [])
    path.write_bytes(b"rendered anew")
    with pytest.raises(EarmarkError, match="not been heard"):
        labelling.label(str(path), ["shiny"], [], [])
    assert index.labels.of(before) == (Label("own", "dusty", True),)


def test_a_word_for_a_file_that_was_replaced_unnoticed_waits_until_that_is_heard(
    index: Index, labelling: Labelling, tmp_path: Path
) -> None:
    path = tmp_path / "a.wav"
    before = heard(index, path)
    index.files.set_stamp(index.lookup.by_path(str(path)).id, Stamp.of(path.stat()))
    os.utime(path, ns=(1, 1))
    labelling.label(str(path), ["dusty"], [], [])
    path.write_bytes(b"rendered anew")
    with pytest.raises(EarmarkError, match="not been heard"):
        labelling.label(str(path), ["shiny"], [], [])
    path.unlink()
    labelling.label(str(path), [], ["shiny"], [])
    assert {label.tag: label.says for label in index.labels.of(before)} == {
        "dusty": True,
        "shiny": False,
    }


def test_a_word_is_taken_back_in_whatever_set_it_was_given(index: Index) -> None:
    tagged(index, "/a.wav", content="a")
    lineup = LineUp(Member(BUILTIN, BASE))
    labelling = Labelling(index, lambda: lineup, lambda file_id: None)
    labelling.label("/a.wav", ["lofi"], [], [])
    lineup = lineup.with_chosen(MOODS)
    labelling.label("/a.wav", [], ["lofi"], [])
    assert index.labels.of("a") == (Label("mood", "lofi", False),)
    lineup = LineUp(Member(BUILTIN, BASE))
    labelling.label("/a.wav", [], [], ["lofi"])
    assert index.labels.of("a") == ()


def test_words_to_forget_that_nobody_said_are_told(index: Index, labelling: Labelling) -> None:
    tagged(index, "/a.wav", content="a")
    assert labelling.label("/a.wav", ["big & bad, huh"], ["dusty"], []) == []
    assert labelling.label("/a.wav", [], [], ["Big & Bad", "dusty"]) == ["big & bad"]
    assert index.labels.of("a") == (Label("own", "big & bad, huh", True),)


def test_a_word_whose_letters_cannot_be_read_is_refused_and_none_beside_it_is_taken_down(
    index: Index, labelling: Labelling
) -> None:
    tagged(index, "/a.wav", content="a")
    for said in ({"add": ["bad\udcff"]}, {"remove": ["x\udcff"]}, {"forget": ["\udcc3\udcbc"]}):
        with pytest.raises(EarmarkError, match="not in UTF-8"):
            labelling.label("/a.wav", **{"add": ["dusty"], "remove": [], "forget": [], **said})
    assert index.labels.of("a") == ()


def test_a_broader_word_of_an_exclusive_set_leaves_the_narrower_one(index: Index) -> None:
    tagged(index, "/a.wav", content="a")
    lineup = LineUp(Member(BUILTIN, BASE), above={"kick": "drums", "drums": "percussion"})
    labelling = Labelling(index, lambda: lineup, lambda file_id: None)
    kick, percussion = (Label(BASE.tag_set, tag, True) for tag in ("kick", "percussion"))
    labelling.label("/a.wav", ["kick"], [], [])
    labelling.label("/a.wav", ["percussion"], [], [])
    assert index.labels.of("a") == (kick, percussion)
    labelling.label("/a.wav", [], ["kick"], [])
    assert index.labels.of("a") == (replace(kick, says=False), percussion)
    labelling.label("/a.wav", ["kick"], [], [])
    assert index.labels.of("a") == (kick,)
    labelling.label("/a.wav", ["snare", "drums"], [], [])
    assert index.labels.of("a") == (
        Label(BASE.tag_set, "snare", True),
        Label("own", "drums", True),
    )
