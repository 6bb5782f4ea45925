"""A network line between a client and a trainer that a test can cut, mend and count on."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

_PIECE = 16 << 10


class Line:
    """Passes TCP connections on to a trainer, from an address that stays the same.

    Attributes:
        target: where connections go.
        sent: bytes that went towards the trainer.
        swallowed: what holds back a request that it stands in, where the line is not encrypted.
    """

    def __init__(self, target: str) -> None:
        self.target = target
        self.sent = 0
        self.swallowed: bytes | None = None
        self.address = ""
        self._port = 0
        self._cut_at: int | None = None
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
        self._cut_at = None
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("127.0.0.1", self._port))
        door.listen()
        self._port = door.getsockname()[1]
        self.address = f"{urlsplit(self.target).scheme}://127.0.0.1:{self._port}"
        self._door = door
        self._start(self._accept, door)

    def cut(self) -> None:
        """Break every connection, and refuse new ones."""
        with self._lock:
            door, self._door = self._door, None
            ends, self._ends = self._ends, set()
        for end in (*ends, *([door] if door else [])):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.was_cut.set()

    def cut_after(self, size: int) -> None:
        """Cut once so many more bytes went towards the trainer."""
        self._cut_at = self.sent + size

    def close(self) -> None:
        self.cut()
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
                self._ends |= {near, far}
            self._start(self._pass, near, far, True)
            self._start(self._pass, far, near, False)

    def _pass(self, source: socket.socket, sink: socket.socket, up: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                if up and self.swallowed and self.swallowed in piece:
                    continue
                sink.sendall(piece)
                if up and self._counted(len(piece)):
                    self.cut()
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _counted(self, size: int) -> bool:
        with self._lock:
            self.sent += size
            return self._cut_at is not None and self.sent >= self._cut_at

    def _start(self, action, *arguments) -> None:
        thread = threading.Thread(target=action, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()
