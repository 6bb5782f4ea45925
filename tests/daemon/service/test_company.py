"""Sounds that are decided by what lies beside them, with a real index and the real job."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.db.sounds import arrive
from tests.made_models import BASE

from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.processes import Workers
from earmark_daemon.service.deciding import Deciding, Known, Opinion
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.labels.labelling import Labelling
from earmark_daemon.service.models.lineup import Member
from earmark_daemon.service.models.models import Models
from earmark_daemon.service.stages.retagging_job import RetaggingJob
from earmark_daemon.settings import Folder, Settings, Tags
from earmark_daemon.tagging.names import evidence
from earmark_db.index import Index
from earmark_db.records import Hearing, Step, Verdict

SURE, DOUBTFUL = 0.8, 0.27


@pytest.fixture
def models(index: Index, tmp_path: Path) -> Models:
    return Models(index, Feed(), tmp_path / "models", Member(BUILTIN, BASE), lambda: None, Tags())


def deciding_of(index: Index, models: Models) -> Deciding:
    return Deciding(index, Feed(), lambda: models.lineup, lambda path: True)


@pytest.fixture
def deciding(index: Index, models: Models) -> Deciding:
    return deciding_of(index, models)


def hear(
    index: Index,
    deciding: Deciding,
    path: str,
    sureness: float,
    *,
    like: str = "woodwind",
    blind: bool = False,
) -> None:
    """Let a file be heard that sounds like a woodwind, as sure as told, or else like keys."""
    (file_id,) = arrive(index, path)
    rest = (1.0 - sureness) / (len(BASE.labels) - 1)
    scores = {label: sureness if label == like else rest for label in BASE.labels}
    scores["keys"], scores["fx"] = scores["keys"] + scores["fx"], 0.0
    heard = Hearing(path, 0.5, 44_100, 1, (Verdict(BASE.digest, scores, b"", "f"),))
    with index.transaction():
        index.files.heard(file_id, heard, {})
        clues = None if blind else evidence(path)
        deciding.heard([Known(file_id, path, Opinion(path, {BASE.digest: scores}, clues))])


def retag(index: Index, models: Models, deciding: Deciding) -> list[str]:
    """Do what waits to be tagged anew; returns the paths in their order."""
    job = RetaggingJob(index, Feed(), lambda: models.lineup, deciding, lambda path, problem: None)
    tasks = index.queue.due(Step.RETAG, 100)
    workers = Workers(1)
    try:
        answers = job.begin(workers, tasks).result()
    finally:
        workers.close()
    job.finish(list(zip(tasks, answers, strict=True)))
    return [task.path for task in tasks]


def tag_of(index: Index, path: str) -> tuple[str, str] | None:
    record = index.lookup.by_path(path)
    assert record is not None
    return (record.tags[0].tag, record.tags[0].source) if record.tags else None


def test_a_doubtful_sound_is_tagged_once_its_folder_is_known(
    index: Index, models: Models, deciding: Deciding
) -> None:
    hear(index, deciding, "/pack/x/1.wav", DOUBTFUL)
    assert tag_of(index, "/pack/x/1.wav") is None
    for number in range(2, 9):
        hear(index, deciding, f"/pack/x/{number}.wav", SURE)
    (record,) = [r for r in index.lookup.below("/pack") if not r.tags]
    assert index.queue.holds(record.id)
    assert "/pack/x/1.wav" in retag(index, models, deciding)
    assert tag_of(index, "/pack/x/1.wav") == ("woodwind", "folder")
    assert tag_of(index, "/pack/x/2.wav") == ("woodwind", "model")
    assert index.queue.waiting()["retag"] == 0


def test_company_is_no_round_of_tagging_anew_that_people_follow(
    index: Index, models: Models, deciding: Deciding
) -> None:
    for number in range(9):
        hear(index, deciding, f"/pack/x/{number}.wav", SURE)
    assert index.queue.waiting()["retag"] > 0
    assert models.progress() is None


def test_only_files_of_the_same_folder_are_company(
    index: Index, models: Models, deciding: Deciding
) -> None:
    hear(index, deciding, "/pack/x/y/1.wav", DOUBTFUL)
    hear(index, deciding, "/pack/1.wav", DOUBTFUL)
    for number in range(2, 9):
        hear(index, deciding, f"/pack/x/{number}.wav", SURE)
    retag(index, models, deciding)
    assert tag_of(index, "/pack/x/y/1.wav") is None
    assert tag_of(index, "/pack/1.wav") is None


def test_in_a_mixed_folder_only_names_that_begin_alike_are_company(
    index: Index, models: Models, deciding: Deciding
) -> None:
    hear(index, deciding, "/pack/x/zub 1.wav", DOUBTFUL)
    hear(index, deciding, "/pack/x/wib 1.wav", DOUBTFUL)
    for number in range(24):
        like = ("brass", "kick", "vocal")[number % 3]
        hear(index, deciding, f"/pack/x/nub {number}.wav", SURE, like=like)
    retag(index, models, deciding)
    assert index.queue.waiting()["retag"] == 0
    for number in range(2, 9):
        hear(index, deciding, f"/pack/x/zub {number}.wav", SURE)
    assert all("/zub " in path for path in retag(index, models, deciding))
    assert tag_of(index, "/pack/x/zub 1.wav") == ("woodwind", "folder")
    assert tag_of(index, "/pack/x/wib 1.wav") is None
    restarted = deciding_of(index, models)
    hear(index, restarted, "/pack/x/zub 9.wav", DOUBTFUL)
    assert tag_of(index, "/pack/x/zub 9.wav") == ("woodwind", "folder")


def test_what_comes_later_finds_its_company_in_the_index(
    index: Index, models: Models, deciding: Deciding
) -> None:
    for number in range(2, 9):
        hear(index, deciding, f"/pack/x/{number}.wav", SURE)
    retag(index, models, deciding)
    restarted = deciding_of(index, models)
    hear(index, restarted, "/pack/x/1.wav", DOUBTFUL)
    assert tag_of(index, "/pack/x/1.wav") == ("woodwind", "folder")
    assert index.queue.waiting()["retag"] == 0


def test_a_restart_between_any_two_sounds_loses_no_company(index: Index, models: Models) -> None:
    for number, sureness in enumerate([DOUBTFUL, *[SURE] * 7]):
        deciding = deciding_of(index, models)
        hear(index, deciding, f"/pack/x/{number}.wav", sureness)
    retag(index, models, deciding_of(index, models))
    assert tag_of(index, "/pack/x/0.wav") == ("woodwind", "folder")


def test_what_people_say_of_some_sounds_carries_to_doubtful_ones_beside_them(
    index: Index, models: Models, deciding: Deciding
) -> None:
    paths = [f"/pack/x/{number}.wav" for number in range(8)]
    for path in paths:
        hear(index, deciding, path, 0.2)
    labelling = Labelling(index, lambda: models.lineup, deciding.reconsider)
    for path in paths[:6]:
        labelling.label(path, ["brass"], [], [])
    retag(index, models, deciding)
    assert tag_of(index, paths[0]) == ("brass", "person")
    assert tag_of(index, paths[7]) == ("brass", "folder")
    restarted = deciding_of(index, models)
    index.queue.add(Step.RETAG, [record.id for record in index.lookup.below("/pack")])
    retag(index, models, restarted)
    assert tag_of(index, paths[7]) == ("brass", "folder")
    labelling = Labelling(index, lambda: models.lineup, restarted.reconsider)
    for path in paths[:6]:
        labelling.label(path, [], [], ["brass"])
    retag(index, models, restarted)
    assert [tag_of(index, path) for path in paths] == [None] * 8


def test_sounds_judged_by_sound_alone_neither_have_nor_are_company(
    index: Index, models: Models, deciding: Deciding
) -> None:
    hear(index, deciding, "/pack/x/1.wav", DOUBTFUL)
    for number in range(2, 9):
        hear(index, deciding, f"/pack/x/{number}.wav", SURE, blind=True)
    assert index.queue.waiting()["retag"] == 0
    for number in range(9, 18):
        hear(index, deciding, f"/pack/y/{number}.wav", SURE)
    hear(index, deciding, "/pack/y/1.wav", DOUBTFUL, blind=True)
    assert tag_of(index, "/pack/y/1.wav") is None


def test_a_file_whose_tags_change_is_written_again(
    index: Index, models: Models, deciding: Deciding
) -> None:
    hear(index, deciding, "/pack/x/1.wav", DOUBTFUL)
    for number in range(2, 9):
        hear(index, deciding, f"/pack/x/{number}.wav", SURE)
    for task in index.queue.due(Step.WRITE, 100):
        index.queue.done(Step.WRITE, task.file_id)
    retag(index, models, deciding)
    assert "/pack/x/1.wav" in [task.path for task in index.queue.due(Step.WRITE, 100)]


def test_who_is_at_home_above_the_sounds_says_nothing_of_them(index: Index, models: Models) -> None:
    telling = Settings(folders=(Folder("/home/tom/Samples"),)).telling
    deciding = Deciding(index, Feed(), lambda: models.lineup, lambda path: True, telling)
    assert deciding.clues("/home/tom/Samples/Zub 07.wav", {}) == ()
    assert {clue.label for clue in deciding.clues("/home/tom/Samples/Kicks/1.wav", {})} == {"kick"}


def test_names_that_count_from_another_folder_on_are_heeded_anew(
    index: Index, models: Models
) -> None:
    settings = [Settings(folders=(Folder(path),)) for path in ("/Snares/pack", "/Snares")]
    chosen = settings[0]
    deciding = Deciding(
        index, Feed(), lambda: models.lineup, lambda path: True, lambda path: chosen.telling(path)
    )
    for number in range(4):
        hear(index, deciding, f"/Snares/pack/{number}.wav", DOUBTFUL)
        hear(index, deciding, f"/elsewhere/{number}.wav", DOUBTFUL)
    retag(index, models, deciding)
    chosen = settings[1]
    deciding.follow_names(*settings)
    assert sorted(retag(index, models, deciding)) == [f"/Snares/pack/{n}.wav" for n in range(4)]
    assert "snare" in {clue.label for clue in deciding.clues("/Snares/pack/1.wav", {})}
    deciding.follow_names(settings[1], settings[1])
    deciding.follow_names(settings[1], Settings())
    assert not retag(index, models, deciding)
