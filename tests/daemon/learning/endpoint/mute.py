"""A trainer that takes connections and says nothing, as a hung one behind a firewall does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from tests.daemon.learning.endpoint.paired import packed


class Mute:
    """Somebody at an address who never answers.

    Attributes:
        line: the pairing line.
        asked: set once a request is there.
    """

    def __init__(self, door: socket.socket) -> None:
        address = f"http://127.0.0.1:{door.getsockname()[1]}"
        self.line = packed({"address": address, "token": "t" * 43, "signing_key": "ab" * 32})
        self.asked = threading.Event()
        self._door = door
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        there, _ = self._door.accept()
        with there:
            there.recv(1)
            self.asked.set()
            while there.recv(1 << 16):
                pass


@pytest.fixture
def mute() -> Iterator[Mute]:
    with socket.create_server(("127.0.0.1", 0)) as door:
        yield Mute(door)
