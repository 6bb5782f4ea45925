"""The local API: how the command line, the tray and the windows talk to the running daemon.

JSON messages, one request and one answer a connection, over a local socket that only this user
can open and that asks for a secret. Standard library only, so that a client starts at once.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
from collections.abc import Mapping
from multiprocessing import AuthenticationError
from multiprocessing import connection as local_socket
from pathlib import Path
from typing import Any

from earmark_daemon.errors import EarmarkError, Problem, fail
from earmark_daemon.places import places

__all__ = [
    "CONNECTION_LOST",
    "LARGEST_MESSAGE",
    "VERSION",
    "Client",
    "EarmarkError",
    "NotRunning",
    "Problem",
    "decode",
    "encode",
    "local_client",
    "places",
]

VERSION = 3
"""Of requests and their answers: one more with each change at which the other side would stumble.

Whatever the version, ``stop`` is done.
"""

LARGEST_MESSAGE = 64 << 20
CONNECTION_LOST = "connection-lost"
"""Code of the problem that the daemon ended before it had answered."""


_GREETING_SECONDS = 20.0
"""For being let in and greeted, which both come at once, however long the answer takes."""
_NO_ANSWER = Problem(
    "no-answer",
    "Earmark is there, but does not answer.",
    "Its process may be halted, or wait for a disk that hangs. If it stays so, end that process.",
)


class NotRunning(EarmarkError):
    """No daemon answers."""

    def __init__(self) -> None:
        super().__init__(
            Problem("not-running", "Earmark is not running.", "Start it with: earmark start")
        )

    def __reduce__(self) -> tuple[type[NotRunning], tuple[()]]:  # type: ignore[override]
        return (NotRunning, ())


def encode(message: Mapping[str, Any]) -> bytes:
    """A message as it goes over the socket; undecodable bytes in paths survive as escapes."""
    return json.dumps(message, separators=(",", ":")).encode("ascii")


def decode(data: bytes) -> dict[str, Any]:
    """The message in these bytes.

    Raises:
        ValueError: they are not a JSON object.
    """
    message = json.loads(data)
    if not isinstance(message, dict):
        raise ValueError("not an object")
    return message


class Client:
    """Asks the daemon; every call is a connection of its own, so any thread may call."""

    def __init__(self, address: str, key: Path) -> None:
        self._address = address
        self._key = key

    def call(self, method: str, **arguments: Any) -> Any:
        """Call ``method`` and return its result: plain JSON data.

        Raises:
            NotRunning: no daemon answers.
            EarmarkError: what the daemon says is wrong.
        """
        connection = self._connected()
        try:
            with connection:
                connection.send_bytes(
                    encode({"version": VERSION, "method": method, "arguments": arguments})
                )
                answer = decode(connection.recv_bytes(LARGEST_MESSAGE))
        except (OSError, EOFError) as error:
            raise fail(
                CONNECTION_LOST, "Earmark stopped while it was answering.", "Try again."
            ) from error
        if "error" in answer:
            raise EarmarkError(Problem(**answer["error"]), answer.get("path"))
        return answer["result"]

    def _connected(self) -> local_socket.Connection[Any, Any]:
        """A connection after the handshake of `multiprocessing.connection`."""
        try:
            secret = self._key.read_bytes()
            connection = _let_in(self._address)
        except BlockingIOError as error:
            raise EarmarkError(_NO_ANSWER) from error
        except OSError as error:
            raise NotRunning from error
        try:
            if not connection.poll(_GREETING_SECONDS):
                raise EarmarkError(_NO_ANSWER)
            local_socket.answer_challenge(connection, secret)
            local_socket.deliver_challenge(connection, secret)
        except BaseException as error:
            connection.close()
            if isinstance(error, (OSError, EOFError, AuthenticationError)):
                raise NotRunning from error
            raise
        return connection


def _let_in(address: str) -> local_socket.Connection[Any, Any]:
    """A connection, which waits for the daemon's greeting.

    Raises:
        BlockingIOError: so many wait already that there is no room for another.
        OSError: nobody listens there.
    """
    if sys.platform == "win32":
        return local_socket.Client(address)
    with socket.socket(socket.AF_UNIX) as connecting:
        _limit(connecting, _GREETING_SECONDS)
        connecting.connect(address)
        _limit(connecting, 0.0)
        return local_socket.Connection(connecting.detach())


def _limit(connecting: socket.socket, seconds: float) -> None:
    """How long to wait while connecting and sending; 0 for ever.

    A timeout of Python's own will not do: connecting then fails at once where it had to wait.
    """
    limit = struct.pack("ll", int(seconds), int(seconds % 1 * 1e6))
    connecting.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)


def local_client() -> Client:
    """Asks this user's own daemon; calling it raises `NotRunning` where there is none."""
    where = places()
    return Client(where.socket, where.key)
