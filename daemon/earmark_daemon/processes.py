"""Worker processes that may die: a broken file takes down a child, never the daemon.

Knows nothing of sounds. A function that a module defines runs in a child; a child that crashes or
does not come to an end costs that one call, and the next call gets a new child. Children end when
they have been idle for a while, so that a daemon at rest stays small, and when their parent dies.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

from earmark_daemon.errors import EarmarkError, Problem, fail

T = TypeVar("T")

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_PR_SET_PDEATHSIG = 1
_SAFE_PATH = "PYTHONSAFEPATH"
_AGAIN_SECONDS = 5.0


class WorkerDied(Exception):
    """The child crashed, or was killed because it did not come to an end."""


class WorkerFailed(Exception):
    """The function raised something unexpected; carries the child's traceback."""


def in_a_line(error: Exception) -> str:
    """Why a call failed: how the child ended, or the last line of its traceback."""
    return str(error).strip().splitlines()[-1]


@contextmanager
def explained(code: str, what: str, advice: str = "") -> Iterator[None]:
    """Around waiting for calls: a child that died or failed is told as an `EarmarkError`.

    Args:
        code: of the error.
        what: what failed, in words without a full stop; why is added.
        advice: what to do.
    """
    try:
        yield
    except (WorkerDied, WorkerFailed) as error:
        raise fail(code, f"{what} ({in_a_line(error)}).", advice) from error


@dataclass(frozen=True)
class _Call:
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    seconds: float
    future: Future[Any]


class Workers:
    """A few child processes, started when there is more work than those that rest can take."""

    def __init__(
        self,
        count: int,
        *,
        idle_seconds: float = 20.0,
        niceness: int = 5,
        unfit: Callable[[], Problem | None] = lambda: None,
    ) -> None:
        """Prepare ``count`` workers; no process starts before the first call.

        Args:
            count: how many run at once.
            idle_seconds: after how long without work a child ends.
            niceness: how far children step back behind the user's own programs.
            unfit: why no call can be done, if so: children would run other code than this process.
        """
        self.count = count
        self._calls: deque[_Call] = deque()
        self._changed = threading.Condition()
        self._resting = 0
        self._closing = False
        self._idle_seconds = idle_seconds
        self._niceness = niceness
        self._unfit = unfit
        self._threads = [
            threading.Thread(target=self._serve, name=f"worker-{number}") for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def submit(
        self, function: Callable[..., T], *arguments: object, seconds: float = 300.0
    ) -> Future[T]:
        """Run ``function(*arguments)`` in a child; everything must survive pickling.

        The future raises what the function raised if that is an EarmarkError, `WorkerFailed` for
        any other exception, and `WorkerDied` if the child crashed or took over ``seconds``; an
        EarmarkError instead while no call can be done.
        """
        future: Future[T] = Future()
        with self._changed:
            self._calls.append(_Call(function, arguments, seconds, future))
            self._changed.notify_all()
        return future

    def close(self) -> None:
        """Let running calls end, then end every child."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        child: _Child | None = None
        while True:
            call = self._with_child() if child else self._without_child()
            if call is None:
                _end(child)
                child = None
                if self._closing:
                    return
                continue
            tell: Callable[[], None] | None = None
            if call.future.set_running_or_notify_cancel():
                child = self._fit_child(child)
                tell = _answered(child, call, self._unfit)
            child = child if child and child.alive else None
            with self._changed:
                self._resting += child is not None
            if tell:
                tell()

    def _fit_child(self, child: _Child | None) -> _Child | None:
        """The child at hand or a new one; None if there is to be none."""
        if self._unfit():
            _end(child)
            return None
        return child if child and child.alive else self._new_child()

    def _new_child(self) -> _Child | None:
        """A new child, as soon as the system has room for one; None if there is to be none."""
        said = False
        while True:
            try:
                return _Child(self._niceness)
            except OSError as error:
                if not said:
                    sys.stderr.write(f"No process can be started ({error}); trying again.\n")
                said = True
            with self._changed:
                if self._changed.wait_for(lambda: self._closing, _AGAIN_SECONDS):
                    return None

    def _with_child(self) -> _Call | None:
        """The next call; None once there was none for so long that the child shall end."""
        with self._changed:
            self._changed.wait_for(lambda: self._calls or self._closing, self._idle_seconds)
            self._resting -= 1
            return self._calls.popleft() if self._calls else None

    def _without_child(self) -> _Call | None:
        """The next call that no resting child can take; None once there will be no more."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._calls) > self._resting or self._closing)
            return self._calls.popleft() if self._calls else None


def _answered(
    child: _Child | None, call: _Call, unfit: Callable[[], Problem | None]
) -> Callable[[], None]:
    """What tells how a call has ended, once it has."""
    try:
        if child is None:
            raise WorkerDied("could not be started")
        return partial(call.future.set_result, child.run(call))
    except Exception as error:  # noqa: BLE001 - whoever waits for the future gets it
        problem = unfit()
        return partial(call.future.set_exception, EarmarkError(problem) if problem else error)


class _Child:
    """One child process and the pipe to it."""

    def __init__(self, niceness: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(
            target=_work, args=(theirs, niceness, os.getpid()), daemon=True
        )
        with _STARTING, _modules_of_ours_alone():
            self._process.start()
        theirs.close()

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def run(self, call: _Call) -> Any:
        try:
            self._pipe.send((call.function, call.arguments))
            if not wait([self._pipe, self._process.sentinel], timeout=call.seconds):
                self._process.kill()
                self.end()
                raise WorkerDied(f"took more than {call.seconds:.0f} seconds")
            good, value = self._pipe.recv()
        except (EOFError, OSError) as error:
            self.end()
            raise WorkerDied(f"ended with code {self._process.exitcode}") from error
        if good:
            return value
        if isinstance(value, EarmarkError):
            raise value
        raise WorkerFailed(value)

    def end(self) -> None:
        self._pipe.close()
        self._process.join()


_STARTING = threading.Lock()


@contextmanager
def _modules_of_ours_alone() -> Iterator[None]:
    """Inside, no program that is started takes Python modules out of the folder it starts in."""
    before = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_SAFE_PATH]
        else:
            os.environ[_SAFE_PATH] = before


def _end(child: _Child | None) -> None:
    if child is not None:
        child.end()


def _work(pipe: Connection, niceness: int, parent: int) -> None:
    """The child's life: take a call, answer it, until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in _ONE_THREAD:
        os.environ[name] = "1"
    _step_back(niceness)
    _die_with(parent)
    while True:
        try:
            function, arguments = pipe.recv()
        except (EOFError, OSError):
            return
        answer: tuple[bool, Any]
        try:
            answer = (True, function(*arguments))
        except EarmarkError as error:
            answer = (False, error)
        except Exception:  # noqa: BLE001 - the parent decides
            answer = (False, traceback.format_exc())
        try:
            pipe.send(answer)
        except OSError:
            return


def _step_back(niceness: int) -> None:
    if hasattr(os, "nice"):
        os.nice(niceness)


def _die_with(parent: int) -> None:
    """On Linux, have the kernel end this child when the daemon dies, even by ``kill -9``."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
