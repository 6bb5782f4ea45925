"""The daemon's side of the local API: a thread that accepts, a thread for each request."""

from __future__ import annotations

import os
import secrets
import socket
import struct
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from typing import Any

from earmark_daemon.api import LARGEST_MESSAGE, VERSION, decode, encode
from earmark_daemon.errors import EarmarkError, Problem, fail

_SILENCE_SECONDS = 10
_AGAIN_SECONDS = 0.1
_TOO_LARGE = Problem(
    "too-large",
    f"The answer is larger than {LARGEST_MESSAGE >> 20} MB, the most that Earmark tells at once.",
    "Ask for less.",
)

Handler = Callable[[str, Mapping[str, Any]], Any]


def make_key(path: Path) -> bytes:
    """The secret of the local API, made at first and readable by this user only."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            key = secrets.token_bytes(32)
            file.write(key)
        return key


class Server:
    """Answers requests until it is closed."""

    def __init__(self, address: str, key: Path, handler: Handler) -> None:
        """Listen at ``address``; the caller holds the lock that says nobody else does.

        Args:
            address: path of a Unix socket, or name of a Windows pipe.
            key: file with the secret.
            handler: called with method and arguments, in a thread of the request's own.

        Raises:
            EarmarkError: the address cannot be listened at.
        """
        secret = make_key(key)
        if sys.platform != "win32":
            Path(address).unlink(missing_ok=True)
        try:
            self._listener = Listener(address, authkey=None, backlog=64)
            if sys.platform != "win32":
                os.chmod(address, 0o600)
        except OSError as error:
            raise fail(
                "no-socket",
                f"Earmark cannot listen at {address} ({error.strerror}).",
                "Check that the folder may be written to, or set EARMARK_HOME to another one.",
            ) from error
        self._address = address
        self._secret = secret
        self._handler = handler
        self._closing = threading.Event()
        self._requests: set[threading.Thread] = set()
        self._thread = threading.Thread(target=self._accept, name="api", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Answer what was asked, then listen no more.

        Where somebody removed the socket, nothing can come in, and the accepting thread ends with
        the process.
        """
        self._closing.set()
        with suppress(OSError):
            _knock(self._address)
            self._thread.join()
        with suppress(OSError):
            self._listener.close()
        for thread in list(self._requests):
            thread.join()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection = self._listener.accept()
            except OSError:  # they went away again, or there are no more file handles
                self._closing.wait(_AGAIN_SECONDS)
                continue
            if self._closing.is_set():
                connection.close()
                return
            thread = threading.Thread(target=self._serve, args=(connection,), name="api-request")
            self._requests.add(thread)
            try:
                thread.start()
            except RuntimeError:  # there is no room for another thread; who asks may ask again
                self._requests.discard(thread)
                connection.close()

    def _serve(self, connection: Connection) -> None:
        try:
            with connection:
                _limit_silence(connection)
                _authenticate(connection, self._secret)
                answer = encode(self._answer(connection.recv_bytes(LARGEST_MESSAGE)))
                if len(answer) > LARGEST_MESSAGE:
                    answer = encode({"error": vars(_TOO_LARGE), "path": None})
                connection.send_bytes(answer)
        except (OSError, EOFError, AuthenticationError):
            return
        finally:
            self._requests.discard(threading.current_thread())

    def _answer(self, data: bytes) -> dict[str, Any]:
        try:
            request = decode(data)
            if request.get("version") != VERSION:
                raise fail(
                    "other-version",
                    "The running Earmark is of another version than this command.",
                    "Restart it: earmark stop, then earmark start",
                )
            return {"result": self._handler(str(request["method"]), request["arguments"])}
        except EarmarkError as error:
            problem = error.problem
            return {"error": vars(problem), "path": error.path}
        except (ValueError, KeyError, TypeError) as error:
            return {"error": vars(Problem("bad-request", f"The request makes no sense: {error}."))}


def _authenticate(connection: Connection, secret: bytes) -> None:
    """The handshake of `multiprocessing.connection`, in the request's own thread."""
    from multiprocessing.connection import answer_challenge, deliver_challenge

    deliver_challenge(connection, secret)
    answer_challenge(connection, secret)


def _limit_silence(connection: Connection) -> None:
    """Whoever connects and then says nothing is not waited for: reads fail after a while."""
    if sys.platform == "win32":
        return
    with socket.socket(fileno=os.dup(connection.fileno())) as shared:
        shared.setsockopt(
            socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", _SILENCE_SECONDS, 0)
        )


def _knock(address: str) -> None:
    """Wake the accepting thread."""
    if sys.platform == "win32":
        from multiprocessing.connection import Client

        Client(address).close()
        return
    with socket.socket(socket.AF_UNIX) as knock:
        knock.connect(address)
