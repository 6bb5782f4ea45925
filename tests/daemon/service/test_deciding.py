"""Tags by several models: one for each tag set, people's word above all, names for one set."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_daemon.hearing.modelfile import ModelInfo
from earmark_daemon.service.deciding import context, decide_all
from earmark_daemon.service.models.lineup import LineUp, Member
from earmark_daemon.tagging.decide import NOTHING_BESIDE, Context
from earmark_daemon.tagging.folders import View
from earmark_daemon.tagging.lexicon import Grade
from earmark_daemon.tagging.names import Clue, Place
from earmark_db.labels import Label


def info(digest: str, *labels: str, **fields: Any) -> ModelInfo:
    plain = ModelInfo(
        digest, digest, "own", labels, False, dict.fromkeys(labels, 0.5), FrontendSpec()
    )
    return replace(plain, **fields)


BASE = info("base", "kick", "snare", "tom", tag_set="instrument", exclusive=True)
OWN = info("mine", "crunchy", "shiny")
HEARD = {"base": {"kick": 0.8, "snare": 0.1, "tom": 0.1}, "mine": {"crunchy": 0.9, "shiny": 0.7}}


def member(model: ModelInfo, *, runs: bool = True) -> Member:
    return Member(Path(model.digest), model, runs)


def lineup(*models: ModelInfo) -> LineUp:
    return LineUp(member(BASE), tuple(member(model) for model in models))


def tags(
    chosen: LineUp, scores: Any = HEARD, labels: Any = (), clues: Any = None
) -> set[tuple[str, str]]:
    beside = context("a.wav", clues, View())
    return {(tag.set, tag.tag) for tag in decide_all(scores, chosen, labels, beside)}


def test_each_set_has_its_model() -> None:
    assert tags(lineup()) == {("instrument", "kick")}
    assert tags(lineup(OWN)) == {("instrument", "kick"), ("own", "crunchy"), ("own", "shiny")}


def test_peoples_word_stands_with_and_without_a_model() -> None:
    labels = [Label("own", "crunchy", False), Label("own", "dusty", True)]
    assert tags(lineup(), labels=labels) == {("instrument", "kick"), ("own", "dusty")}
    assert tags(lineup(OWN), labels=labels) == {
        ("instrument", "kick"),
        ("own", "dusty"),
        ("own", "shiny"),
    }


def test_an_exclusive_set_of_ones_own_gives_one_tag() -> None:
    alone = replace(OWN, exclusive=True)
    assert tags(lineup(alone)) == {("instrument", "kick"), ("own", "crunchy")}


def test_a_model_for_the_instruments_takes_the_place_of_the_built_in_one() -> None:
    theirs = info("theirs", "808", "snare", tag_set="instrument", exclusive=True)
    scores = {**HEARD, "theirs": {"808": 0.95, "snare": 0.05}}
    chosen = lineup(theirs, OWN)
    assert [model.digest for model in chosen.answering] == ["theirs", "mine"]
    assert ("instrument", "808") in tags(chosen, scores)
    assert ("instrument", "kick") not in tags(chosen, scores)
    assert chosen.set_of("kick") == chosen.set_of("808") == "instrument"
    assert chosen.set_of("dusty") == "own"


@pytest.mark.parametrize("word", ["kick", "snare"])
def test_names_count_for_labels_that_the_model_has(word: str) -> None:
    theirs = info("theirs", "808", "snare", tag_set="instrument", exclusive=True)
    scores = {"theirs": {"808": 0.55, "snare": 0.45}}
    clues = (Clue(word, Place.NAME, Grade.SURE, word),)
    expected = "snare" if word == "snare" else "808"
    assert tags(lineup(theirs), scores, clues=clues) == {("instrument", expected)}


def test_names_say_nothing_about_sets_of_ones_own() -> None:
    own = info("mine", "kick", "shiny", exclusive=True)
    scores = {"base": {}, "mine": {"kick": 0.4, "shiny": 0.6}}
    clues = (Clue("kick", Place.NAME, Grade.SURE, "kick"),)
    assert tags(lineup(own), scores, clues=clues) == {("own", "shiny")}


def test_drums_may_lie_under_another_of_their_set() -> None:
    nested = replace(lineup(OWN), above={"kick": "tom", "tom": "drums"})
    own = {("own", "crunchy"), ("own", "shiny")}
    kick = {("instrument", "kick"), ("instrument", "tom"), ("own", "drums")}
    assert tags(nested) == kick | own
    assert tags(nested, labels=[Label("instrument", "snare", True)]) == {
        ("instrument", "snare"),
        *own,
    }
    assert tags(nested, labels=[Label("own", "drums", False)]) == {*kick, *own} - {("own", "drums")}


def test_a_model_that_cannot_be_asked_still_counts_for_what_it_said() -> None:
    chosen = lineup(OWN).without("mine")
    assert ("own", "crunchy") in tags(chosen)
    assert chosen.others == ()
    assert [m.info.digest for m in chosen.lacking([])] == ["base"]
    assert [m.info.digest for m in lineup(OWN).lacking(["base"])] == ["mine"]


def test_names_and_company_count_as_the_folder_is_seen() -> None:
    clues = (Clue("kick", Place.NAME, Grade.SURE, "kick"),)
    assert context("a.wav", clues, View(believed=True, kind="tom")) == Context(clues, "tom")
    assert context("a.wav", clues, View(believed=False, kind="tom")) == Context((), "tom")
    assert context("a.wav", None, View(believed=True, kind="tom")) == NOTHING_BESIDE
