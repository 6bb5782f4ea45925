"""The daemon's side of the local API: a thread that accepts, a thread for each request."""

from __future__ import annotations

import os
import secrets
import socket
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from earmark_daemon.api import LARGEST_MESSAGE, VERSION, decode, encode
from earmark_daemon.errors import EarmarkError, Problem, fail
from earmark_daemon.private_file import write_private
from earmark_daemon.service.requests.arguments import senseless
from earmark_daemon.service.requests.listening import LocalListener
from earmark_daemon.service.stages.stage import BUG

_SILENT_SECONDS = 10
"""So long somebody may say nothing before the request is there."""

_UNREAD_SECONDS = 60
"""So long somebody may read nothing of an answer."""

_GRACE_SECONDS = 5.0
"""So long answers are still read once the server closes."""

_AGAIN_SECONDS = 0.1
_KEY_BYTES = 32
_TOO_LARGE = Problem(
    "too-large",
    f"The answer is larger than {LARGEST_MESSAGE >> 20} MB, the most that Earmark tells at once.",
    "Ask for less.",
)
_MISTAKE = Problem(
    BUG,
    "Earmark stumbled over a mistake of its own, and could not answer.",
    "It goes on. Its log says where that was; please report it.",
)

Handler = Callable[[str, Mapping[str, Any]], Any]


def make_key(path: Path) -> bytes:
    """The secret of the local API, made at first and readable by this user only.

    What a full disk or a power cut left of one is made anew. The caller holds the lock that says
    that nobody else makes one.

    Raises:
        EarmarkError: it cannot be read or made.
    """
    try:
        if path.exists() and len(key := path.read_bytes()) == _KEY_BYTES:
            return key
        key = secrets.token_bytes(_KEY_BYTES)
        write_private(path, key)
    except OSError as error:
        raise fail(
            "no-key",
            f"Earmark cannot keep the secret by which its own programs are known"
            f" ({error.strerror}).",
            "See that its folder may be written to, and that there is room on its disk.",
            str(path),
        ) from error
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
            EarmarkError: the address cannot be listened at, or there is no room for the secret.
        """
        secret = make_key(key)
        try:
            self._listener = LocalListener(address)
        except OSError as error:
            raise fail(
                "no-socket",
                f"Earmark cannot listen at {address} ({error.strerror}).",
                "Check that the folder may be written to and that nothing else lies there, or set"
                " EARMARK_HOME to another one.",
            ) from error
        self._key = key
        self._secret = secret
        self._handler = handler
        self._closing = threading.Event()
        self._requests: set[_Request] = set()
        self._thread = threading.Thread(target=self._accept, name="api", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Do what was asked and answer it, then listen no more.

        Whoever has asked nothing yet is not waited for, and whoever does not read the answer not
        for long.
        """
        self._closing.set()
        self._listener.wake()
        self._thread.join()
        self._listener.close()
        requests = list(self._requests)
        for request in requests:
            request.let_go_unasked()
        for request in requests:
            request.done.wait()
        deadline = time.monotonic() + _GRACE_SECONDS
        for request in requests:
            request.let_go(deadline)

    def look(self) -> None:
        """Take up what nobody tells of: that socket or secret were removed; put them back."""
        if not os.path.exists(self._key):
            with suppress(OSError):  # it is tried again
                write_private(self._key, self._secret)
        if self._listener.is_lost():
            self._listener.wake()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection = self._listener.accept()
                if connection is None and not self._closing.is_set():
                    self._listener.listen_anew()
            except OSError:  # they went away again, or there is no file handle or room on the disk
                self._closing.wait(_AGAIN_SECONDS)
                continue
            if connection is None:
                continue
            if self._closing.is_set():
                connection.close()
                return
            request = _Request(connection, self._serve)
            self._requests.add(request)
            try:
                request.start()
            except RuntimeError:  # there is no room for another thread; who asks may ask again
                self._requests.discard(request)
                connection.close()

    def _serve(self, request: _Request) -> None:
        connection = request.connection
        try:
            _limit_silence(connection)
            _authenticate(connection, self._secret)
            data = connection.recv_bytes(LARGEST_MESSAGE)
            if not request.begin():
                return
            answer = self._answer(data)
            request.done.set()
            if len(answer) > LARGEST_MESSAGE:
                answer = encode({"error": vars(_TOO_LARGE), "path": None})
            connection.send_bytes(answer)
        except (OSError, EOFError, AuthenticationError):
            return
        finally:
            request.close()
            self._requests.discard(request)

    def _answer(self, data: bytes) -> bytes:
        """What is sent back. A mistake of Earmark's own goes into the log, and is told as that."""
        try:
            return encode({"result": self._result(data)})
        except EarmarkError as error:
            return encode({"error": vars(error.problem), "path": error.path})
        except Exception:  # noqa: BLE001 - who asks is to know that it was nothing of theirs
            with suppress(OSError):
                traceback.print_exc()
            return encode({"error": vars(_MISTAKE), "path": None})

    def _result(self, data: bytes) -> Any:
        try:
            request = decode(data)
        except (ValueError, RecursionError) as error:
            raise senseless(str(error)) from error
        if request.get("version") != VERSION and request.get("method") != "stop":
            raise fail(
                "other-version",
                "The running Earmark is of another version than this command.",
                "Restart it: earmark stop, then earmark start",
            )
        method, arguments = request.get("method"), request.get("arguments")
        if not isinstance(method, str) or not isinstance(arguments, dict):
            raise senseless("it names no method and arguments")
        return self._handler(method, arguments)


class _Request:
    """Somebody who connected, and the thread that answers.

    Attributes:
        connection: to whoever asks.
        done: set once what was asked is done, or will never be asked; the answer may still go out.
    """

    def __init__(self, connection: Connection, serve: Callable[[_Request], None]) -> None:
        self.connection = connection
        self.done = threading.Event()
        self._lock = threading.Lock()
        self._asked = False
        self._thread = threading.Thread(target=serve, args=(self,), name="api-request", daemon=True)

    def start(self) -> None:
        """Begin; raises RuntimeError where there is no room for another thread."""
        self._thread.start()

    def begin(self) -> bool:
        """The request is there; False if it came too late and is not to be done any more."""
        with self._lock:
            self._asked = not self.done.is_set()
        return self._asked

    def let_go_unasked(self) -> None:
        """Hear nobody any more who has not asked anything yet."""
        with self._lock:
            if not self._asked:
                self.done.set()
                _hang_up(self.connection)

    def let_go(self, deadline: float) -> None:
        """Let the answer be read until a time of `time.monotonic`, then hang up."""
        self._thread.join(max(0.0, deadline - time.monotonic()))
        with self._lock:
            _hang_up(self.connection)

    def close(self) -> None:
        """Nothing is to be heard or said any more."""
        self.done.set()
        with self._lock:
            self.connection.close()


def _authenticate(connection: Connection, secret: bytes) -> None:
    """The handshake of `multiprocessing.connection`, in the request's own thread."""
    from multiprocessing.connection import answer_challenge, deliver_challenge

    deliver_challenge(connection, secret)
    answer_challenge(connection, secret)


def _limit_silence(connection: Connection) -> None:
    """Whoever says or reads nothing is not waited for: that fails after a while."""
    with suppress(OSError), _as_socket(connection) as shared:
        for what, seconds in (
            (socket.SO_RCVTIMEO, _SILENT_SECONDS),
            (socket.SO_SNDTIMEO, _UNREAD_SECONDS),
        ):
            shared.setsockopt(socket.SOL_SOCKET, what, struct.pack("ll", seconds, 0))


def _hang_up(connection: Connection) -> None:
    """End a connection that another thread reads from or writes to."""
    with suppress(OSError), _as_socket(connection) as shared:
        shared.shutdown(socket.SHUT_RDWR)


@contextmanager
def _as_socket(connection: Connection) -> Iterator[socket.socket]:
    """The socket of a connection; raises OSError where it is closed, or a pipe of Windows."""
    if sys.platform == "win32":
        raise OSError("not a socket")
    with socket.socket(fileno=os.dup(connection.fileno())) as shared:
        yield shared
