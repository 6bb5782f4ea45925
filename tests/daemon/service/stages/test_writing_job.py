"""Writing, step by step: what happens between the order to a worker and the file's replacement."""

from __future__ import annotations

import os

import pytest
from tests.daemon.service.stages.one_sound import Sound, sound, write_all

from earmark_daemon import writing
from earmark_daemon.processes import Workers
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.stages.writing_job import WritingJob
from earmark_daemon.settings import Writing
from earmark_db.index import Index
from earmark_db.records import Reason, Stamp, Step, Tag

__all__ = ["sound"]


def vanish(sound: Sound, root: int | None, job: WritingJob, workers: Workers) -> None:
    """The file is renamed between the order to write it and the writing."""
    sound.hear(root)
    sound.tag("snare")
    sound.path = sound.path.rename(sound.path.with_name("b.wav"))
    write_all(job, sound, workers)


def test_a_word_taken_back_while_it_is_written_does_not_stay_in_the_file(
    sound: Sound, index: Index, workers: Workers
) -> None:
    job = WritingJob(index, Feed(), Writing)
    sound.tag("snare")
    tasks = sound.due()
    prepared = job.begin(workers, tasks).result()
    sound.tag("clap")
    job.finish(list(zip(tasks, prepared, strict=True)))
    assert sound.holds("snare")

    assert [task.file_id for task in sound.due()] == [sound.id]
    write_all(job, sound, workers)
    assert sound.holds("clap")
    assert not sound.holds("snare")
    assert not sound.due()


def test_a_word_given_while_nothing_was_to_be_changed_is_written(
    sound: Sound, index: Index, workers: Workers
) -> None:
    job = WritingJob(index, Feed(), Writing)
    sound.tag()
    tasks = sound.due()
    (unchanged,) = job.begin(workers, tasks).result()
    assert isinstance(unchanged, writing.Unchanged)
    sound.tag("rim")
    job.finish([(tasks[0], unchanged)])
    assert sound.due()


@pytest.mark.parametrize("asked_before", ["begin", "finish"])
def test_a_file_is_left_alone_once_nobody_wants_it_written_any_more(
    sound: Sound, index: Index, workers: Workers, asked_before: str
) -> None:
    wanted = asked_before == "finish"
    job = WritingJob(index, Feed(), Writing, lambda path: wanted)
    before = sound.path.read_bytes()
    sound.tag("snare")
    tasks = sound.due()
    prepared = job.begin(workers, tasks).result()
    wanted = False
    job.finish(list(zip(tasks, prepared, strict=True)))
    assert sound.path.read_bytes() == before
    assert list(sound.path.parent.iterdir()) == [sound.path]
    assert not sound.due()
    assert not index.journal.intended()


def test_a_write_that_is_wanted_again_by_its_end_is_done(
    sound: Sound, index: Index, workers: Workers
) -> None:
    wanted = False
    job = WritingJob(index, Feed(), Writing, lambda path: wanted)
    sound.tag("snare")
    tasks = sound.due()
    nothing = job.begin(workers, tasks).result()
    wanted = True
    job.finish(list(zip(tasks, nothing, strict=True)))
    write_all(job, sound, workers)
    assert sound.holds("snare")


def test_a_file_that_was_renamed_before_it_was_written_is_written_where_it_is(
    sound: Sound, index: Index, workers: Workers
) -> None:
    root = index.roots.add(str(sound.path.parent))
    job = WritingJob(index, Feed(), Writing)
    old = str(sound.path)
    vanish(sound, root, job, workers)
    assert not sound.due(), "not at once"
    index.files.moved(old, str(sound.path), Stamp.of(sound.path.stat()), root)
    index.roots.set_online(root, online=True)
    write_all(job, sound, workers)
    assert sound.holds("snare")
    assert not sound.due()


def test_nobody_waits_for_a_file_that_has_vanished_where_nobody_watches(
    sound: Sound, index: Index, workers: Workers
) -> None:
    vanish(sound, None, WritingJob(index, Feed(), Writing), workers)
    assert not index.queue.due(Step.WRITE, 10, now=float("inf"))


def test_a_file_that_changed_before_its_copy_took_its_place_says_so_and_is_tried_again(
    sound: Sound, index: Index, workers: Workers
) -> None:
    job = WritingJob(index, Feed(), Writing)
    sound.tag("snare")
    tasks = sound.due()
    prepared = job.begin(workers, tasks).result()
    os.utime(sound.path, ns=(1, 1))
    job.finish(list(zip(tasks, prepared, strict=True)))
    assert not sound.holds("snare")
    assert list(sound.path.parent.iterdir()) == [sound.path]
    assert not index.journal.intended()
    assert not index.journal.done()
    assert sound.refused == "changed"
    assert not sound.due(), "not at once"
    assert index.queue.due(Step.WRITE, 10, now=float("inf"))
    index.queue.add(Step.WRITE, [sound.id])
    write_all(job, sound, workers)
    assert sound.holds("snare")
    assert sound.refused is None
    assert not sound.due()


def test_a_file_that_another_program_changed_is_written_and_looked_at_once_more(
    sound: Sound, index: Index, workers: Workers
) -> None:
    sound.tag("kick")
    heard = index.lookup.stamp(str(sound.path))
    os.utime(sound.path, ns=(1, 1))
    write_all(WritingJob(index, Feed(), Writing), sound, workers)
    assert sound.holds("kick")
    assert not sound.due()
    assert index.lookup.stamp(str(sound.path)) == heard
    sound.hear(None)
    sound.tag("snare")
    write_all(WritingJob(index, Feed(), Writing), sound, workers)
    assert index.lookup.stamp(str(sound.path)) == Stamp.of(sound.path.stat())


def test_a_tag_that_is_not_sure_enough_to_be_written_says_so(
    sound: Sound, index: Index, workers: Workers
) -> None:
    settings = Writing()
    job = WritingJob(index, Feed(), lambda: settings)
    index.files.set_tags(sound.id, [Tag("snare", "own", 0.4, "model")])
    for sure_from, written in ((0.5, False), (0.4, True), (0.5, False)):
        settings = Writing(sure_from=sure_from)
        index.queue.add(Step.WRITE, [sound.id])
        write_all(job, sound, workers)
        record = index.lookup.by_id(sound.id)
        assert record is not None
        assert (record.reason is None, record.written) == (written, written)
        assert written or record.reason.code == "unsure"
        assert sound.holds("snare") is written


def test_a_note_of_another_kind_stays_when_a_file_is_written(
    sound: Sound, index: Index, workers: Workers
) -> None:
    note = Reason("disagree", "Its name and its sound disagree.", "")
    index.files.set_note(sound.id, note)
    sound.tag("snare")
    write_all(WritingJob(index, Feed(), Writing), sound, workers)
    record = index.lookup.by_id(sound.id)
    assert record is not None
    assert (record.written, record.reason) == (True, note)
