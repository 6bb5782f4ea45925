"""One sound, what waits to be written into it, and a round of who writes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.daemon.audio_files import write
from tests.db.sounds import hearing

from earmark_daemon.containers.digest import content_digest
from earmark_daemon.processes import Workers
from earmark_daemon.service.stages.writing_job import WritingJob
from earmark_db.index import Index
from earmark_db.records import Arrival, Stamp, Step, Tag, Task


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


def write_all(job: WritingJob, sound: Sound, workers: Workers) -> None:
    """One round of the stage."""
    tasks = sound.due()
    job.finish(list(zip(tasks, job.begin(workers, tasks).result(), strict=True)))
