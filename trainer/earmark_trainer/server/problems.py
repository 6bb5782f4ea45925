"""Errors as HTTP answers: RFC 9457 problem objects, with a code and advice of our own."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import compile_path

from earmark_trainer.problems import (
    ConflictError,
    NoSpaceError,
    NotFoundError,
    Problem,
    RefusedError,
    TooLargeError,
    TrainerError,
)

_log = logging.getLogger(__name__)

_STATUS: dict[type[TrainerError], int] = {
    RefusedError: 422,
    NotFoundError: 404,
    ConflictError: 409,
    TooLargeError: 413,
    NoSpaceError: 507,
}


class ProblemMessage(BaseModel):
    """What went wrong: `title` says what, `detail` why, and `advice` what to do."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "status": 404,
                    "code": "no-such-job",
                    "title": "There is no such job.",
                    "detail": "It was deleted, or its id is not one of yours.",
                    "advice": "List the jobs to see which there are.",
                }
            ]
        }
    )

    type: str
    status: int
    code: str
    title: str
    detail: str
    advice: str


class ProblemError(HTTPException):
    """Answers a request with a problem from wherever it is raised, the body's reader included."""

    def __init__(
        self, status: int, problem: Problem, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, problem.detail, dict(headers or {}))
        self.problem = problem


def answer(status: int, problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The answer that tells of a problem."""
    body = {"type": "about:blank", "status": status, **problem.to_dict()}
    return JSONResponse(body, status, dict(headers or {}), "application/problem+json")


def install(app: FastAPI) -> None:
    """Turn every error that leaves a route into a problem object."""
    app.add_exception_handler(TrainerError, _of_trainer)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(StarletteHTTPException, _of_http)
    app.add_exception_handler(ClientDisconnect, _of_broken_off)
    app.add_exception_handler(Exception, _of_anything)


async def _of_trainer(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TrainerError)
    return answer(_STATUS.get(type(error), 500), error.problem)


async def _of_validation(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = " / ".join(str(part) for part in first["loc"])
    problem = Problem(
        "bad-request",
        "This request was not understood.",
        f"{where}: {first['msg']}."[:500],
        "Compare the request with /openapi.json.",
    )
    return answer(422, problem)


async def _of_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, StarletteHTTPException)
    if isinstance(error, ProblemError):
        return answer(error.status_code, error.problem, error.headers)
    problem = Problem(
        {404: "no-such-address", 405: "no-such-method"}.get(error.status_code, "bad-request"),
        "This request cannot be answered.",
        f"{error.detail}.",
        "Compare the request with /openapi.json.",
    )
    if error.status_code == 405:
        return answer(405, problem, {"Allow": _allowed(request)})
    return answer(error.status_code, problem, error.headers)


def _allowed(request: Request) -> str:
    """All methods of an address; Starlette names those of the first route that fits alone."""
    described: dict[str, dict[str, object]] = request.app.openapi()["paths"]
    fitting = [
        methods
        for template, methods in described.items()
        if compile_path(template)[0].match(request.url.path)
    ]
    return ", ".join(sorted({method.upper() for methods in fitting for method in methods}))


async def _of_broken_off(_: Request, __: Exception) -> JSONResponse:
    problem = Problem(
        "broke-off",
        "The request broke off.",
        "The connection was closed before all of it had arrived.",
        "Send it again.",
    )
    return answer(400, problem)


async def _of_anything(_: Request, error: Exception) -> JSONResponse:
    _log.error("a request failed", exc_info=error)
    problem = Problem(
        "internal-error",
        "The trainer made a mistake.",
        "An error happened that nobody thought of; the details are in the trainer's log.",
        "Try again; if it happens again, report it with the log.",
    )
    return answer(500, problem)
