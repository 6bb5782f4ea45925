"""Takes back what this computer has sent to the trainer: its jobs there, and its spectrograms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.learning.endpoint import jobs
from earmark_daemon.learning.endpoint.client import Client
from earmark_daemon.learning.endpoint.faults import TryAgain

_TRIES = 10
_LONGEST_WAIT_SECONDS = 10.0
_AWAY = {"trainer-unreachable", "trainer-silent"}
_AGAIN = "Say it again, and the rest is erased: earmark endpoint erase"

T = TypeVar("T")


@dataclass(frozen=True)
class Erased:
    """What is gone from the trainer.

    Attributes:
        jobs: how many, each with its order, labels and model.
        bytes: that the spectrograms took there.
    """

    jobs: int
    bytes: int


def erase(client: Client, begin: Callable[[], None], *, may_be_off: bool) -> Erased:
    """Have the trainer delete all that it keeps of this computer.

    Args:
        client: the trainer.
        begin: called once it has answered, before anything is deleted.
        may_be_off: whether its machine is switched on for trainings alone; it is left as it is.

    Raises:
        EarmarkError: nothing was erased, or not all; in words. Call again, and the rest is.
    """
    try:
        client.get("/v1/jobs", limit=1)
    except TryAgain as error:
        raise _nothing_done(error, may_be_off=may_be_off) from error
    begin()
    ids: list[str] = []
    done = 0
    try:
        ids = _patiently(client, partial(jobs.ids, client))
        for job in ids:
            _delete_job(client, job)
            done += 1
        answer = _patiently(client, partial(client.delete, "/v1/spectrograms"))
        size = _size(client, answer)
    except EarmarkError as error:
        raise _half_done(error, done, len(ids)) from error
    return Erased(done, size)


def _delete_job(client: Client, job: str) -> None:
    """Delete a job, which may be gone already; one that runs is ended first."""
    try:
        _patiently(client, partial(client.delete, f"/v1/jobs/{job}"))
    except EarmarkError as error:
        if error.problem.code != "no-such-job":
            raise


def _patiently(client: Client, ask: Callable[[], T]) -> T:
    """What is answered, asked as slowly as the trainer wants it."""
    for _ in range(_TRIES - 1):
        try:
            return ask()
        except TryAgain as error:
            if error.seconds is None:
                raise
            client.stop.wait(min(error.seconds, _LONGEST_WAIT_SECONDS))
    return ask()


def _size(client: Client, answer: Any) -> int:
    try:
        return int(answer["bytes"])
    except (KeyError, TypeError, ValueError) as error:
        raise client.unexpected() from error


def _nothing_done(error: EarmarkError, *, may_be_off: bool) -> EarmarkError:
    problem = error.problem
    advice = f"{problem.advice} Then say it again: earmark endpoint erase".lstrip()
    if may_be_off and problem.code in _AWAY:
        advice = (
            "Its machine is switched on for trainings alone, and was not for this. Switch it on"
            " yourself, and once `earmark endpoint test` is answered: earmark endpoint erase. If"
            " you rent it no more, delete it with its disk."
        )
    return fail(problem.code, f"{problem.message} Nothing was erased.", advice)


def _half_done(error: EarmarkError, done: int, total: int) -> EarmarkError:
    problem = error.problem
    how_far = f"{done} of {total} trainings are erased" if total else "No training is erased yet"
    return fail(
        "half-erased",
        f"Not all is erased: {problem.message} {how_far}; spectrograms may still be there.",
        f"{problem.advice} {_AGAIN}".lstrip(),
    )
