"""A network line between a client and a trainer that a test can cut, mend and count on."""

from __future__ import annotations

import math
import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

_PIECE = 16 << 10
_NEVER = (math.inf, math.inf)


class Line:
    """Passes TCP connections on to a trainer, from an address that stays the same.

    Attributes:
        target: where connections go.
        sent: bytes that went towards the trainer.
        received: bytes that came from it.
        swallowed: what holds back a request that it stands in, where the line is not encrypted.
    """

    def __init__(self, target: str) -> None:
        self.target = target
        self.sent = 0
        self.received = 0
        self.swallowed: bytes | None = None
        self.address = ""
        self._kept = _bound(0)
        self._port = self._kept.getsockname()[1]
        self._cut_at = _NEVER
        self._lock = threading.Lock()
        self._ends: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._door: socket.socket | None = None
        self.was_cut = threading.Event()
        self.mend()

    @property
    def open(self) -> bool:
        """Whether it lets connections through."""
        return self._door is not None

    def mend(self) -> None:
        """Let connections through."""
        self.was_cut.clear()
        self._cut_at = _NEVER
        door = _bound(self._port)
        door.listen()
        self.address = f"{urlsplit(self.target).scheme}://127.0.0.1:{self._port}"
        with self._lock:
            self._door = door
        self._start(self._accept, door)

    def cut(self) -> None:
        """Break every connection, and refuse new ones: those first, for a client is quick."""
        with self._lock:
            door, self._door = self._door, None
            ends, self._ends = self._ends, set()
        for end in (*([door] if door else []), *ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.was_cut.set()

    def cut_after(self, size: int) -> None:
        """Cut once so many more bytes went towards the trainer."""
        self._cut_at = (self.sent + size, math.inf)

    def cut_after_received(self, size: int) -> None:
        """Cut once so many more bytes came from the trainer."""
        self._cut_at = (math.inf, self.received + size)

    def close(self) -> None:
        self.cut()
        self._kept.close()
        for thread in self._threads:
            thread.join(timeout=10)

    def _accept(self, door: socket.socket) -> None:
        while True:
            try:
                near, _ = door.accept()
            except OSError:
                return
            there = urlsplit(self.target)
            try:
                far = socket.create_connection((there.hostname, there.port), timeout=10)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            with self._lock:
                open_still = self._door is door
                if open_still:
                    self._ends |= {near, far}
            if not open_still:
                near.close()
                far.close()
                return
            self._start(self._pass, near, far, True)
            self._start(self._pass, far, near, False)

    def _pass(self, source: socket.socket, sink: socket.socket, up: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                if up and self.swallowed and self.swallowed in piece:
                    continue
                sink.sendall(piece)
                if self._counted(len(piece), up):
                    self.cut()
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _counted(self, size: int, up: bool) -> bool:
        """Count; whether it is now enough."""
        with self._lock:
            if up:
                self.sent += size
            else:
                self.received += size
            sent, received = self._cut_at
            return self.sent >= sent or self.received >= received

    def _start(self, action, *arguments) -> None:
        thread = threading.Thread(target=action, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()


def _bound(port: int) -> socket.socket:
    """A socket at a port, which nobody else is given while there is one."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", port))
    return made
