"""What a crash between a journal entry and its end leaves, and what becomes of it."""

from __future__ import annotations

from pathlib import Path

from tests.daemon.audio_files import write
from tests.db.sounds import hearing

from earmark_daemon import writing
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.stages.entries import past_of
from earmark_daemon.service.stages.recovery import recover_undone, recover_written
from earmark_daemon.service.stages.strays import Strays
from earmark_daemon.service.stages.undoing import TAKEN_BACK
from earmark_daemon.service.stages.writing_job import WritingJob
from earmark_daemon.settings import Writing
from earmark_db.index import Index
from earmark_db.journal import JournalState
from earmark_db.records import Arrival, Stamp, Step, Task


def intend(index: Index, path: Path) -> writing.Prepared:
    """Bring a write as far as its journal entry, as the job does, and no further."""
    stamp = Stamp.of(path.stat())
    (file_id,) = index.files.arrived([Arrival(str(path), stamp, None)])
    prepared = writing.prepare(str(path), ("kick",))
    assert isinstance(prepared, writing.Prepared)
    index.files.heard(file_id, hearing(prepared.content), {})
    job = WritingJob(index, Feed(), Writing)
    job._intend(Task(file_id, str(path), stamp, 0, None, blind=False), prepared)
    return prepared


def states(index: Index) -> tuple[int, int]:
    """How many writes can be undone, and how many are still open."""
    return len(index.journal.done()), len(index.journal.intended())


def test_a_write_that_did_not_happen_is_void_and_leaves_nothing(
    index: Index, tmp_path: Path
) -> None:
    path = Path(write(tmp_path / "Samples" / "a.wav"))
    before = path.read_bytes()
    intend(index, path)
    recover_written(index, Feed(), Strays())
    assert states(index) == (0, 0)
    assert path.read_bytes() == before
    assert [item.name for item in path.parent.iterdir()] == ["a.wav"]


def test_a_write_that_happened_can_be_undone(index: Index, tmp_path: Path) -> None:
    path = Path(write(tmp_path / "Samples" / "a.wav"))
    writing.commit(intend(index, path))
    recover_written(index, Feed(), Strays())
    assert states(index) == (1, 0)
    record = index.lookup.by_path(str(path))
    assert record is not None
    assert record.written
    assert record.stamp.size == path.stat().st_size


def test_a_file_whose_disk_is_away_keeps_its_way_back(index: Index, tmp_path: Path) -> None:
    path = Path(write(tmp_path / "Samples" / "a.wav"))
    before = path.read_bytes()
    writing.commit(intend(index, path))
    away = path.parent.rename(tmp_path / "unplugged")
    recover_written(index, Feed(), Strays())
    away.rename(path.parent)
    (entry,) = index.journal.done()
    writing.undo(past_of(entry, writing.WrittenBefore()))
    assert path.read_bytes() == before


def test_what_was_taken_back_before_a_crash_is_not_written_again(
    index: Index, tmp_path: Path
) -> None:
    path = Path(write(tmp_path / "Samples" / "a.wav"))
    prepared = intend(index, path)
    writing.commit(prepared)
    recover_written(index, Feed(), Strays())
    (entry,) = index.journal.done()
    index.journal.settle(entry.id, JournalState.UNDOING)
    writing.undo(past_of(entry, writing.WrittenBefore()))
    index.queue.add(Step.WRITE, [entry.file_id or 0])
    recover_undone(index, Strays())
    record = index.lookup.by_path(str(path))
    assert record is not None
    assert (record.written, record.write_reason) == (False, TAKEN_BACK)
    assert record.stamp == Stamp.of(path.stat())
    assert not index.queue.due(Step.WRITE, 1)
    assert states(index) == (0, 0)


def test_a_file_that_was_heard_as_another_is_looked_at_once_more(
    index: Index, tmp_path: Path
) -> None:
    path = Path(write(tmp_path / "Samples" / "a.wav"))
    prepared = intend(index, path)
    writing.commit(prepared)
    recover_written(index, Feed(), Strays())
    (entry,) = index.journal.done()
    index.files.heard(entry.file_id or 0, hearing("another"), {})
    index.journal.settle(entry.id, JournalState.UNDOING)
    writing.undo(past_of(entry, writing.WrittenBefore()))
    recover_undone(index, Strays())
    record = index.lookup.by_path(str(path))
    assert record is not None
    assert record.write_reason == TAKEN_BACK
    assert record.stamp != Stamp.of(path.stat())


def test_a_file_that_somebody_changed_since_keeps_its_way_back(
    index: Index, tmp_path: Path
) -> None:
    path = Path(write(tmp_path / "Samples" / "a.wav"))
    writing.commit(intend(index, path))
    path.write_bytes(path.read_bytes().replace(b"kick", b"tick"))
    recover_written(index, Feed(), Strays())
    assert states(index) == (1, 0)


def test_a_link_that_has_gone_since_keeps_nobody_from_starting(
    index: Index, tmp_path: Path
) -> None:
    real, link = Path(write(tmp_path / "Elsewhere" / "a.wav")), tmp_path / "Samples" / "a.wav"
    link.parent.mkdir()
    link.symlink_to(real)
    writing.commit(intend(index, link))
    link.unlink()
    recover_written(index, Feed(), Strays())
    assert states(index) == (1, 0)


def test_a_copy_beside_the_file_that_a_link_leads_to_is_removed(
    index: Index, tmp_path: Path
) -> None:
    real, link = Path(write(tmp_path / "Elsewhere" / "a.wav")), tmp_path / "Samples" / "a.wav"
    link.parent.mkdir()
    link.symlink_to(real)
    (file_id,) = index.files.arrived([Arrival(str(link), Stamp.of(real.stat()), None)])
    index.queue.add(Step.WRITE, [file_id])
    assert isinstance(writing.prepare(str(link), ("kick",)), writing.Prepared)
    recover_written(index, Feed(), Strays())
    assert [item.name for item in real.parent.iterdir()] == ["a.wav"]
