"""Writes that are not done, for the sake of the file; which are told, and which tried again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.daemon.audio_files import crack, write
from tests.daemon.service.stages.one_sound import Sound, sound, write_all

from earmark_daemon.errors import Problem
from earmark_daemon.processes import Workers
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.stages.writing_job import WritingJob
from earmark_daemon.settings import Writing
from earmark_db.index import Index

__all__ = ["sound"]


@pytest.mark.parametrize("watched", [False, True])
def test_words_for_one_sound_are_not_written_into_another_that_took_its_name(
    sound: Sound, index: Index, workers: Workers, watched: bool
) -> None:
    sound.hear(index.roots.add(str(sound.path.parent)) if watched else None)
    sound.tag("kick")
    heard = index.lookup.stamp(str(sound.path))
    other = Path(write(sound.path.with_name("other.wav"), crack()))
    theirs = other.replace(sound.path).read_bytes()
    write_all(WritingJob(index, Feed(), Writing), sound, workers)
    assert sound.path.read_bytes() == theirs
    assert list(sound.path.parent.iterdir()) == [sound.path]
    assert not index.journal.done()
    assert sound.refused == "changed"
    assert not sound.due(), "it is heard first"
    taken_in = index.queue.waiting()["hear"] == 1
    assert taken_in is not watched, "who watches finds it"
    assert (index.lookup.stamp(str(sound.path)) == heard) is watched


def test_a_refusal_is_told_once_however_often_it_is_tried_again(
    sound: Sound, index: Index, workers: Workers
) -> None:
    feed = Feed()
    job = WritingJob(index, feed, Writing)
    sound.tag("snare")
    (task,) = sound.due()
    reasons = ["It is locked.", "It is locked.", "The disk is full.", "The disk is full."]
    for attempts, reason in enumerate(reasons):
        job.begin(workers, [task]).result()
        job.finish([(replace(task, attempts=attempts), Problem("immutable", reason))])
    told = [event.data["reason"] for event in feed.since(0)[1]]
    assert told == ["It is locked.", "The disk is full."]


def test_a_file_that_cannot_be_written_for_months_is_still_tried_again(
    sound: Sound, index: Index, workers: Workers
) -> None:
    job = WritingJob(index, Feed(), Writing)
    sound.tag("snare")
    (task,) = sound.due()
    job.begin(workers, [task]).result()
    job.finish([(replace(task, attempts=2000), Problem("read-only-place", "Its disk."))])
    assert index.queue.holds(sound.id)


def test_what_something_else_changes_each_time_is_not_written_for_ever(
    index: Index, sound: Sound, workers: Workers
) -> None:
    job = WritingJob(index, Feed(), Writing)
    theirs = sound.path.read_bytes()
    for _ in range(10):
        sound.tag("kick")
        write_all(job, sound, workers)
        assert sound.refused is None
        assert sound.holds("kick")
        sound.path.write_bytes(theirs)
    sound.tag("kick")
    write_all(job, sound, workers)
    assert sound.refused == "fought-over"
    assert sound.path.read_bytes() == theirs
    assert index.queue.waiting()["write"] == 1, "it is tried again later"
    sound.tag("snare")
    write_all(job, sound, workers)
    assert sound.refused is None
    assert sound.holds("snare")


def test_a_person_may_change_their_mind_as_often_as_they_like(
    index: Index, sound: Sound, workers: Workers
) -> None:
    job = WritingJob(index, Feed(), Writing)
    for _ in range(12):
        for word in ("kick", "snare"):
            sound.tag(word)
            write_all(job, sound, workers)
            assert sound.refused is None
            assert sound.holds(word)
