from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from tests.db.sounds import arrive, hearing, tagged

from earmark_db.index import Index
from earmark_db.models import ModelRecord
from earmark_db.opening import open_writer
from earmark_db.records import Step, Verdict

MODEL_TABLES = ("uses", "models", "backbones", "rounds")
LATER_TABLES = ("jobs", "merges", "nesting", "giving", "runs", "written_from")
INDEXES_OF_FILES = ("doubtful_by_age", "doubtful_by_content", "written_by_state")


def known(index: Index, digest: str, tag_set: str = "own") -> None:
    index.models.add(ModelRecord(digest, tag_set, f"model {digest}", "local", 1.0, "{}"))


def test_the_newest_choice_counts_and_each_step_back_finds_the_one_before(index: Index) -> None:
    for digest in ("a", "b"):
        known(index, digest)
        index.models.use("own", digest)
    index.models.use("own", None)
    assert index.models.in_use() == {}
    for expected in ({"own": "b"}, {"own": "a"}, {}):
        assert index.models.step_back("own")
        assert index.models.in_use() == expected
    assert not index.models.step_back("own")


def test_a_new_choice_after_a_step_back_has_the_older_one_before_it(index: Index) -> None:
    for digest in ("a", "b", "c"):
        known(index, digest)
    index.models.use("own", "a")
    index.models.use("own", "b")
    index.models.step_back("own")
    index.models.use("own", "c")
    index.models.step_back("own")
    assert index.models.in_use() == {"own": "a"}


def test_sets_go_their_own_ways(index: Index) -> None:
    known(index, "a")
    known(index, "i", "instrument")
    index.models.use("own", "a")
    index.models.use("instrument", "i")
    assert index.models.in_use() == {"own": "a", "instrument": "i"}
    assert index.models.newest_set() == "instrument"
    index.models.step_back("instrument")
    assert index.models.in_use() == {"own": "a"}
    assert index.models.newest_set() == "own"


def test_what_is_removed_was_never_used(index: Index) -> None:
    for digest in ("a", "b"):
        known(index, digest)
        index.models.use("own", digest)
    index.models.remove("b")
    assert index.models.in_use() == {"own": "a"}
    assert [model.digest for model in index.models.all()] == ["a"]


def test_each_model_has_its_word_and_loses_no_other(index: Index) -> None:
    (file_id,) = arrive(index, "/pack/a.wav")
    own = Verdict("own model", {"crunchy": 0.75}, b"", "other", b"other windows")
    heard = replace(hearing(), verdicts=(*hearing().verdicts, own))
    index.files.heard(file_id, heard, {})
    index.verdicts.put("content", [Verdict("third", {})])
    assert index.verdicts.of("content") == {
        "model": {"kick": 0.9},
        "own model": {"crunchy": 0.75},
        "third": {},
    }
    assert index.verdicts.embedding("content", "model") == b"\0" * 8
    assert index.verdicts.embedding("content", "nobody") is None
    assert index.verdicts.spectrogram("content", "frontend") == b"windows"
    assert index.verdicts.spectrogram("content", "other") == b"other windows"
    index.verdicts.drop("own model")
    assert set(index.verdicts.of("content")) == {"model", "third"}


def test_a_round_covers_all_that_was_heard_and_knows_how_far_it_is(index: Index) -> None:
    first, second = (tagged(index, f"/pack/{n}.wav", "kick") for n in range(2))
    arrive(index, "/pack/not heard.wav")
    tagged(index, "/pack/gone.wav", "kick")
    index.files.gone(["/pack/gone.wav"])
    assert index.queue.progress(Step.RETAG) is None
    assert index.queue.add_all(Step.RETAG) == 2
    assert {task.file_id for task in index.queue.due(Step.RETAG, 10)} == {first, second}
    assert index.queue.progress(Step.RETAG) == (0, 2)
    assert not index.queue.holds(first)
    index.queue.done(Step.RETAG, first)
    assert index.queue.progress(Step.RETAG) == (1, 2)
    index.queue.done(Step.RETAG, second)
    assert index.queue.progress(Step.RETAG) is None


@pytest.mark.parametrize(("afresh", "attempts"), [(True, 0), (False, 2)])
def test_work_that_is_queued_again_may_keep_its_attempts(
    index: Index, afresh: bool, attempts: int
) -> None:
    file_id = tagged(index, "/pack/a.wav", "kick")
    index.queue.add(Step.RETAG, [file_id])
    for _ in range(2):
        index.queue.later(Step.RETAG, file_id, 1000.0)
    index.queue.add(Step.RETAG, [file_id], afresh=afresh)
    (task,) = index.queue.due(Step.RETAG, 1)
    assert task.attempts == attempts


def test_a_library_from_before_there_were_models_keeps_what_was_heard(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    old = Index.for_writing(path)
    tagged(old, "/pack/a.wav", "kick")
    old.close()
    connection = sqlite3.connect(path)
    for table in (*MODEL_TABLES, *LATER_TABLES):
        connection.execute(f"drop table {table}")
    for name in (
        "tags_by_name",
        "tags_by_score",
        "journal_by_file",
        "journal_by_digest",
        "taken_back",
        *INDEXES_OF_FILES,
    ):
        connection.execute(f"drop index {name}")
    connection.execute("drop index untagged")
    connection.execute("alter table files drop column tagged")
    connection.execute("alter table contents drop column left_at")
    connection.execute("delete from _sqlite_migrations where name >= 'm003'")
    connection.commit()
    connection.close()

    open_writer(path).close()
    index = Index.for_writing(path)
    assert index.models.in_use() == {}
    assert index.models.backbone() is None
    assert set(index.verdicts.of("/pack/a.wav")) == {"model"}
    index.close()
    assert list(tmp_path.glob("*.before-m003_models"))
