"""Jobs on the trainer: order one, hear how it goes, end it, let it go on, list them all."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import requests

from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.learning.endpoint.client import Client
from earmark_daemon.learning.endpoint.faults import TryAgain

_ID = re.compile(r"[0-9a-f]{32}")
_POLL_SECONDS = 25.0
_LONGEST_LINE = 1 << 20
_PIECE = 512
_LISTED_AT_ONCE = 100


class State(StrEnum):
    """Where a job is in its life, as the trainer says it."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether nothing more happens by itself."""
        return self in (State.SUCCEEDED, State.FAILED, State.CANCELLED)


@dataclass(frozen=True)
class Result:
    """The model that a job made.

    Attributes:
        sha256: of the file.
        size: of the file, bytes.
        signature: the trainer's, 128 hexadecimal digits.
    """

    sha256: str
    size: int
    signature: str


@dataclass(frozen=True)
class Job:
    """A job as it stands.

    Attributes:
        id: the trainer's name for it.
        state: where it is in its life.
        before: jobs that come first, while it waits.
        problem: why it failed.
        result: what it made.
    """

    id: str
    state: State
    before: int | None = None
    problem: Problem | None = None
    result: Result | None = None


@dataclass(frozen=True)
class News:
    """Something that happened to a job.

    Attributes:
        number: counts up from 1.
        kind: ``"state"`` or ``"progress"``.
        data: as in docs/TRAINER-API.md.
    """

    number: int
    kind: str
    data: Mapping[str, Any]


def submit(client: Client, order: Mapping[str, Any], key: str) -> Job:
    """Order a training; with the same key and order it is the same job again."""
    return _job(client, client.post("/v1/jobs", order, {"Idempotency-Key": key}))


def look(client: Client, job: str) -> Job:
    """How a job stands."""
    return _job(client, client.get(f"/v1/jobs/{job}"))


def cancel(client: Client, job: str) -> Job:
    """End a job; it can go on later."""
    return _job(client, client.post(f"/v1/jobs/{job}/cancel"))


def resume(client: Client, job: str) -> Job:
    """Let a failed or cancelled job go on from where it was."""
    return _job(client, client.post(f"/v1/jobs/{job}/resume"))


def ids(client: Client) -> list[str]:
    """The trainer's names for all jobs of this computer, the newest first."""
    found: list[str] = []
    before: int | None = None
    while True:
        place = {} if before is None else {"before": before}
        page = client.get("/v1/jobs", limit=_LISTED_AT_ONCE, **place)
        try:
            found += [_job(client, told).id for told in page["jobs"]]
            following = page["next"]
            if following is None:
                return found
            following = int(following)
        except (KeyError, TypeError, ValueError) as error:
            raise client.unexpected() from error
        if before is not None and following >= before:
            raise client.unexpected()
        before = following


def follow(client: Client, job: str, after: int = 0) -> Iterator[News]:
    """What happens to a job after event number ``after``, until it has ended.

    Server-sent events, and long polls where something on the way keeps a stream from passing.

    Raises:
        TryAgain: the line broke; follow again after the last number seen.
    """
    try:
        for news in _stream(client, job, after):
            after = news.number
            yield news
    except TryAgain:
        pass
    else:
        if look(client, job).state.final:
            return
    yield from _poll(client, job, after)


def _stream(client: Client, job: str, after: int) -> Iterator[News]:
    headers = {"Last-Event-ID": str(after), "Accept": "text/event-stream"}
    with client.answer("GET", f"/v1/jobs/{job}/events", headers=headers) as response:
        if response.status_code == 204:
            return
        if "text/event-stream" not in response.headers.get("Content-Type", ""):
            return
        for line in _lines(client, response):
            if line.startswith(b"data:"):
                yield _news(client, _parsed(client, line.removeprefix(b"data:")))


def _lines(client: Client, response: requests.Response) -> Iterator[bytes]:
    """The lines of an answer as they come; the end of one that is too long is not waited for."""
    rest = bytearray()
    for piece in response.iter_content(_PIECE):
        first, *others = piece.split(b"\n")
        rest += first
        for other in others:
            yield bytes(rest).rstrip(b"\r")
            rest = bytearray(other)
        if len(rest) > _LONGEST_LINE:
            raise client.unexpected()


def _poll(client: Client, job: str, after: int) -> Iterator[News]:
    while True:
        found = client.get(f"/v1/jobs/{job}/updates", after=after, wait=_POLL_SECONDS)
        try:
            events, final = found["events"], found["final"]
            after = int(found["next"])
        except (KeyError, TypeError, ValueError) as error:
            raise client.unexpected() from error
        for event in events:
            yield _news(client, event)
        if final:
            return


def _parsed(client: Client, text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise client.unexpected() from error


def _news(client: Client, event: Any) -> News:
    try:
        data = event["data"]
        if not isinstance(data, dict):
            raise TypeError("not an object")
        return News(int(event["number"]), str(event["kind"]), data)
    except (KeyError, TypeError, ValueError) as error:
        raise client.unexpected() from error


def _job(client: Client, data: Any) -> Job:
    try:
        result = data["result"]
        job = Job(
            str(data["id"]),
            State(data["state"]),
            None if data["queue_position"] is None else int(data["queue_position"]),
            problem_of(data["problem"]),
            result and Result(result["sha256"], int(result["size"]), result["signature"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise client.unexpected() from error
    if not _ID.fullmatch(job.id):
        raise client.unexpected()
    return job


def problem_of(told: Mapping[str, Any] | None) -> Problem | None:
    """A problem as the trainer states it, in Earmark's form."""
    if not told:
        return None
    words = f"{told.get('title', '')} {told.get('detail', '')}".strip()
    return Problem(str(told.get("code", "failed")), words, str(told.get("advice", "")))


def number_of(value: object) -> float | None:
    """A number that an answer holds, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def error_of(job: Job) -> EarmarkError:
    """Why a job ended without a model."""
    problem = job.problem or Problem("failed", "The training on the trainer failed.")
    return EarmarkError(problem)
