"""Taking back what the journal says, in workers."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import mutagen
import pytest
from mutagen.id3 import TCON
from tests.daemon.audio_files import crack, thump, write
from tests.daemon.service.stages.taken_back import strays, tag, tagged_anew, undo_one, undoing
from tests.waiting import until

from earmark_daemon import writing
from earmark_daemon.errors import Problem, fail
from earmark_daemon.processes import Workers
from earmark_daemon.service.stages.entries import past_of
from earmark_daemon.service.stages.recovery import recover_undone
from earmark_daemon.service.stages.strays import Strays
from earmark_daemon.service.stages.undoing import Undoing
from earmark_daemon.writing.undo import prepare_undo
from earmark_db.index import Index
from earmark_db.journal import JournalState
from earmark_db.records import Stamp

__all__ = ["strays", "undoing"]

KINDS = ["wav", "mp3", "flac"]


def undo_all(index: Index, undoing: Undoing) -> list[str | None]:
    """Take everything back; returns what became of each file."""
    return [each["outcome"] for each in undoing.undo(index.journal.paths())]


def prepare_and_die(past: writing.PastWrite) -> None:
    """In a worker: take a write back as far as its copy, and be killed."""
    assert isinstance(prepare_undo(past), writing.Prepared)
    os.kill(os.getpid(), signal.SIGKILL)


def refuse(past: writing.PastWrite) -> None:
    """In a worker: do nothing at all, as where none may run."""
    raise fail("updated", "Earmark was updated while it ran.")


def die_while_undoing(index: Index, undoing: Undoing) -> list[str | None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "undo", prepare_and_die)
        return undo_all(index, undoing)


def carry_over(path: Path, genre: str, *, audio: float) -> None:
    """Another program makes the file anew, and knows of one field alone."""
    write(path, thump(audio))
    tags = mutagen.File(path)
    if path.suffix == ".flac":
        tags["genre"] = genre.split("; ")
    else:
        tags.add_tags() if tags.tags is None else None
        tags.tags.add(TCON(encoding=3, text=[genre]))
    tags.save()


@pytest.mark.parametrize("kind", KINDS)
def test_a_vendors_word_stays_in_a_file_that_took_the_name_of_a_tagged_one(
    index: Index, workers: Workers, undoing: Undoing, tmp_path: Path, kind: str
) -> None:
    path = Path(write(tmp_path / f"a.{kind}", thump(0.3)))
    tag(index, workers, path, "drums")
    carry_over(path, "drums", audio=0.4)
    theirs = path.read_bytes()
    assert undo_all(index, undoing) == ["nothing-to-do"]
    assert path.read_bytes() == theirs


@pytest.mark.parametrize("kind", KINDS)
def test_the_words_of_all_writes_go_where_nothing_says_any_more_which_are_ours(
    index: Index, workers: Workers, undoing: Undoing, tmp_path: Path, kind: str
) -> None:
    path = Path(write(tmp_path / f"a.{kind}", thump(0.3)))
    tag(index, workers, path, "drums")
    tag(index, workers, path, "drums", "dusty")
    carry_over(path, "Rock; drums; dusty", audio=0.3)
    undo_all(index, undoing)
    data = path.read_bytes()
    assert [word in data for word in (b"Rock", b"drums", b"dusty")] == [True, False, False]


def test_a_tagged_sound_that_took_anothers_name_is_heard_once_its_words_are_out(
    index: Index, workers: Workers, undoing: Undoing, tmp_path: Path
) -> None:
    path, other = Path(write(tmp_path / "a.wav")), Path(write(tmp_path / "b.wav", crack()))
    for each in (path, other):
        tag(index, workers, each, "drums")
    heard = index.lookup.stamp(str(path))
    other.replace(path)
    assert undo_one(undoing, path) == "restored"
    assert b"drums" not in path.read_bytes()
    assert index.lookup.stamp(str(path)) == heard, "so it is found to be another"


def test_the_copy_of_a_worker_that_died_while_it_took_a_write_back_is_removed(
    index: Index, workers: Workers, undoing: Undoing, tmp_path: Path
) -> None:
    path = Path(write(tmp_path / "Samples" / "a.wav"))
    tag(index, workers, path, "drums")
    assert die_while_undoing(index, undoing) == ["refused"]
    assert os.listdir(path.parent) == ["a.wav"]
    assert undo_all(index, undoing) == ["restored"]


def test_what_no_worker_may_do_is_refused_and_taken_back_later(
    index: Index, workers: Workers, undoing: Undoing, tmp_path: Path
) -> None:
    path = Path(write(tmp_path / "a.wav"))
    tag(index, workers, path, "drums")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "undo", refuse)
        (told,) = undoing.undo([str(path)])
    assert (told["outcome"], told["reason"]) == ("refused", "Earmark was updated while it ran.")
    assert undo_all(index, undoing) == ["restored"]


def test_a_crash_over_a_file_that_was_only_copied_leaves_neither_its_copy_nor_a_write(
    index: Index, workers: Workers, undoing: Undoing, tmp_path: Path
) -> None:
    written = tmp_path / "Samples" / "a.wav"
    original = tagged_anew(index, workers, written)
    path = Path(shutil.copyfile(written, tmp_path / "b.wav"))
    assert undo_all(index, undoing) == ["restored"]
    assert undoing.carrying([str(path)]) == [str(path)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "undo", prepare_and_die)
        (outcome,) = undoing.undo([str(path)])
    assert outcome["outcome"] == "refused"
    assert [name for name in os.listdir(tmp_path) if name.endswith(".tmp")] == []
    assert index.journal.done() == []
    (outcome,) = undoing.undo([str(path)])
    assert outcome["outcome"] == "restored"
    assert path.read_bytes() == original


def test_a_file_in_which_older_words_stand_still_is_known_to_carry_them(
    index: Index, workers: Workers, undoing: Undoing, tmp_path: Path
) -> None:
    path = Path(write(tmp_path / "a.wav"))
    for words in (["drums"], ["drums", "dusty"]):
        tag(index, workers, path, *words)
    newer = max(index.journal.done(), key=lambda entry: entry.id)
    assert undo_one(undoing, path, since=newer.at) == "restored"
    record = index.lookup.by_path(str(path))
    assert record.written
    assert not index.files.may_be_written(record.id)
    assert "older words" in record.write_reason.message
    assert undo_one(undoing, path) == "restored"
    assert not index.lookup.by_path(str(path)).written


def test_a_file_that_is_gone_is_told_once_and_asked_for_no_more_until_it_is_named(
    index: Index, workers: Workers, undoing: Undoing, tmp_path: Path
) -> None:
    path = tmp_path / "a.wav"
    original = tagged_anew(index, workers, path)
    kept = path.rename(tmp_path / "kept.bin")
    (told,) = undoing.undo(index.journal.paths())
    assert told["outcome"] == "refused"
    assert "no longer there" in (told["reason"] or "")
    assert index.journal.paths() == index.journal.paths(folder=str(tmp_path)) == []
    assert index.journal.last_batch() is None
    kept.rename(path)
    assert index.journal.paths(path=str(path)) == [str(path)]
    assert undo_one(undoing, path) == "restored"
    assert path.read_bytes() == original


@pytest.mark.parametrize("watched", [True, False])
def test_a_file_that_may_turn_up_is_asked_for_again(
    index: Index, workers: Workers, undoing: Undoing, tmp_path: Path, watched: bool
) -> None:
    path = Path(write(tmp_path / "a.wav"))
    if watched:
        index.roots.add(str(tmp_path))
    tag(index, workers, path, "drums")
    stamp = Stamp.of(path.stat())
    if not watched:
        on_another_disk = stamp._replace(device=stamp.device + 1)
        index.files.set_stamp(index.lookup.by_path(str(path)).id, on_another_disk)
    path.unlink()
    assert undo_one(undoing, path) == "refused"
    assert index.journal.paths() == [str(path)]


def test_where_a_write_cannot_be_taken_back_it_is_said_what_to_do_and_not_that_it_is_tried_again(
    index: Index, workers: Workers, undoing: Undoing, tmp_path: Path
) -> None:
    path = Path(write(tmp_path / "a.wav"))
    tag(index, workers, path, "drums")
    (tmp_path / "b.wav").hardlink_to(path)
    (told,) = undoing.undo([str(path)])
    assert "undo it again" in (told["reason"] or "")
    for code in ("disk-full", "busy", "changed", "read-only"):
        problem = writing.about_undo(Problem(code, "It changed while it was being tagged.", "?"))
        assert (problem.message, "undo it again" in problem.advice.lower()) == (
            "It changed while it was taken back.",
            True,
        )


class Door:
    """A lock that counts who has asked for it."""

    def __init__(self) -> None:
        self.knocks = 0
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self.knocks += 1
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def test_who_takes_back_what_another_is_taking_back_waits_and_finds_nothing_to_do(
    index: Index,
    workers: Workers,
    undoing: Undoing,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.wav"
    original = tagged_anew(index, workers, path)
    door, find, others = Door(), undoing._ways.of, list[Future[Any]]()

    def found_when_another_comes(*which: Any, **how: Any) -> Any:
        entries = find(*which, **how)
        if not others:
            others.append(pool.submit(undo_one, undoing, path))
            until(lambda: door.knocks == 2 or others[0].done(), "the other has come")
        return entries

    monkeypatch.setattr(undoing, "_one_at_a_time", door)
    monkeypatch.setattr(undoing._ways, "of", found_when_another_comes)
    with ThreadPoolExecutor(1) as pool:
        assert undo_one(undoing, path) == "restored"
    assert others[0].result() == "nothing-to-do"
    assert path.read_bytes() == original
    assert index.journal.done() == []


def test_a_copy_is_removed_once_no_other_undoing_makes_one(
    index: Index, workers: Workers, undoing: Undoing, tmp_path: Path
) -> None:
    path = Path(write(tmp_path / "Samples" / "a.wav"))
    tag(index, workers, path, "drums")
    with undoing._sweeping():
        die_while_undoing(index, undoing)
        assert len(os.listdir(path.parent)) == 2
    assert os.listdir(path.parent) == ["a.wav"]


def test_a_copy_on_a_disk_that_was_away_at_the_start_is_removed_when_its_file_is_taken_back(
    index: Index, workers: Workers, undoing: Undoing, strays: Strays, tmp_path: Path
) -> None:
    path = Path(write(tmp_path / "Samples" / "a.wav"))
    tag(index, workers, path, "drums")
    (entry,) = index.journal.done()
    index.journal.settle(entry.id, JournalState.UNDOING)
    past = past_of(entry, writing.WrittenBefore())
    assert isinstance(prepare_undo(past), writing.Prepared)
    away = path.parent.rename(tmp_path / "unplugged")
    recover_undone(index, strays)
    away.rename(path.parent)
    assert len(os.listdir(path.parent)) == 2, "the start could not see it"
    assert undo_all(index, undoing) == ["restored"]
    assert os.listdir(path.parent) == ["a.wav"]
