"""Tags renamed and merged: what a model learnt under the old word counts for the new one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from tests.daemon.service.models.test_models import models_of, put
from tests.made_models import BASE, steady_head

from earmark_daemon.errors import EarmarkError
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.processes import Workers
from earmark_daemon.service.choices import Choices
from earmark_daemon.service.deciding import Deciding
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.labels.bringing import Bringing
from earmark_daemon.service.labels.labelling import Labelling
from earmark_daemon.service.labels.reviewing import queue
from earmark_daemon.service.labels.vocabulary import Vocabulary
from earmark_daemon.service.models.lineup import Member
from earmark_daemon.service.models.models import Models
from earmark_daemon.service.requests.tags import TagRequests
from earmark_daemon.service.stages.retagging_job import RetaggingJob
from earmark_daemon.service.tag_choices import TagChoices
from earmark_daemon.settings import Tags
from earmark_db.index import Index
from earmark_db.labels import Label
from earmark_db.records import Step, Verdict

NOBODY = cast("Workers", None)
"""No model is asked, for each has said what it says."""


@dataclass
class Library:
    """Sounds, and models that have heard them.

    Attributes:
        index: where they are known.
        models: which of them are in use.
        folder: where model files are made.
    """

    index: Index
    models: Models
    folder: Path

    def __post_init__(self) -> None:
        self.deciding = Deciding(self.index, Feed(), lambda: self.models.lineup, lambda path: True)
        self.vocabulary = Vocabulary(self.index, self.models, self.deciding.reconsider)

    def learns(self, sounds: dict[str, dict[str, float]], **fields: Any) -> None:
        """Take a model into use that says this of these sounds, which are known or new."""
        labels = list(next(iter(sounds.values())))
        steady_head(self.folder / "head.onnx", dict.fromkeys(labels, 0.5), **fields)
        digest = self.models.add(self.folder / "head.onnx", "local")["digest"]
        for path, scores in sounds.items():
            if self.index.lookup.by_path(path) is None:
                put(self.index, path)
            self.index.verdicts.put(path, [Verdict(digest, scores, b"", "")])
        self.models.use(digest)
        self.follow()

    def follow(self) -> None:
        """Have what is queued tagged anew, from what models have said."""
        job = RetaggingJob(
            self.index, Feed(), lambda: self.models.lineup, self.deciding, self.models.unfit
        )
        while tasks := self.index.queue.due(Step.RETAG, 10):
            job.finish(list(zip(tasks, job.begin(NOBODY, tasks).result(), strict=True)))

    def says(self, path: str, **words: bool) -> None:
        """A person says what a sound is, or is not."""
        yes = [word for word, says in words.items() if says]
        no = [word for word, says in words.items() if not says]
        labelling = Labelling(self.index, lambda: self.models.lineup, self.deciding.reconsider)
        labelling.label(path, yes, no, [])

    def tags(self, *paths: str) -> list[set[str]]:
        """The tags of each sound."""
        known = [self.index.lookup.by_path(path) for path in paths]
        return [{tag.tag for tag in each.tags} for each in known if each is not None]

    def to_write(self) -> set[str]:
        """The files that are to be written, and wait no more then."""
        tasks = self.index.queue.due(Step.WRITE, 100)
        for task in tasks:
            self.index.queue.done(Step.WRITE, task.file_id)
        return {task.path for task in tasks}


@pytest.fixture
def library(index: Index, tmp_path: Path) -> Library:
    return Library(index, models_of(index, tmp_path), tmp_path)


YES, NO, HEARD, OTHER = "/a/yes.wav", "/b/no.wav", "/c/heard.wav", "/d/other.wav"
BOOMY = {
    YES: {"boomy": 0.9, "thin": 0.1},
    NO: {"boomy": 0.9, "thin": 0.1},
    HEARD: {"boomy": 0.8, "thin": 0.1},
    OTHER: {"boomy": 0.1, "thin": 0.9},
}


@pytest.fixture
def boomy(library: Library) -> Library:
    """A model gives "boomy" to all but one; of two sounds a person has spoken."""
    library.learns(BOOMY)
    library.says(YES, boomy=True)
    library.says(NO, boomy=False)
    assert library.tags(YES, NO, HEARD, OTHER) == [{"boomy"}, set(), {"boomy"}, {"thin"}]
    library.to_write()
    return library


def test_a_tag_that_is_renamed_is_one_tag_and_a_no_holds(boomy: Library) -> None:
    told = boomy.vocabulary.rename("boomy", "sub boom")
    assert boomy.tags(YES, NO) == [{"sub boom"}, set()]
    boomy.follow()
    assert boomy.tags(YES, NO, HEARD, OTHER) == [{"sub boom"}, set(), {"sub boom"}, {"thin"}]
    assert told["sounds"] == 1, "who said that it is not boomy gave it no tag"


def test_a_no_to_the_new_name_holds_through_the_next(boomy: Library) -> None:
    boomy.vocabulary.rename("boomy", "deep")
    boomy.says(HEARD, deep=False)
    boomy.vocabulary.rename("deep", "deepkick")
    boomy.follow()
    assert boomy.tags(YES, NO, HEARD) == [{"deepkick"}, set(), set()]


def test_taken_back_the_model_gives_the_old_word_and_each_no_holds(boomy: Library) -> None:
    boomy.vocabulary.rename("boomy", "deep")
    boomy.says(HEARD, deep=False)
    told = boomy.vocabulary.undo(None)
    boomy.follow()
    assert boomy.tags(YES, NO, HEARD, OTHER) == [{"boomy"}, set(), set(), {"thin"}]
    assert told["sounds"] == 1
    assert not boomy.index.merges.all()


def test_a_file_is_written_once_for_a_new_name(boomy: Library) -> None:
    boomy.vocabulary.rename("boomy", "deep")
    assert boomy.to_write() == {YES, NO}
    boomy.follow()
    assert boomy.to_write() == {HEARD}


def test_of_two_tags_that_become_one_the_likelier_counts(boomy: Library) -> None:
    boomy.vocabulary.merge("boomy", "thin")
    boomy.follow()
    assert boomy.tags(YES, NO, HEARD, OTHER) == [{"thin"}, set(), {"thin"}, {"thin"}]
    scores = {tag.tag: tag.score for tag in boomy.index.lookup.by_path(HEARD).tags}
    assert scores == {"thin": 0.8}
    boomy.vocabulary.undo(None)
    boomy.follow()
    assert boomy.tags(YES, NO, HEARD, OTHER) == [{"boomy"}, set(), {"boomy"}, {"thin"}]


def test_a_name_that_a_model_gives_already_is_taken(boomy: Library) -> None:
    with pytest.raises(EarmarkError, match="There is a tag “thin” already"):
        boomy.vocabulary.rename("boomy", "thin")


def test_a_word_for_a_built_in_tag_is_left_to_the_built_in_model(boomy: Library) -> None:
    boomy.vocabulary.merge("boomy", "kick")
    boomy.follow()
    assert boomy.tags(YES, NO, HEARD, OTHER) == [{"kick"}, set(), set(), {"thin"}]
    boomy.vocabulary.undo(None)
    boomy.follow()
    assert boomy.tags(YES, NO, HEARD, OTHER) == [{"boomy"}, set(), {"boomy"}, {"thin"}]


def test_in_a_set_of_one_tag_for_each_sound_a_persons_word_keeps_its_place(
    library: Library,
) -> None:
    library.learns(BOOMY, tag_set="moods", exclusive=True)
    library.says(YES, boomy=True)
    library.says(NO, boomy=False)
    library.vocabulary.rename("boomy", "deep")
    library.follow()
    assert library.index.labels.of(YES) == (Label("moods", "deep", True),)
    assert library.tags(YES, NO, HEARD, OTHER) == [{"deep"}, set(), {"deep"}, {"thin"}]
    library.vocabulary.undo(None)
    library.follow()
    assert library.index.labels.of(YES) == (Label("moods", "boomy", True),)
    assert library.tags(YES, NO, HEARD, OTHER) == [{"boomy"}, set(), {"boomy"}, {"thin"}]


def test_a_model_that_learnt_since_means_what_it_says(boomy: Library) -> None:
    boomy.vocabulary.rename("boomy", "deep")
    boomy.learns({path: {"boomy": 0.9, "deep": 0.1} for path in BOOMY})
    assert boomy.tags(HEARD) == [{"boomy"}]
    boomy.models.rollback()
    boomy.follow()
    assert boomy.tags(HEARD) == [{"deep"}]


def test_what_is_offered_has_the_new_name(boomy: Library) -> None:
    boomy.vocabulary.rename("boomy", "deep")
    bringing = Bringing(boomy.index, lambda: boomy.models.lineup, lambda: None)
    (item,) = bringing.suggestions([HEARD])
    assert item is not None
    offered = [each["tag"] for each in item["suggestions"]]
    assert "deep" in offered
    assert "boomy" not in offered


def test_what_is_asked_about_has_the_new_name(library: Library) -> None:
    library.learns(BOOMY, tag_set="instrument", exclusive=True)
    library.says(YES, boomy=True)
    library.vocabulary.rename("boomy", "deep")
    lineup = library.models.lineup
    model = lineup.answering[0]
    items = queue(library.index.review, model, 9, (), said=partial(lineup.said, model))
    offered = {each["tag"] for item in items for each in item["suggestions"]}
    assert "deep" in offered
    assert "boomy" not in offered


def test_a_choice_of_how_sure_a_tag_must_be_holds_before_its_new_name_does(
    index: Index, tmp_path: Path
) -> None:
    written: list[str] = []

    def at_once() -> None:
        own.follow()
        written.extend(own.to_write())

    models = Models(index, Feed(), tmp_path / "models", Member(BUILTIN, BASE), at_once, Tags())
    own = Library(index, models, tmp_path)
    own.learns(BOOMY)
    own.says(YES, boomy=True)
    choices = Choices(tmp_path / "settings.toml", Feed())
    choices.have_follow(lambda settings: models.give(settings.tags))
    requests = TagRequests(index, models, own.vocabulary, TagChoices(choices))
    requests.give_tag_from("boomy", 0.05)
    assert own.tags(OTHER) == [{"boomy", "thin"}]
    written.clear()
    requests.rename_tag("boomy", "deep")
    assert own.tags(OTHER) == [{"deep", "thin"}]
    assert written.count(OTHER) == 1
