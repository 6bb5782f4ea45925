"""What a supervisor is told, over a real socket."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from earmark_daemon.service.notify import Supervisor


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "notify"))
        channel.setblocking(False)
        yield channel


def messages(channel: socket.socket) -> list[str]:
    found = []
    while True:
        try:
            found.append(channel.recv(256).decode())
        except BlockingIOError:
            return found


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_ready_and_stopping_are_told(heard: socket.socket) -> None:
    supervisor = Supervisor({"NOTIFY_SOCKET": heard.getsockname()})
    supervisor.ready()
    supervisor.alive()
    supervisor.stopping()
    assert messages(heard) == ["READY=1", "STOPPING=1"]


def test_signs_of_life_come_twice_in_the_time_given(heard: socket.socket) -> None:
    clock = Clock()
    environment = {"NOTIFY_SOCKET": heard.getsockname(), "WATCHDOG_USEC": "10000000"}
    supervisor = Supervisor(environment, clock)
    for _ in range(20):
        supervisor.alive()
        clock.now += 1.0
    assert messages(heard) == ["WATCHDOG=1"] * 4


def test_a_watchdog_that_means_another_process_hears_nothing(heard: socket.socket) -> None:
    environment = {
        "NOTIFY_SOCKET": heard.getsockname(),
        "WATCHDOG_USEC": "10000000",
        "WATCHDOG_PID": str(os.getpid() + 1),
    }
    Supervisor(environment).alive()
    assert messages(heard) == []


@pytest.mark.skipif(not os.path.exists("/proc/net/unix"), reason="abstract sockets are Linux's")
def test_an_abstract_socket_is_found() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(f"\0earmark-test-{os.getpid()}")
        Supervisor({"NOTIFY_SOCKET": f"@earmark-test-{os.getpid()}"}).ready()
        assert channel.recv(256) == b"READY=1"


def test_nothing_is_told_where_nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[object, ...]] = []
    monkeypatch.setattr(socket, "socket", lambda *kind: opened.append(kind))
    supervisor = Supervisor({})
    supervisor.ready()
    supervisor.alive()
    supervisor.stopping()
    assert opened == []


def test_a_supervisor_that_is_not_there_any_more_ends_nothing(tmp_path: Path) -> None:
    supervisor = Supervisor({"NOTIFY_SOCKET": str(tmp_path / "nowhere")})
    supervisor.ready()
    supervisor.stopping()
