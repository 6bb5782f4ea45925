"""The gate that every request passes before any of it is parsed: token, rate, size, patience."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from earmark_trainer.limits import Limits
from earmark_trainer.problems import Problem
from earmark_trainer.server.problems import ProblemError, answer
from earmark_trainer.server.rates import Rate
from earmark_trainer.storage.tenants import Tenant, Tenants

OPEN_PATHS = frozenset({"/v1/health", "/openapi.json"})
"""What anyone may ask."""


class Gate:
    """Lets a request through with its tenant in ``request.state``, or answers it itself."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        tenants: Tenants,
        limits: Limits,
        clock: Callable[[], float],
        on_entry: Callable[[], None],
    ) -> None:
        """Guard an application.

        Args:
            app: what lies behind.
            tenants: who has which token.
            limits: how often and how much.
            clock: seconds that never go back.
            on_entry: called for every request with a good token, and for each piece of it and of
                its answer that passes: a line may be slow.
        """
        self._app = app
        self._tenants = tenants
        self._limits = limits
        self._on_entry = on_entry
        self._requests = Rate(limits.requests_per_second, limits.request_burst, clock)
        self._failures = Rate(limits.failures_per_second, limits.failure_burst, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; see the ASGI specification."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            if scope["path"] not in OPEN_PATHS:
                scope.setdefault("state", {})["tenant"] = self._admit(scope, headers)
                receive, send = self._telling(receive, send)
            limited = self._limited(scope, headers, receive)
        except ProblemError as error:
            response = answer(error.status_code, error.problem, error.headers)
            await response(scope, receive, send)
            return
        await self._app(scope, limited, send)

    def _admit(self, scope: Scope, headers: Headers) -> Tenant:
        token = bearer_token(headers.get("authorization", ""))
        tenant = self._tenants.of_token(token) if token else None
        if tenant is None:
            address = scope["client"][0] if scope.get("client") else ""
            if (seconds := self._failures.wait(address)) > 0:
                raise _too_often(seconds)
            self._failures.take(address)
            raise ProblemError(401, _UNKNOWN, {"WWW-Authenticate": "Bearer"})
        if (seconds := self._requests.wait(tenant.id)) > 0:
            raise _too_often(seconds)
        self._requests.take(tenant.id)
        self._on_entry()
        return tenant

    def _telling(self, receive: Receive, send: Send) -> tuple[Receive, Send]:
        """The same, with a word for each piece that came or went."""

        async def received() -> Message:
            message = await receive()
            self._on_entry()
            return message

        async def sent(message: Message) -> None:
            await send(message)
            self._on_entry()

        return received, sent

    def _limited(self, scope: Scope, headers: Headers, receive: Receive) -> Receive:
        is_pack = scope["method"] == "PUT"
        most = self._limits.pack_bytes if is_pack else self._limits.json_bytes
        declared = headers.get("content-length", "0")
        if not declared.isdigit() or int(declared) > most:
            raise ProblemError(413, _too_large(most), {"Connection": "close"})
        received, complete = 0, False

        async def limited() -> Message:
            nonlocal received, complete
            message = await (receive() if complete else self._receive(receive))
            complete = not message.get("more_body", False)
            received += len(message.get("body", b""))
            if received > most:
                raise ProblemError(413, _too_large(most), {"Connection": "close"})
            return message

        return limited

    async def _receive(self, receive: Receive) -> Message:
        try:
            async with asyncio.timeout(self._limits.body_patience):
                return await receive()
        except TimeoutError as error:
            raise ProblemError(408, _TOO_SLOW, {"Connection": "close"}) from error


def bearer_token(authorization: str) -> str:
    """The token in an Authorization header; empty where there is none."""
    kind, _, token = authorization.partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


_UNKNOWN = Problem(
    "not-paired",
    "You are not known here.",
    "The request carries no token, or one that is not valid any more.",
    "Run `earmark-trainer pair NAME` on the trainer's machine and use the token it prints.",
)
_TOO_SLOW = Problem(
    "too-slow",
    "The request took too long to arrive.",
    "Nothing more of it came for a while.",
    "Send it again.",
)


def _too_often(seconds: float) -> ProblemError:
    wait = max(1, math.ceil(seconds))
    problem = Problem(
        "too-many-requests",
        "Too many requests.",
        "More requests came in a short time than the trainer answers.",
        f"Wait {wait} s and go on more slowly.",
    )
    return ProblemError(429, problem, {"Retry-After": str(wait)})


def _too_large(most: int) -> Problem:
    return Problem(
        "too-large",
        "The request is too large.",
        f"At most {most} bytes are accepted here.",
        "Send less at once.",
    )
