"""How long a connection may hold its place and say nothing: through its handshake, and for a head.

Whoever asks for nothing needs no token, and each connection counts against a limit that all share.
"""

from __future__ import annotations

import asyncio
import resource
from contextlib import suppress
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from earmark_trainer.limits import Limits

_MOST_HANDLES = 65_536


def patient_protocol(limits: Limits) -> type[H11Protocol]:
    """HTTP as uvicorn speaks it, but a request's head must come whole and soon."""

    class Patient(H11Protocol):
        _waits: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            """Wait for the first request."""
            super().connection_made(transport)
            self._look()

        def data_received(self, data: bytes) -> None:
            """Take what came, which need not be a whole head."""
            super().data_received(data)
            self._look()

        def on_response_complete(self) -> None:
            """Wait for the next request."""
            super().on_response_complete()
            self._look()

        def connection_lost(self, exc: Exception | None) -> None:
            """Wait no longer."""
            super().connection_lost(exc)
            self._stop_waiting()

        def _look(self) -> None:
            if self.cycle is not None and not self.cycle.response_complete:
                self._stop_waiting()
            elif self._waits is None:
                self._waits = self.loop.call_later(limits.head_patience, self.transport.abort)

        def _stop_waiting(self) -> None:
            if self._waits is not None:
                self._waits.cancel()
                self._waits = None

    return Patient


def patient_loop(limits: Limits) -> type[asyncio.SelectorEventLoop]:
    """An event loop whose servers do not wait long for a TLS handshake."""

    class Patient(asyncio.SelectorEventLoop):
        async def create_server(self, *arguments: Any, **named: Any) -> asyncio.Server:
            """Listen; see asyncio."""
            if named.get("ssl") is not None:
                named["ssl_handshake_timeout"] = limits.handshake_patience
            return await super().create_server(*arguments, **named)

    return Patient


def allow_many_handles() -> None:
    """Let this process have as many files and connections open as the system grants it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MOST_HANDLES if hard == resource.RLIM_INFINITY else min(hard, _MOST_HANDLES)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
