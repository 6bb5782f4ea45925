"""The rows of training jobs: what is kept of each, and told to whoever listens."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from earmark_daemon.errors import fail
from earmark_daemon.learning.place import Progress, Wish
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.training.rounds import with_round
from earmark_db.index import Index
from earmark_db.jobs import JobRecord

_HOW_FAR = ("phase", "done", "total", "epoch", "epochs")
_PROGRESS = (*_HOW_FAR, "loss", "score", "seconds_left", "message")


class JobRows:
    """Jobs as they stand in the index, each with a folder of its own while it goes on."""

    def __init__(self, index: Index, feed: Feed, folder: Path) -> None:
        """Prepare.

        Args:
            index: where the rows are.
            feed: who is told.
            folder: where each job gets a folder of its own.
        """
        self._jobs = index.jobs
        self._feed = feed
        self._folder = folder

    def open(self) -> list[JobRecord]:
        """The jobs that have not ended."""
        return self._jobs.open()

    def all(self) -> list[dict[str, Any]]:
        """Every job, the newest first."""
        return [_data(record) for record in self._jobs.all()]

    def show(self, job: int) -> dict[str, Any]:
        """One job."""
        return _data(self.find(job))

    def find(self, job: int) -> JobRecord:
        """One job as the index has it.

        Raises:
            EarmarkError: there is no such job.
        """
        record = self._jobs.of(job)
        if record is None:
            raise fail("unknown-job", f"There is no job {job}.", "See them: earmark jobs")
        return record

    def begin(
        self, place: str, tag_set: str, labels: Mapping[str, Mapping[str, int]], wish: Wish
    ) -> int:
        """A new row; its number.

        Args:
            place: where the job is done.
            tag_set: whose tags are learnt.
            labels: how often people said what of each tag.
            wish: what was asked for.

        Raises:
            EarmarkError: these tags are being trained already.
        """
        for record in self.open():
            if record.tag_set == tag_set:
                raise fail(
                    "already-training",
                    f"The tags “{tag_set}” are being trained already (job {record.id}).",
                    f"Wait for it, or end it: earmark jobs cancel {record.id}",
                )
        data = {"labels": labels, "phase": "waiting", **asdict(wish)}
        return self._jobs.begin(place, tag_set, data)

    def note(self, job: int, progress: Progress) -> None:
        """Keep how far a job is, and what its place wants to find again."""
        record = self.find(job)
        data = {**record.data, **{name: getattr(progress, name) for name in _PROGRESS}}
        data["rounds"] = with_round(record.data.get("rounds") or [], progress)
        if progress.note is not None:
            data["note"] = dict(progress.note)
        state = "waiting" if progress.waiting else "running"
        self._jobs.change(job, state, data)
        told = {name: value for name, value in asdict(progress).items() if name != "note"}
        self._feed.tell("training", job=job, state=state, **told)

    def end(self, job: int, state: str, **data: Any) -> None:
        """Close a row with its last data, and remove the job's folder.

        What was said of its progress is over too: a message is of how it ended.
        """
        over = {"seconds_left": None, "note": None, "rounds": None, "message": ""}
        changed = {**self.find(job).data, **over, **data}
        self._jobs.change(job, state, changed, ended=True)
        shutil.rmtree(self._place_of(job), ignore_errors=True)
        self._feed.tell(
            "training",
            job=job,
            state=state,
            phase=changed.get("phase"),
            done=0,
            total=0,
            message=changed["message"],
        )

    def folder_of(self, job: int) -> Path:
        """The folder of a job, made where it is not there yet."""
        folder = self._place_of(job)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def sweep(self) -> None:
        """Remove the folders of jobs that have ended."""
        kept = {str(record.id) for record in self.open()}
        if not self._folder.is_dir():
            return
        for folder in self._folder.iterdir():
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)

    def _place_of(self, job: int) -> Path:
        return self._folder / str(job)


def _data(record: JobRecord) -> dict[str, Any]:
    data: Mapping[str, Any] = record.data
    names = (*_PROGRESS, "rounds", "model", "metrics")
    return {
        "id": record.id,
        "where": record.place,
        "tag_set": record.tag_set,
        "state": record.state,
        "labels": data["labels"],
        **{name: data.get(name) for name in names},
        "began": record.began,
        "ended": record.ended,
    }
