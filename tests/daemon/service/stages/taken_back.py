"""Files that a stage has written into, and who takes that back."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from tests.daemon.audio_files import write
from tests.db.sounds import hearing

from earmark_daemon.containers.digest import content_digest
from earmark_daemon.processes import Workers
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.stages.strays import Strays
from earmark_daemon.service.stages.undoing import Undoing
from earmark_daemon.service.stages.writing_job import WritingJob
from earmark_daemon.settings import Writing
from earmark_db.index import Index
from earmark_db.records import Arrival, Stamp, Step, Tag


def tag(
    index: Index, workers: Workers, path: Path, *tags: str, settings: Writing | None = None
) -> None:
    """Write these into a file, as the stage does it."""
    stamp = Stamp.of(path.stat())
    (file_id,) = index.files.arrived([Arrival(str(path), stamp, None)])
    index.files.heard(file_id, hearing(content_digest(str(path))), {})
    say(index, workers, file_id, *tags, settings=settings)


def tagged_anew(index: Index, workers: Workers, path: Path) -> bytes:
    """Make a sound and write a word into it; returns what it was before."""
    write(path)
    original = path.read_bytes()
    tag(index, workers, path, "drums")
    return original


def say(
    index: Index, workers: Workers, file_id: int, *tags: str, settings: Writing | None = None
) -> None:
    """Write these into a file that is known, as the stage does it."""
    with index.transaction():
        index.files.set_tags(file_id, [Tag(each, "own", 1.0, "person") for each in tags])
        index.queue.add(Step.WRITE, [file_id])
    job = WritingJob(index, Feed(), lambda: settings or Writing())
    tasks = index.queue.due(Step.WRITE, 10)
    job.finish(list(zip(tasks, job.begin(workers, tasks).result(), strict=True)))


@pytest.fixture
def strays() -> Strays:
    return Strays()


@pytest.fixture
def undoing(index: Index, workers: Workers, strays: Strays) -> Undoing:
    return Undoing(index, Feed(), workers, nullcontext, strays)


def undo_one(undoing: Undoing, path: Path, **chosen: Any) -> str | None:
    """Take one file back; returns what became of it."""
    (told,) = undoing.undo([str(path)], **chosen)
    return told["outcome"]
