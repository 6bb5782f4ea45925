"""The place `here`: a head on the embeddings that are stored, on this machine, in seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from earmark_daemon import __version__
from earmark_daemon.errors import EarmarkError, Problem, fail
from earmark_daemon.hearing.modelfile import ModelInfo
from earmark_daemon.learning.folds import FOLDS
from earmark_daemon.learning.place import Lesson, Made, Order, Progress, Sending, Stopped, Tell
from earmark_daemon.processes import WorkerDied, WorkerFailed, Workers, in_a_line
from earmark_daemon.service.training import pieces
from earmark_daemon.service.training.pieces import About

T = TypeVar("T")

_TRIES = 2
"""A worker that died, as for want of memory, is tried once more."""


class Here:
    """Trains in the daemon's own workers; see `earmark_daemon.learning.place.Place`."""

    name = "here"

    def __init__(self, workers: Workers, index: Path, backbone: ModelInfo) -> None:
        """Prepare.

        Args:
            workers: who does it.
            index: where embeddings lie.
            backbone: the model whose embeddings these are.
        """
        self._workers = workers
        self._index = str(index)
        self._backbone = backbone
        self._unwanted: set[int] = set()
        self._lock = threading.Lock()

    def unready(self) -> Problem | None:
        """It always can."""
        return None

    def would_send(self, lesson: Lesson) -> Sending:
        """Nothing leaves this computer."""
        return Sending()

    def run(self, order: Order, tell: Tell) -> Made:
        """Prepare, test by cross-validation, learn; see `Place.run`."""
        folder, digest = str(order.folder), self._backbone.digest
        examples = order.lesson.examples
        tell(Progress("gathering", message="Gathering what you labelled."))
        ready = self._await(
            order.job, self._begin(pieces.prepare, self._index, examples, digest, folder)
        )
        calls: list[Callable[[], Future[Any]]] = [
            *(lambda f=fold: self._begin(pieces.answer, folder, f) for fold in range(FOLDS)),
            *(lambda n=count: self._begin(pieces.curve, folder, n) for count in ready.curve),
        ]
        results = []
        pending = [call() for call in calls]
        for number, (call, future) in enumerate(zip(calls, pending, strict=True)):
            tell(Progress("testing", number, len(calls), message="Testing what can be learnt."))
            results.append(self._await(order.job, future, call))
        tell(Progress("learning", len(calls), len(calls), message="Learning from all of it."))
        target = order.folder / "head.onnx"
        about = About(examples.tag_set, digest, self._backbone.frontend.to_dict(), __version__)
        points = {
            str(count): found
            for count, found in zip(ready.curve, results[FOLDS:], strict=True)
            if found
        }
        untold = self._await(
            order.job,
            self._begin(pieces.finish, folder, about, results[:FOLDS], points, str(target)),
        )
        return Made(target, {**ready.left_out, **untold})

    def resume(self, order: Order, note: Mapping[str, Any], tell: Tell) -> Made:
        """It takes seconds, so it is done again."""
        return self.run(order, tell)

    def cancel(self, job: int, note: Mapping[str, Any]) -> None:
        """Stop at the next piece."""
        with self._lock:
            self._unwanted.add(job)

    def suspend(self, job: int) -> None:
        """Stop at the next piece."""
        self.cancel(job, {})

    def _begin(self, function: Callable[..., T], *arguments: object) -> Future[T]:
        return self._workers.submit(function, *arguments)

    def _await(
        self, job: int, future: Future[T], again: Callable[[], Future[T]] | None = None
    ) -> T:
        """The result of a piece.

        Raises:
            Stopped: nobody wants the job any more.
            EarmarkError: what the piece says is wrong, or that the worker died.
        """
        for left in range(_TRIES - 1, -1, -1):
            try:
                result = future.result()
                break
            except (WorkerDied, WorkerFailed) as error:
                if not left or again is None or isinstance(error, WorkerFailed):
                    raise _died(error) from error
                future = again()
        with self._lock:
            if job in self._unwanted:
                self._unwanted.discard(job)
                raise Stopped
        return result


def _died(error: Exception) -> EarmarkError:
    return fail(
        "training-failed",
        f"A worker failed while it trained ({in_a_line(error)}).",
        "Nothing is lost. Try again; if it fails again, please report it.",
    )
