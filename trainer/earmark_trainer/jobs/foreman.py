"""Gives jobs to the engine as slots come free, and decides what becomes of every attempt.

Retrying is decided here and kept in the job's row; an engine only runs what it is given.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

from earmark_trainer.engines.engine import Assignment, Ending, Engine, Outcome
from earmark_trainer.jobs.attempts import Attempts
from earmark_trainer.jobs.board import Board
from earmark_trainer.jobs.builtin import builtin_model
from earmark_trainer.jobs.job import Job
from earmark_trainer.jobs.orders import check_spectrograms
from earmark_trainer.jobs.workshop import clear_up, inspect_result, lay_out, result_folder
from earmark_trainer.limits import Limits
from earmark_trainer.problems import (
    BAD_DATA,
    NO_HANDLES,
    NoSpaceError,
    Problem,
    TrainerError,
    disk_full,
)
from earmark_trainer.storage.folders import Folders
from earmark_trainer.storage.signing import SigningKey
from earmark_trainer.storage.spectrograms import Spectrograms, damaged_packs

_log = logging.getLogger(__name__)
_ROOM_SECONDS = 2.0
T = TypeVar("T")


class Foreman:
    """Runs jobs; one task for each attempt."""

    def __init__(
        self,
        board: Board,
        attempts: Attempts,
        spectrograms: Spectrograms,
        folders: Folders,
        key: SigningKey,
        limits: Limits,
    ) -> None:
        self._board = board
        self._attempts = attempts
        self._spectrograms = spectrograms
        self._folders = folders
        self._key = key
        self._limits = limits
        self._wake = asyncio.Event()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def run(self, engine: Engine) -> None:
        """Work until cancelled; then end all attempts, to be taken up again at the next start."""
        lost = False
        try:
            while True:
                with suppress(NoSpaceError):
                    self._take_up(lost=lost)
                    self._fill(engine)
                lost = True
                await self._wake.wait()
                self._wake.clear()
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            await engine.reap()

    def wake(self) -> None:
        """Look at the queue: there may be something new, or space where there was none."""
        self._wake.set()

    async def wait_for(self, job: Job) -> None:
        """Wait until no attempt at this job is being worked on."""
        task = self._tasks.get(job.id)
        if task is not None:
            await asyncio.wait([task])

    def forgotten(self) -> list[str]:
        """The jobs that are worked on although nobody has them any more."""
        return [job for job in self._tasks if not self._board.needs_folder(job)]

    def _take_up(self, *, lost: bool) -> None:
        """Try jobs again that nobody works on: cut short by a restart, or lost by a mistake."""
        for job in self._attempts.running():
            if job.id not in self._tasks:
                self._try_again(job, lost=lost, problem=_cut_short())

    def _fill(self, engine: Engine) -> None:
        while len(self._tasks) < engine.slots:
            job = self._attempts.start_next()
            if job is None:
                return
            task = asyncio.create_task(self._work(engine, job), name=f"job-{job.id}")
            self._tasks[job.id] = task
            task.add_done_callback(partial(self._done, job.id))

    def _done(self, job: str, task: asyncio.Task[None]) -> None:
        del self._tasks[job]
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("attempt at job %s broke", job, exc_info=error)

    async def _work(self, engine: Engine, job: Job) -> None:
        assignment: Assignment | None = None
        try:
            assignment = await _once_there_is_room(partial(self._prepare, job))
            if self._attempts.is_cancelling(job):
                ending = Ending(Outcome.CANCELLED)
            else:
                report = partial(self._attempts.note_progress, job)
                ending = await _once_there_is_room(partial(engine.submit, assignment, report))
        except TrainerError as error:
            ending = Ending(Outcome.FAILED, error.problem)
        except OSError as error:
            ending = Ending(Outcome.FAILED, _of_os_error(error))
        if ending.problem is not None and ending.problem.code == BAD_DATA:
            await self._forget_damaged(job)
        await self._settle(job, assignment, ending)

    async def _prepare(self, job: Job) -> Assignment:
        order = self._board.order(job)
        places = self._spectrograms.locate(job.tenant, order.digests)
        check_spectrograms(order, places)
        if order.start == "builtin":
            initial = builtin_model()
        elif order.start == "scratch":
            initial = None
        else:
            earlier = self._board.get(job.tenant, order.start)
            initial = result_folder(self._folders, earlier) / "model.onnx"
        return await asyncio.to_thread(lay_out, self._folders, job, order, places, initial)

    async def _forget_damaged(self, job: Job) -> None:
        """Have packs uploaded anew that hold something else than they did."""
        places = self._spectrograms.locate(job.tenant, self._board.order(job).digests)
        found = await asyncio.to_thread(damaged_packs, places.values())
        self._spectrograms.forget_packs(job.tenant, found)

    async def _settle(self, job: Job, assignment: Assignment | None, ending: Ending) -> None:
        if self._attempts.is_cancelling(job) or ending.outcome is Outcome.CANCELLED:
            self._attempts.confirm_cancelled(job)
        elif ending.outcome is Outcome.FINISHED and assignment is not None:
            await self._publish(job, assignment)
        elif ending.outcome is Outcome.LOST:
            self._try_again(job, lost=True, problem=ending.problem or _cut_short())
        else:
            self._attempts.fail(job, ending.problem or _cut_short())

    async def _publish(self, job: Job, assignment: Assignment) -> None:
        try:
            look = partial(asyncio.to_thread, inspect_result, assignment, self._key)
            result = await _once_there_is_room(look)
        except TrainerError as error:
            self._attempts.fail(job, error.problem)
            return
        if self._attempts.succeed(job, result):
            await asyncio.to_thread(clear_up, self._folders, job)

    def _try_again(self, job: Job, *, lost: bool, problem: Problem) -> None:
        if job.cancelling:
            self._attempts.confirm_cancelled(job)
        elif job.losses + lost >= self._limits.losses or job.attempt >= self._limits.attempts:
            self._attempts.fail(job, problem)
        else:
            self._attempts.requeue(job, lost=lost)

    def sweep(self) -> None:
        """Delete the folders of jobs that are forgotten, or that came to nothing long ago."""
        for jobs in self._folders.all_of("jobs"):
            for folder in jobs.iterdir():
                if not self._board.needs_folder(folder.name):
                    shutil.rmtree(folder, ignore_errors=True)


async def _once_there_is_room(step: Callable[[], Awaitable[T]]) -> T:
    """What a step gives, which is begun again as long as no file handle or process is left."""
    while True:
        try:
            return await step()
        except OSError as error:
            if error.errno not in NO_HANDLES:
                raise
            _log.warning("waiting for room to go on with a job: %s", error.strerror)
            await asyncio.sleep(_ROOM_SECONDS)


def _of_os_error(error: OSError) -> Problem:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full("the job's folder").problem
    return Problem(
        "cannot-start",
        "The training could not be started.",
        f"The system said: {error.strerror}.",
        "Look at the trainer's machine, then resume the job.",
    )


def _cut_short() -> Problem:
    return Problem(
        "cut-short",
        "The training was cut short too often.",
        "The trainer was stopped each time before it was done.",
        "Keep the trainer running, then resume the job.",
    )
