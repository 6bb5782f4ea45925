"""One stage of a file's way: takes due tasks, has worker processes do them, commits together.

The queue on disk is the truth. A task leaves it only in the transaction that records its result,
so a crash at any point means that the task is done again, never that it is forgotten.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Generic, Protocol, TypeVar

from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.index_faults import problem_of
from earmark_daemon.processes import WorkerDied, WorkerFailed, Workers, in_a_line
from earmark_db.errors import IndexFault
from earmark_db.queue import Queue
from earmark_db.records import Step, Task

R = TypeVar("R")

MOST_AT_ONCE = 16
"""Tasks in one call to a worker."""

_WORK_SECONDS = 300.0
_SLOWEST_DISK = 1e6
"""Bytes of sound files in a second; each is read and written several times."""

BUG = "bug"
"""Code of a mistake of Earmark's own. In a stage it ends the daemon, which would stand still
unnoticed; in a request it is told to who asked."""

STALLED_SECONDS = 5.0
"""How long to wait before trying again when the index cannot be written, or no model be loaded."""


class Job(Protocol[R]):
    """What a stage does."""

    step: Step

    def begin(self, workers: Workers, tasks: Sequence[Task]) -> Future[list[R | Problem]]:
        """Start work on tasks in a worker process; one result for each, in order."""

    def finish(self, results: Sequence[tuple[Task, R | Problem]]) -> None:
        """Record results and take their tasks off the queue."""


@dataclass(frozen=True)
class _Done(Generic[R]):
    tasks: tuple[Task, ...]
    future: Future[list[R | Problem]]


class Stage(Generic[R]):
    """A thread that keeps the workers busy with one kind of work."""

    def __init__(
        self,
        job: Job[R],
        work: Queue,
        workers: Workers,
        trouble: Callable[[Problem | None], None],
        then: Callable[[], None] = lambda: None,
        at_once: int = MOST_AT_ONCE,
    ) -> None:
        """Prepare the stage.

        Args:
            job: what to do.
            work: where tasks come from.
            workers: who does it.
            trouble: told why no work can be done, as by a full disk, and None once it can be again.
            then: called after results were recorded.
            at_once: how many tasks go into one call to a worker, at most.
        """
        self._job = job
        self._work = work
        self._workers = workers
        self._trouble = trouble
        self._then = then
        self._at_once = at_once
        self._events: queue.SimpleQueue[_Done[R] | None] = queue.SimpleQueue()
        self._busy: dict[int, Task] = {}
        self._calls = 0
        self._paused = threading.Event()
        self._changed = threading.Condition()
        self._rests = 0
        self._at_rest = False
        self._ended = False
        self._stopping = threading.Event()
        self._stalled_until = 0.0
        self._trying = False
        self._thread = threading.Thread(target=self._run, name=f"stage-{job.step}")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """There may be new work."""
        self._events.put(None)

    def pause(self, paused: bool) -> None:
        """Take no new work, or take it again; what is under way is finished."""
        if paused:
            self._paused.set()
        else:
            self._paused.clear()
        self.wake()

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Inside, nothing of this stage is under way; several may be inside at once."""
        with self._changed:
            self._rests += 1
            self.wake()
            self._changed.wait_for(lambda: self._at_rest or self._ended)
        try:
            yield
        finally:
            with self._changed:
                self._rests -= 1
                self._at_rest = self._rests > 0
            self.wake()

    def stop(self) -> None:
        """Finish what is under way, then end."""
        self._stopping.set()
        self.wake()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def busy(self) -> int:
        """How many tasks are under way."""
        return len(self._busy)

    def _run(self) -> None:
        try:
            self._work_on()
        except BaseException as error:
            self._trouble(Problem(BUG, f"Earmark stumbled over a mistake of its own ({error!r})."))
            raise
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def _work_on(self) -> None:
        while True:
            with self._changed:
                self._at_rest = self._rests > 0 and not self._calls
                self._changed.notify_all()
            wait = self._fill()
            if self._stopping.is_set() and not self._calls:
                return
            done = self._gather(wait)
            if done:
                self._guarded(partial(self._finish, done))

    def _fill(self) -> float | None:
        """Hand out work; returns how long to wait for the next event, None for ever."""
        rest = self._stalled_until - time.monotonic()
        if self._stopping.is_set() or self._paused.is_set() or self._rests:
            return None
        if rest > 0:
            return rest
        room = 2 * self._workers.count - self._calls
        if room <= 0 or (self._stalled_until and self._calls):
            return None
        self._trying = True
        return self._guarded(partial(self._hand_out, room))

    def _hand_out(self, room: int) -> float | None:
        tasks = self._work.due(self._job.step, room * self._at_once, self._busy.keys())
        size = min(self._at_once, max(1, -(-len(tasks) // self._workers.count)))
        for start in range(0, len(tasks), size):
            self._begin(tasks[start : start + size])
        if self._calls:
            return None
        due = self._work.next_due(self._job.step)
        return None if due is None else max(0.0, due - time.time())

    def _begin(self, tasks: Sequence[Task]) -> None:
        future = self._job.begin(self._workers, tasks)
        self._busy.update({task.file_id: task for task in tasks})
        self._calls += 1
        future.add_done_callback(lambda f: self._events.put(_Done(tuple(tasks), f)))

    def _gather(self, wait: float | None) -> list[_Done[R]]:
        """Wait for an event, then take every other that is there already."""
        events = []
        try:
            events.append(self._events.get(timeout=wait))
            while True:
                events.append(self._events.get_nowait())
        except queue.Empty:
            pass
        return [event for event in events if event is not None]

    def _finish(self, done: Sequence[_Done[R]]) -> None:
        results: list[tuple[Task, R | Problem]] = []
        refusal: EarmarkError | None = None
        self._calls -= len(done)
        try:
            for item in done:
                try:
                    results += self._results(item)
                except EarmarkError as error:
                    refusal = error
                    self._let_go(item.tasks)
            if results:
                self._job.finish(results)
                self._then()
        finally:
            self._let_go(task for task, _ in results)
        if refusal:
            raise refusal

    def _let_go(self, tasks: Iterable[Task]) -> None:
        for task in tasks:
            self._busy.pop(task.file_id, None)

    def _results(self, done: _Done[R]) -> list[tuple[Task, R | Problem]]:
        try:
            return list(zip(done.tasks, done.future.result(), strict=True))
        except (WorkerDied, WorkerFailed) as error:
            if len(done.tasks) > 1:
                for task in done.tasks:
                    self._begin([task])
                return []
            return [(done.tasks[0], crashed(error))]

    def _guarded(self, action: Callable[[], float | None]) -> float | None:
        """Do something with the index; where that fails, say so, wait, and go on.

        So it is where a worker refuses a whole call, for then it is about none of its files: the
        model may be away for a moment while another version of Earmark is installed.
        """
        try:
            result = action()
        except IndexFault as fault:
            return self._stall(problem_of(fault))
        except EarmarkError as refusal:
            return self._stall(refusal.problem)
        if self._trying and not self._calls:
            self._go_on()
        return result

    def _stall(self, problem: Problem) -> float:
        """Say why nothing can be done, and wait; returns for how long."""
        self._stalled_until = time.monotonic() + STALLED_SECONDS
        self._trying = False
        self._trouble(problem)
        return STALLED_SECONDS

    def _go_on(self) -> None:
        """Nothing stands in the way any more: all that was tried again was done, or there is none.

        One call that was done says nothing of the others, which may need what this one did not.
        """
        if self._stalled_until:
            self._stalled_until = 0.0
            self._trouble(None)


def seconds_for(size: int) -> float:
    """How long a worker may take over files of so many bytes."""
    return _WORK_SECONDS + size / _SLOWEST_DISK


def crashed(error: Exception) -> Problem:
    """What to say of a file that a worker stumbled over."""
    return Problem(
        "crashed",
        f"Reading this file made a worker fail ({in_a_line(error)}).",
        "The file is left alone. Please report it, with the file if you can share it.",
    )
