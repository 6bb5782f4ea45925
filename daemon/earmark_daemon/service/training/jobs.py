"""Training jobs: begun, cancelled, found again after a restart, and their models used.

A job is a row in the index (`rows.py`) and a thread that waits for its place. What the place notes
is kept with the row, so that a daemon that was killed goes on with the job where the place can. So
does one whose index could not be written for a while.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from earmark_daemon.errors import EarmarkError, Problem, fail
from earmark_daemon.hearing.spectra import frontend_identity
from earmark_daemon.index_faults import problem_of
from earmark_daemon.learning.examples import Examples
from earmark_daemon.learning.place import Lesson, Order, Place, Progress, Stopped, Wish
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.models.models import Models
from earmark_daemon.service.stages.stage import STALLED_SECONDS
from earmark_daemon.service.training.material import Material
from earmark_daemon.service.training.rows import JobRows
from earmark_daemon.service.updated import UPDATED
from earmark_db.errors import IndexFault
from earmark_db.index import Index
from earmark_db.jobs import JobRecord

_LOOK_SECONDS = 0.5
_ORIGINS = {"here": "local", "endpoint": "endpoint"}


@dataclass
class _Running:
    """A job under way.

    Attributes:
        place: who does it.
        thread: that waits for it.
        ending: why it is to end before its time: ``"cancelled"`` or ``"suspended"``.
        stalled: whether it waits until the index can be written, or this process started, again.
    """

    place: Place
    thread: threading.Thread
    ending: str | None = None
    stalled: bool = False


@dataclass(frozen=True)
class _Ended:
    """How a job ended, and what is kept of that; see `JobRows.end`."""

    state: str
    data: Mapping[str, Any] = field(default_factory=dict)


class Training:
    """Begins jobs and has their places do them.

    Attributes:
        rows: the jobs as they stand in the index.
    """

    def __init__(
        self,
        index: Index,
        feed: Feed,
        models: Models,
        material: Material,
        places: Sequence[Place],
        folder: Path,
    ) -> None:
        """Prepare.

        Args:
            index: where labels and jobs are.
            feed: who is told.
            models: take in what was made.
            material: what there is to learn from.
            places: where training can happen; the first ready one does what is left to it.
            folder: where each job gets a folder of its own.
        """
        self._index = index
        self._feed = feed
        self.rows = JobRows(index, feed, folder)
        self._models = models
        self._material = material
        self._places = {place.name: place for place in places}
        self._running: dict[int, _Running] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()

    def start(self) -> None:
        """Go on with the jobs that an earlier life left behind."""
        self.rows.sweep()
        for record in self.rows.open():
            if record.place in self._places:
                with self._lock:
                    self._begin(record.id, record.place, resumed=True)
            else:
                message = f"There is no place “{record.place}” any more."
                self.rows.end(record.id, "failed", message=message)

    def close(self) -> None:
        """Leave every job where it can be found again."""
        with self._lock:
            running = dict(self._running)
        for job, own in running.items():
            own.ending = own.ending or "suspended"
            own.place.suspend(job)
        self._closing.set()
        for own in running.values():
            own.thread.join()

    def plan(self, tag_set: str, where: str) -> dict[str, Any]:
        """What `train` would do; see `TrainingRequests.training_plan`.

        Raises:
            EarmarkError: there is nothing to learn from, or the place is not ready.
        """
        place = self._place(where)
        examples = self._material.worth_training(tag_set)
        sending = place.would_send(self._lesson(examples))
        return {
            "where": place.name,
            "address": sending.address,
            "sounds": len(examples.items),
            "beside": sending.beside,
            "bytes": sending.most_bytes,
        }

    def train(self, tag_set: str, where: str, wish: Wish) -> int:
        """Begin a job; its number.

        Raises:
            EarmarkError: there is nothing to learn from, the place is not ready, or these tags are
                being trained already.
        """
        place = self._place(where)
        examples = self._material.worth_training(tag_set)
        with self._lock:
            job = self.rows.begin(place.name, tag_set, examples.counts(), wish)
            self._begin(job, place.name, resumed=False)
        return job

    def cancel(self, job: int) -> None:
        """End a job; nothing of it remains but its row.

        Raises:
            EarmarkError: there is no such job. One that has ended stays as it is.
        """
        record = self.rows.find(job)
        if record.ended is not None:
            return
        place = self._places.get(record.place)
        with self._lock:
            own = self._running.get(job)
            if own:
                own.ending = "cancelled"
        if place:
            place.cancel(job, record.data.get("note") or {})
        if own is None and self.rows.find(job).ended is None:
            self.rows.end(job, "cancelled")

    def cancel_all(self, place: str) -> None:
        """End every job of a place; returns once nobody works on them any more.

        One that waits for room in the index is not waited for: it ends before it goes on.
        """
        for record in self.rows.open():
            if record.place == place:
                self.cancel(record.id)
        with self._lock:
            ending = [own for own in self._running.values() if own.place.name == place]
        for own in ending:
            while own.thread.is_alive() and not own.stalled:
                own.thread.join(_LOOK_SECONDS)

    def _place(self, where: str) -> Place:
        """Where to train.

        Raises:
            EarmarkError: there is no such place, or it is not ready.
        """
        if where == "auto":
            ready = [place for place in self._places.values() if place.unready() is None]
            return ready[0]
        place = self._places.get(where)
        if place is None:
            places = ", ".join([*self._places, "auto"])
            raise fail(
                "unknown-place",
                f"There is no place “{where}” to train at.",
                f"Choose one of these: {places}",
            )
        problem = place.unready()
        if problem:
            raise EarmarkError(problem)
        return place

    def _begin(self, job: int, place: str, *, resumed: bool) -> None:
        """Have a thread do a job; the lock is held, so that nobody cancels a row without one."""
        thread = threading.Thread(
            target=self._run, args=(job, self._places[place], resumed), name=f"training-{job}"
        )
        self._running[job] = _Running(self._places[place], thread)
        thread.start()

    def _run(self, job: int, place: Place, resumed: bool) -> None:
        try:
            ended = self._ended(job, place, resumed)
            while ended is not None and not self._closed(job, ended):
                if self._closing.wait(STALLED_SECONDS):
                    return
        finally:
            with self._lock:
                self._running.pop(job, None)

    def _ended(self, job: int, place: Place, resumed: bool) -> _Ended | None:
        """Work on a job until it has ended; None where the daemon ends first."""
        while not self._closing.is_set():
            try:
                return self._work(job, place, resumed)
            except IndexFault as fault:
                self._stalled(job, problem_of(fault))
                resumed = True
            except Stopped:
                with self._lock:
                    ending = self._running[job].ending
                return None if ending == "suspended" else _Ended("cancelled")
            except EarmarkError as error:
                if error.problem.code != UPDATED:
                    return _Ended("failed", {"message": str(error.problem)})
                self._stalled(job, error.problem)
                resumed = True
            except Exception as error:  # noqa: BLE001 - the job fails, with its reason
                traceback.print_exc()
                message = f"Earmark stumbled over a mistake of its own ({error!r})."
                return _Ended("failed", {"message": message})
            self._closing.wait(STALLED_SECONDS)
        return None

    def _closed(self, job: int, ended: _Ended) -> bool:
        """Close a job's row; whether the index could be written."""
        try:
            self.rows.end(job, ended.state, **ended.data)
        except IndexFault as fault:
            self._stalled(job, problem_of(fault))
            return False
        return True

    def _stalled(self, job: int, problem: Problem) -> None:
        """Say why a job does not go on, once until it does."""
        with self._lock:
            own = self._running[job]
            known, own.stalled = own.stalled, True
        if not known:
            self._feed.tell("trouble", path=None, reason=str(problem))

    def _work(self, job: int, place: Place, resumed: bool) -> _Ended:
        with self._lock:
            if self._running[job].ending:
                raise Stopped
        record = self.rows.find(job)
        order = self._order(record)
        if resumed:
            made = place.resume(order, record.data.get("note") or {}, self._teller(job))
        else:
            made = place.run(order, self._teller(job))
        with self._lock:
            if self._running[job].ending == "cancelled":
                raise Stopped
        model = self._models.add(made.file, _ORIGINS.get(place.name, "file"))
        if record.data["use"]:
            self._models.use(model["digest"])
        metrics = {**model["metrics"], "left_out": dict(made.left_out)}
        return _Ended("succeeded", {"model": model["digest"], "metrics": metrics, "message": ""})

    def _order(self, record: JobRecord) -> Order:
        data = record.data
        return Order(
            job=record.id,
            lesson=self._lesson(self._material.grouped(record.tag_set)),
            wish=Wish(data["architecture"], data.get("most_epochs"), data["use"]),
            folder=self.rows.folder_of(record.id),
        )

    def _lesson(self, examples: Examples) -> Lesson:
        """These examples, seen as the built-in model hears them."""
        frontend = self._models.lineup.base.info.frontend
        return Lesson(
            examples,
            partial(self._index.verdicts.spectrogram, frontend=frontend_identity(frontend)),
            frontend.to_dict(),
            partial(self._material.library, examples.tag_set),
        )

    def _teller(self, job: int) -> Callable[[Progress], None]:
        def tell(progress: Progress) -> None:
            with self._lock:
                if self._running[job].ending:
                    raise Stopped
            self.rows.note(job, progress)
            with self._lock:
                self._running[job].stalled = False

        return tell
