from __future__ import annotations

from pathlib import Path

import pytest

from earmark_daemon.errors import EarmarkError
from earmark_daemon.learning.place import Progress, Wish
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.training.rounds import MOST
from earmark_daemon.service.training.rows import JobRows
from earmark_db.index import Index

LABELS = {"loud": {"yes": 3, "no": 2}}


@pytest.fixture
def rows(index: Index, tmp_path: Path) -> JobRows:
    return JobRows(index, Feed(), tmp_path / "training")


def begun(rows: JobRows, tag_set: str = "own") -> int:
    return rows.begin("here", tag_set, LABELS, Wish(None, None, True))


def test_a_tag_set_is_trained_once_at_a_time(rows: JobRows) -> None:
    job = begun(rows)
    with pytest.raises(EarmarkError, match=f"cancel {job}"):
        begun(rows)
    other = begun(rows, "other")
    rows.end(job, "cancelled")
    assert begun(rows) not in (job, other)


def test_what_a_place_notes_is_found_again_until_the_job_has_ended(rows: JobRows) -> None:
    job = begun(rows)
    rows.note(job, Progress("testing", 1, 5, message="Testing.", note={"job": "far away"}))
    rows.note(job, Progress("learning", 2, 5))
    assert rows.find(job).data["note"] == {"job": "far away"}
    assert (rows.show(job)["state"], rows.show(job)["phase"]) == ("running", "learning")
    rows.end(job, "failed", message="It broke.")
    assert rows.find(job).data["note"] is None
    shown = rows.show(job)
    assert (shown["state"], shown["message"], shown["labels"]) == ("failed", "It broke.", LABELS)


def rounds_of(rows: JobRows, job: int) -> list[int]:
    return [each["epoch"] for each in rows.show(job)["rounds"]]


def test_the_rounds_of_a_training_are_kept_until_it_has_ended(rows: JobRows) -> None:
    job = begun(rows)
    for epoch in (1, 2, 3):
        rows.note(job, Progress("training", epoch=epoch, epochs=9, loss=1 / epoch, score=0.3))
    rows.note(job, Progress("queued", waiting=True))
    assert rows.show(job)["rounds"][1] == {"epoch": 2, "loss": 0.5, "score": 0.3}
    assert rounds_of(rows, job) == [1, 2, 3]
    rows.note(job, Progress("training", epoch=2, epochs=9, loss=0.4, score=0.5))
    assert rounds_of(rows, job) == [1, 2], "it began anew after the first"
    rows.end(job, "cancelled")
    assert rows.show(job)["rounds"] is None


def test_what_was_said_of_its_progress_is_not_said_of_a_job_that_was_cancelled(
    rows: JobRows,
) -> None:
    job = begun(rows)
    rows.note(job, Progress("testing", 1, 5, message="Testing what can be learnt."))
    rows.end(job, "cancelled")
    assert rows.show(job)["message"] == ""


def test_of_very_many_rounds_some_are_kept_from_first_to_last(rows: JobRows) -> None:
    job = begun(rows)
    for epoch in range(3 * MOST):
        rows.note(job, Progress("training", epoch=epoch, loss=0.1))
        assert len(rounds_of(rows, job)) <= MOST
    kept = rounds_of(rows, job)
    assert (kept[0], kept[-1]) == (0, 3 * MOST - 1)
    assert len(kept) > MOST / 2


def test_a_folder_lives_as_long_as_its_job(rows: JobRows) -> None:
    ended, going = begun(rows), begun(rows, "other")
    (rows.folder_of(ended) / "dataset.npz").write_bytes(b"data")
    kept = rows.folder_of(going)
    rows.end(ended, "succeeded")
    assert list(kept.parent.iterdir()) == [kept]
    stray = rows.folder_of(99)
    rows.sweep()
    assert kept.is_dir()
    assert not stray.exists()


def test_a_job_that_is_not_there_is_named(rows: JobRows) -> None:
    with pytest.raises(EarmarkError, match="There is no job 7"):
        rows.show(7)
