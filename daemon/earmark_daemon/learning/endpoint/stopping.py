"""Breaking off what waits for the network, from another thread and at once."""

from __future__ import annotations

import socket
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, InvalidStateError, wait
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool

from earmark_daemon.learning.place import Stopped

_LOOK_SECONDS = 0.5

T = TypeVar("T")


class Stop:
    """Asks a client in another thread to stop, whatever it waits for."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._lines: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._held = False
        self._stopped: Future[None] = Future()

    def stop(self) -> None:
        """Stop now: what waits raises `Stopped`."""
        self._event.set()
        with suppress(InvalidStateError):
            self._stopped.set_result(None)
        with self._lock:
            for line in () if self._held else tuple(self._lines):
                _hang_up(line)

    @contextmanager
    def held(self) -> Iterator[None]:
        """What is asked inside gets its answer, even where somebody asks to stop meanwhile."""
        with self._lock:
            self._held = True
        try:
            yield
        finally:
            with self._lock:
                self._held = False

    def wait(self, seconds: float) -> None:
        """Wait, but no longer than until somebody asks to stop.

        Raises:
            Stopped: somebody has asked.
        """
        self._event.wait(seconds)
        self.check()

    def during(self, call: Callable[[], T], meanwhile: Callable[[], None] = lambda: None) -> T:
        """What a call gives that cannot be broken off: it has a thread of its own.

        Args:
            call: should somebody ask to stop, it is left to end alone and nobody hears of it.
            meanwhile: called now and then, in the thread of whoever waits.

        Raises:
            Stopped: somebody has asked.
        """
        self.check()
        done = in_background(call)
        either: list[Future[Any]] = [done, self._stopped]
        while not wait(either, _LOOK_SECONDS, FIRST_COMPLETED).done:
            meanwhile()
        self.check()
        return done.result()

    def check(self) -> None:
        """Raise `Stopped` if somebody has asked."""
        if self._event.is_set():
            raise Stopped

    def watch(self, line: socket.socket) -> None:
        """Break off this connection, should somebody ask."""
        with self._lock:
            self._lines.add(line)
            if self._event.is_set() and not self._held:
                _hang_up(line)


def in_background(call: Callable[[], T]) -> Future[T]:
    """What a call will give; it has a thread of its own, which nobody waits for at the end."""
    done: Future[T] = Future()

    def settle() -> None:
        try:
            done.set_result(call())
        except BaseException as error:  # noqa: BLE001 - whoever waits gets it
            done.set_exception(error)

    threading.Thread(target=settle, name="background", daemon=True).start()
    return done


class Breakable(HTTPAdapter):
    """Lets `Stop` have the connection that is in use."""

    def __init__(self, stop: Stop) -> None:
        self._stop = stop
        super().__init__()

    def get_connection_with_tls_context(self, *arguments: Any, **named: Any) -> HTTPConnectionPool:
        """The pool, whose connections report themselves; see requests."""
        pool = super().get_connection_with_tls_context(*arguments, **named)
        assert isinstance(pool, HTTPConnectionPool)
        if pool.ConnectionCls in (HTTPConnection, HTTPSConnection):
            pool.ConnectionCls = _reporting(pool.ConnectionCls, self._stop)
        return pool


def _reporting(kind: Any, stop: Stop) -> Any:
    """A kind of connection that tells ``stop`` of its socket."""

    class Reporting(kind):  # type: ignore[misc]
        def connect(self) -> None:
            super().connect()
            stop.watch(self.sock)

    return Reporting


def _hang_up(line: socket.socket) -> None:
    """End a connection below TLS, which other threads may be using."""
    with suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)
