"""What a change of mind about writing takes off the queue, and what it puts there."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace

import pytest

from earmark_daemon.service.stages.undoing import TAKEN_BACK
from earmark_daemon.service.stages.writing_wishes import WritingWishes
from earmark_daemon.settings import Folder, Settings, Writing
from earmark_db.index import Index
from earmark_db.records import Arrival, Hearing, Stamp, Step, Tag, Verdict

ON = Settings(folders=(Folder("/pack"), Folder("/pack/raw", write_tags=False)))
OFF = Settings(writing=Writing(enabled=False), folders=ON.folders)


class Chosen:
    """Settings that change."""

    def __init__(self, index: Index, settings: Settings) -> None:
        self.now = settings
        self.wishes = WritingWishes(index, lambda: self.now)

    def choose(self, settings: Settings) -> None:
        self.now = settings
        self.wishes.follow()


@pytest.fixture
def index(index: Index) -> Index:
    """With three sounds that were heard, of which nothing is queued."""
    for number, path in enumerate(("/pack/a.wav", "/pack/raw/b.wav", "/alone.wav")):
        (each,) = index.files.arrived([Arrival(path, Stamp(1, 2, number, 4), None)])
        hearing = Hearing(str(number), 1.0, 44100, 1, (Verdict("model", {}, b"", "front"),))
        index.files.heard(each, hearing, {})
        index.files.set_tags(each, [Tag("kick", "own", 0.9, "model")])
    return index


def waiting(index: Index) -> set[str]:
    return {task.path for task in index.queue.due(Step.WRITE, 10)}


def queue(index: Index, paths: Iterable[str]) -> None:
    records = [index.lookup.by_path(path) for path in paths]
    index.queue.add(Step.WRITE, [record.id for record in records if record])


def test_switching_it_off_drops_all_and_on_again_brings_what_is_wanted(index: Index) -> None:
    chosen = Chosen(index, ON)
    queue(index, ["/pack/a.wav", "/alone.wav"])
    chosen.choose(OFF)
    assert waiting(index) == set()
    chosen.choose(ON)
    assert waiting(index) == {"/pack/a.wav", "/alone.wav"}


def test_a_folder_of_which_only_the_index_may_know_keeps_its_files_as_they_are(
    index: Index,
) -> None:
    chosen = Chosen(index, ON)
    queue(index, ["/pack/a.wav", "/alone.wav"])
    chosen.choose(Settings(folders=(Folder("/pack", write_tags=False),)))
    assert waiting(index) == {"/alone.wav"}
    chosen.choose(Settings(folders=(Folder("/pack"),)))
    assert waiting(index) == {"/pack/a.wav", "/pack/raw/b.wav", "/alone.wav"}


def test_what_is_watched_no_more_is_not_written_for_that(index: Index) -> None:
    chosen = Chosen(index, Settings(folders=(Folder("/pack", write_tags=False),)))
    chosen.choose(Settings())
    assert waiting(index) == set()


def test_what_a_person_took_back_is_not_written_again(index: Index) -> None:
    chosen = Chosen(index, OFF)
    record = index.lookup.by_path("/pack/a.wav")
    assert record is not None
    index.files.set_written(record.id, None, TAKEN_BACK)
    chosen.choose(ON)
    assert waiting(index) == {"/alone.wav"}


def test_what_was_switched_while_nobody_ran_is_followed_at_the_next_start(index: Index) -> None:
    queue(index, ["/pack/raw/b.wav"])
    Chosen(index, ON).wishes.start()
    assert waiting(index) == {"/pack/a.wav"}
    Chosen(index, OFF).wishes.start()
    assert waiting(index) == set()


def test_a_start_queues_nothing_that_is_written_or_doubtful(index: Index) -> None:
    record = index.lookup.by_path("/pack/a.wav")
    assert record is not None
    index.files.set_tags(record.id, [Tag("kick", "own", 0.4, "model")])
    Chosen(index, ON).wishes.start()
    assert waiting(index) == set()
    index.files.set_tags(record.id, [Tag("kick", "own", 0.4, "person")])
    index.files.set_written(record.id, None, written=True)
    Chosen(index, ON).wishes.start()
    assert waiting(index) == set()


@pytest.mark.parametrize("restarted", [False, True])
def test_how_sure_a_tag_must_be_for_files_is_followed_both_ways(
    index: Index, restarted: bool
) -> None:
    chosen = Chosen(index, ON)

    def choose(sure_from: float, *, enabled: bool = True) -> set[str]:
        nonlocal chosen
        wanted = replace(ON, writing=Writing(enabled=enabled, sure_from=sure_from))
        if restarted:
            chosen = Chosen(index, wanted)
            chosen.wishes.start()
        else:
            chosen.choose(wanted)
        told = waiting(index)
        for task in index.queue.due(Step.WRITE, 10):
            index.queue.done(Step.WRITE, task.file_id)
        return told

    paths = ("/pack/a.wav", "/pack/raw/b.wav", "/alone.wav")
    tags = (
        (Tag("kick", "own", 0.9, "model"), Tag("snare", "own", 0.6, "model")),
        (Tag("kick", "own", 0.6, "model"),),
        (Tag("kick", "own", 0.6, "person"),),
    )
    for path, given in zip(paths, tags, strict=True):
        record = index.lookup.by_path(path)
        assert record is not None
        index.files.set_tags(record.id, given)
        index.files.set_written(record.id, None, written=True)
    chosen.wishes.start()
    assert waiting(index) == set(), "nobody knows what was chosen before"
    assert choose(0.55) == set()
    assert choose(0.7) == {"/pack/a.wav"}
    assert choose(0.8) == set()
    assert choose(0.6, enabled=False) == set()
    assert choose(0.6) >= {"/pack/a.wav"}


def test_no_look_at_the_disk_is_taken_for_what_is_not_to_be_written_anyway(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []
    real = os.path.realpath

    def seen(path: str) -> str:
        looked_at.append(path)
        return real(path)

    monkeypatch.setattr(os.path, "realpath", seen)
    chosen = Chosen(index, ON)
    chosen.wishes.start()
    assert waiting(index) == {"/pack/a.wav"}
    assert "/pack/a.wav" in looked_at
    assert "/pack/raw/b.wav" not in looked_at
    looked_at.clear()
    chosen.choose(OFF)
    assert waiting(index) == set()
    assert not looked_at
