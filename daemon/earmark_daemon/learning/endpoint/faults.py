"""What may go wrong on the way to the trainer, in words; and what is worth another try."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator, Mapping
from typing import Any

import requests

from earmark_daemon.errors import EarmarkError, Problem

_LONGEST_WORDS = 64 << 10
_PIECE = 16 << 10
_PASSING = {408, 425, 429, 500, 502, 503, 504}
_BUSY = {429, 503}
_TRIES_OF_ITS_MISTAKES = {500: 5}
_PAIR_AGAIN = "Pair again: run `earmark-trainer pair NAME` there, then: earmark endpoint pair"


class TryAgain(EarmarkError):
    """Passes by itself: no network, a machine that restarts, too many requests.

    Attributes:
        seconds: how long the trainer asks to wait, or None.
        tries: after how many of these, without a success between, it is not worth another; or None.
    """

    def __init__(
        self, problem: Problem, seconds: float | None = None, tries: int | None = None
    ) -> None:
        super().__init__(problem)
        self.seconds = seconds
        self.tries = tries


def of_exception(error: Exception, address: str) -> EarmarkError:
    """The error behind one of requests' or urllib3's."""
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(error)):
        return EarmarkError(
            Problem(
                "wrong-certificate",
                f"What answers at {address} does not show the trainer's certificate.",
                "Nothing was sent. If the trainer's certificate was made anew, pair again; "
                "otherwise somebody may stand in between.",
            )
        )
    if isinstance(error, requests.exceptions.Timeout):
        return TryAgain(
            Problem("trainer-silent", f"The trainer at {address} does not answer in time.")
        )
    return unreachable(address)


def of_answer(response: requests.Response, address: str) -> EarmarkError:
    """The error that an answer states, which need not come from a trainer."""
    told = _told(response)
    status = response.status_code
    if status == 401:
        return EarmarkError(
            Problem(
                "not-paired", f"The trainer at {address} does not know this computer.", _PAIR_AGAIN
            )
        )
    if status in _PASSING:
        return _passing(response, told, address)
    if "title" not in told:
        return EarmarkError(
            Problem(
                "no-trainer",
                f"What answers at {address} is not a trainer (it answered {status}).",
                "Check the address that the trainer was paired with.",
            )
        )
    message = f"{told['title']} {told.get('detail', '')}".rstrip()
    return EarmarkError(
        Problem(str(told.get("code", f"http-{status}")), message, str(told.get("advice", "")))
    )


def _passing(response: requests.Response, told: Mapping[str, Any], address: str) -> TryAgain:
    status = response.status_code
    words = "is busy" if status in _BUSY else "has a problem of its own"
    message = f"The trainer at {address} {words}. {told.get('detail', '')}".rstrip()
    problem = Problem(str(told.get("code", f"http-{status}")), message)
    return TryAgain(problem, _retry_after(response), _TRIES_OF_ITS_MISTAKES.get(status))


def unreachable(address: str) -> TryAgain:
    """No connection, or one that broke."""
    return TryAgain(
        Problem(
            "trainer-unreachable",
            f"The trainer at {address} cannot be reached.",
            "See that its machine is on and that you are online.",
        )
    )


def not_a_trainer(address: str) -> EarmarkError:
    """An answer has another form than the trainer's API gives it."""
    return EarmarkError(
        Problem(
            "no-trainer",
            f"What answers at {address} does not speak as a trainer does.",
            "Check the address, and that Earmark and the trainer are of about the same age.",
        )
    )


def _told(response: requests.Response) -> Mapping[str, Any]:
    """What an answer says in words; nothing where it says more than a trainer does."""
    if "json" not in response.headers.get("Content-Type", ""):
        return {}
    body = bytearray()
    try:
        for piece in response.iter_content(_PIECE):
            body += piece
            if len(body) > _LONGEST_WORDS:
                return {}
        data = json.loads(body)
    except (ValueError, RecursionError, requests.exceptions.RequestException):
        return {}
    return data if isinstance(data, dict) else {}


def _retry_after(response: requests.Response) -> float | None:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception, what caused it, and what those carry as their reason."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
