"""Writes that a crash, a full disk or a dead worker broke off, and what becomes of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.daemon.audio_files import write
from tests.daemon.service.stages.one_sound import Sound, sound, write_all

from earmark_daemon import writing
from earmark_daemon.errors import Problem
from earmark_daemon.processes import Workers
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.stages.entries import past_of
from earmark_daemon.service.stages.recovery import recover_written
from earmark_daemon.service.stages.strays import Strays
from earmark_daemon.service.stages.writing_job import WritingJob
from earmark_daemon.settings import Writing
from earmark_db.errors import IndexFault
from earmark_db.index import Index

__all__ = ["sound"]


def full(*_: object, **__: object) -> None:
    raise IndexFault("disk-full", "The disk is full.", "Free some space.")


def written_and_crashed(sound: Sound, index: Index, workers: Workers) -> None:
    """The file has its word, and the index does not know it yet."""
    job = WritingJob(index, Feed(), Writing)
    sound.tag("snare")
    tasks = sound.due()
    (prepared,) = job.begin(workers, tasks).result()
    assert isinstance(prepared, writing.Prepared)
    job._intend(tasks[0], prepared)
    writing.commit(prepared)


def test_no_copy_is_left_of_a_write_that_could_not_be_announced(
    sound: Sound, index: Index, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = WritingJob(index, Feed(), Writing)
    sound.tag("snare")
    monkeypatch.setattr(index.journal, "intend", full)
    with pytest.raises(IndexFault):
        write_all(job, sound, workers)
    assert not sound.holds("snare")
    assert list(sound.path.parent.iterdir()) == [sound.path]
    assert sound.due()


def test_a_write_that_could_not_be_recorded_is_recorded_before_the_next(
    sound: Sound, index: Index, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = WritingJob(index, Feed(), Writing)
    sound.tag("snare")
    before = sound.path.read_bytes()

    with monkeypatch.context() as patch:
        patch.setattr(index.files, "set_written", full)
        with pytest.raises(IndexFault):
            write_all(job, sound, workers)
    assert sound.holds("snare")
    assert not index.journal.done()
    write_all(job, sound, workers)
    assert not sound.due()
    (entry,) = index.journal.done()
    writing.undo(past_of(entry, writing.WrittenBefore()))
    assert sound.path.read_bytes() == before


def test_the_copy_of_a_worker_that_died_is_removed_once_no_other_is_made(
    sound: Sound, index: Index, workers: Workers
) -> None:
    other = Sound(index, Path(write(sound.path.with_name("b.wav"))))
    job = WritingJob(index, Feed(), Writing)
    sound.tag("snare")
    other.tag("clap")
    first, second = sound.due()
    job.begin(workers, [first]).result()
    (result,) = job.begin(workers, [second]).result()
    stray = sound.path.with_name(".earmark-0123abcd.tmp")
    stray.write_bytes(b"half a copy")
    job.finish([(first, Problem("crashed", "It crashed."))])
    assert stray.exists()
    job.finish([(second, result)])
    assert not stray.exists()
    assert other.holds("clap")


def test_the_copies_of_a_worker_that_died_are_removed_where_the_next_one_gets_on_with_its_files(
    sound: Sound, index: Index, workers: Workers
) -> None:
    other = Sound(index, Path(write(sound.path.with_name("b.wav"))))
    job = WritingJob(index, Feed(), Writing)
    sound.tag("snare")
    other.tag("clap")
    tasks = sound.due()
    assert len(job.begin(workers, tasks).result()) == 2, "nobody is told of these copies"
    for task in tasks:
        job.finish([(task, job.begin(workers, [task]).result()[0])])
    assert sound.holds("snare")
    assert other.holds("clap")
    assert sorted(sound.path.parent.iterdir()) == [sound.path, other.path]


def test_a_word_given_before_a_crash_is_written_after_it(
    sound: Sound, index: Index, workers: Workers
) -> None:
    written_and_crashed(sound, index, workers)
    sound.tag("clap")

    recover_written(index, Feed(), Strays())
    write_all(WritingJob(index, Feed(), Writing), sound, workers)
    assert not sound.due()
    assert sound.holds("clap")
    assert len(index.journal.done()) == 2


def test_a_copy_that_a_crash_left_beside_a_file_that_waits_is_removed(
    sound: Sound, index: Index
) -> None:
    sound.tag("snare")
    sound.path.with_name(".earmark-0123abcd.tmp").write_bytes(b"half a copy")
    recover_written(index, Feed(), Strays())
    assert list(sound.path.parent.iterdir()) == [sound.path]
    assert sound.due()


def test_what_was_written_before_a_crash_is_not_written_again(
    sound: Sound, index: Index, workers: Workers
) -> None:
    written_and_crashed(sound, index, workers)

    recover_written(index, Feed(), Strays())
    write_all(WritingJob(index, Feed(), Writing), sound, workers)
    assert not sound.due()
    assert len(index.journal.done()) == 1


def test_a_copy_on_a_disk_that_was_away_at_the_start_is_removed_when_its_file_is_written(
    sound: Sound, index: Index, workers: Workers, tmp_path: Path
) -> None:
    sound.tag("snare")
    assert isinstance(writing.prepare(str(sound.path), ("snare",)), writing.Prepared)
    away, strays = sound.path.parent.rename(tmp_path / "unplugged"), Strays()
    recover_written(index, Feed(), strays)
    away.rename(sound.path.parent)
    assert len(list(sound.path.parent.iterdir())) == 2, "the start could not see it"
    write_all(WritingJob(index, Feed(), Writing, strays=strays), sound, workers)
    assert sound.holds("snare")
    assert list(sound.path.parent.iterdir()) == [sound.path]
