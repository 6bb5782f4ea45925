"""Writing, step by step: what happens between the order to a worker and the file's replacement."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.daemon.audio_files import crack, write
from tests.db.sounds import hearing

from earmark_daemon import writing
from earmark_daemon.containers.digest import content_digest
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
from earmark_db.records import Arrival, Stamp, Step, Tag, Task


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers(1)
    yield made
    made.close()


class Sound:
    """One file of the index, and the words that stand in it."""

    def __init__(self, index: Index, path: Path) -> None:
        self.index = index
        self.path = path
        self.hear(None)

    def hear(self, root: int | None) -> None:
        """It is taken in and heard."""
        found = Arrival(str(self.path), Stamp.of(self.path.stat()), root)
        (self.id,) = self.index.files.arrived([found])
        content = content_digest(str(self.path))
        self.index.files.heard(self.id, hearing(content), {})

    def tag(self, *tags: str) -> None:
        """As `Deciding` does it."""
        with self.index.transaction():
            self.index.files.set_tags(self.id, [Tag(tag, "own", 1.0, "person") for tag in tags])
            self.index.queue.add(Step.WRITE, [self.id])

    def due(self) -> list[Task]:
        return self.index.queue.due(Step.WRITE, 10)

    @property
    def refused(self) -> str | None:
        """Why it was not written."""
        record = self.index.lookup.by_id(self.id)
        assert record is not None
        return record.write_reason.code if record.write_reason else None

    def holds(self, word: str) -> bool:
        return word.encode() in self.path.read_bytes()


@pytest.fixture
def sound(index: Index, tmp_path: Path) -> Sound:
    return Sound(index, Path(write(tmp_path / "Samples" / "a.wav")))


def vanish(sound: Sound, root: int | None, job: WritingJob, workers: Workers) -> None:
    """The file is renamed between the order to write it and the writing."""
    sound.hear(root)
    sound.tag("snare")
    sound.path = sound.path.rename(sound.path.with_name("b.wav"))
    write_all(job, sound, workers)


def write_all(job: WritingJob, sound: Sound, workers: Workers) -> None:
    """One round of the stage."""
    tasks = sound.due()
    job.finish(list(zip(tasks, job.begin(workers, tasks).result(), strict=True)))


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


def test_a_file_that_cannot_be_written_for_months_is_still_tried_again(
    sound: Sound, index: Index, workers: Workers
) -> None:
    job = WritingJob(index, Feed(), Writing)
    sound.tag("snare")
    (task,) = sound.due()
    job.begin(workers, [task]).result()
    job.finish([(replace(task, attempts=2000), Problem("read-only-place", "Its disk."))])
    assert index.queue.holds(sound.id)


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
