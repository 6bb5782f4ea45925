"""Telling whoever started the daemon how it is: systemd's notify protocol, sd_notify(3).

Does nothing where nobody asked to be told, which is everywhere but under systemd.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress


class Supervisor:
    """What started this process, as far as it wants to be told."""

    def __init__(
        self, environment: Mapping[str, str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Read from the environment where to send to, and how often a sign of life is due."""
        self._address = environment.get("NOTIFY_SOCKET", "")
        self._clock = clock
        self._every = _watchdog_seconds(environment) / 2.0
        self._next = clock()

    def ready(self) -> None:
        """The daemon has started and does its work."""
        self._send("READY=1")

    def alive(self) -> None:
        """A sign of life; sent twice in the time after which the supervisor would worry."""
        now = self._clock()
        if self._every and now >= self._next:
            self._next = now + self._every
            self._send("WATCHDOG=1")

    def stopping(self) -> None:
        """The daemon is finishing what is under way."""
        self._send("STOPPING=1")

    def _send(self, state: str) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        unheard = suppress(OSError)  # nobody listens any more: the work goes on
        with unheard, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.connect(address)
            channel.send(state.encode())


def _watchdog_seconds(environment: Mapping[str, str]) -> float:
    """The time after which the supervisor worries; 0 where it does not watch this process."""
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return 0.0
    return int(environment.get("WATCHDOG_USEC", "0")) / 1e6
