"""Taking back what the journal says, in workers."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import mutagen
import pytest
from mutagen.id3 import TCON
from tests.daemon.audio_files import thump, write

from earmark_daemon.processes import Workers
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.stages.undoing import Undoing
from earmark_daemon.service.stages.writing_job import WritingJob
from earmark_daemon.settings import Writing
from earmark_db.index import Index
from earmark_db.records import Arrival, Stamp, Step, Tag

KINDS = ["wav", "mp3", "flac"]


def tag(index: Index, workers: Workers, path: Path, *tags: str) -> None:
    """Write these into a file, as the stage does it."""
    stamp = Stamp.of(path.stat())
    (file_id,) = index.files.arrived([Arrival(str(path), stamp, None)])
    with index.transaction():
        index.files.set_tags(file_id, [Tag(each, "own", 1.0, "person") for each in tags])
        index.queue.add(Step.WRITE, [file_id])
    job = WritingJob(index, Feed(), Writing)
    tasks = index.queue.due(Step.WRITE, 10)
    job.finish(list(zip(tasks, job.begin(workers, tasks).result(), strict=True)))


def undo_all(index: Index, workers: Workers) -> list[str | None]:
    """Take everything back; returns what became of each file."""
    undoing = Undoing(index, Feed(), workers, nullcontext)
    return [each["outcome"] for each in undoing.undo(index.journal.done())]


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
    index: Index, workers: Workers, tmp_path: Path, kind: str
) -> None:
    path = Path(write(tmp_path / f"a.{kind}", thump(0.3)))
    tag(index, workers, path, "drums")
    carry_over(path, "drums", audio=0.4)
    theirs = path.read_bytes()
    assert undo_all(index, workers) == ["nothing-to-do"]
    assert path.read_bytes() == theirs


@pytest.mark.parametrize("kind", KINDS)
def test_the_words_of_all_writes_go_where_nothing_says_any_more_which_are_ours(
    index: Index, workers: Workers, tmp_path: Path, kind: str
) -> None:
    path = Path(write(tmp_path / f"a.{kind}", thump(0.3)))
    tag(index, workers, path, "drums")
    tag(index, workers, path, "drums", "dusty")
    carry_over(path, "Rock; drums; dusty", audio=0.3)
    undo_all(index, workers)
    data = path.read_bytes()
    assert [word in data for word in (b"Rock", b"drums", b"dusty")] == [True, False, False]
