from __future__ import annotations

import errno
import os
import resource
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client as Connect
from multiprocessing.connection import Listener
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.small_disk import fill, small_disk
from tests.waiting import until

from earmark_daemon import api
from earmark_daemon.api import LARGEST_MESSAGE, VERSION, Client, NotRunning, decode, encode
from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.places import Places
from earmark_daemon.service.requests import server as server_module
from earmark_daemon.service.requests.server import Server
from earmark_daemon.service.stages.stage import BUG

__all__ = ["small_disk"]


def answer(method: str, arguments: Mapping[str, Any]) -> Any:
    if method == "echo":
        return dict(arguments)
    if method == "stop":
        return "stopped"
    if method == "wait":
        GATES[arguments["gate"]].reached.set()
        GATES[arguments["gate"]].wait(timeout=60)
        return "done"
    if method == "stumble":
        return [][arguments["position"]]
    if method == "say":
        return "x" * arguments["count"]
    raise fail("unknown", f"No {method}.", "Ask another.", "/pack/a.wav")


class Gate(threading.Event):
    """Holds back an answer.

    Attributes:
        reached: set once the request is there.
    """

    def __init__(self) -> None:
        super().__init__()
        self.reached = threading.Event()


GATES: dict[str, Gate] = {}
SAY_MUCH = {"version": VERSION, "method": "say", "arguments": {"count": 8 << 20}}


@pytest.fixture
def places(tmp_path: Path) -> Places:
    made = Places(tmp_path / "settings.toml", tmp_path / "data", tmp_path / "log")
    made.make()
    return made


@pytest.fixture
def server(places: Places) -> Iterator[Server]:
    running = Server(places.socket, places.key, answer)
    yield running
    running.close()


@pytest.fixture
def client(places: Places, server: Server) -> Client:
    return Client(places.socket, places.key)


def test_requests_are_answered_whatever_bytes_a_path_has(client: Client) -> None:
    path = os.fsdecode(b"/p\xff/\xf0\x9f\xa5\x81.wav")
    assert client.call("echo", path=path) == {"path": path}


def test_errors_come_back_as_words(client: Client) -> None:
    with pytest.raises(EarmarkError, match=r"No dance\. Ask another\.") as caught:
        client.call("dance")
    assert (caught.value.problem.code, caught.value.path) == ("unknown", "/pack/a.wav")


def test_an_answer_that_is_too_large_to_be_told_is_an_error_in_words(client: Client) -> None:
    with pytest.raises(EarmarkError, match=r"larger than 64 MB.*Ask for less"):
        client.call("say", count=LARGEST_MESSAGE)
    assert client.call("say", count=3) == "xxx"


def test_without_a_daemon_the_error_says_how_to_start_it(places: Places) -> None:
    with pytest.raises(NotRunning, match="earmark start"):
        Client(places.socket, places.key).call("echo")


def test_a_wrong_key_is_turned_away(places: Places, server: Server, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.key"
    wrong.write_bytes(b"x" * 32)
    with pytest.raises(NotRunning):
        Client(places.socket, wrong).call("echo")


def test_key_and_socket_are_for_this_user_alone(places: Places, server: Server) -> None:
    assert places.key.stat().st_mode & 0o077 == 0
    assert os.stat(places.socket).st_mode & 0o077 == 0


@pytest.mark.parametrize("left", [b"", b"x" * 31])
def test_what_is_left_of_a_secret_is_no_secret(places: Places, left: bytes) -> None:
    places.key.write_bytes(left)
    running = Server(places.socket, places.key, answer)
    assert len(places.key.read_bytes()) == 32
    assert places.key.stat().st_mode & 0o077 == 0
    with pytest.raises(AuthenticationError):
        Connect(places.socket, authkey=left)
    running.close()


def test_a_full_disk_leaves_no_half_of_a_secret(small_disk: Path) -> None:
    places = Places(small_disk / "settings.toml", small_disk, small_disk / "log")
    ballast = fill(small_disk)
    with pytest.raises(EarmarkError, match=r"No space left.*room on its disk"):
        Server(places.socket, places.key, answer)
    ballast.unlink()
    assert os.listdir(small_disk) == []
    Server(places.socket, places.key, answer).close()
    assert len(places.key.read_bytes()) == 32


def test_nonsense_is_answered_and_does_no_harm(
    places: Places, server: Server, client: Client
) -> None:
    for message, code in (
        (b"[]", "bad-request"),
        (b"nonsense", "bad-request"),
        (b"{}", "other-version"),
        (b'{"version": 99}', "other-version"),
        (encode({"version": VERSION}), "bad-request"),
        (encode({"version": VERSION, "method": "echo", "arguments": 5}), "bad-request"),
        (b"\xff\xfe", "bad-request"),
        (b"[" * 200_000, "bad-request"),
    ):
        with Connect(places.socket, authkey=places.key.read_bytes()) as connection:
            connection.send_bytes(message)
            assert decode(connection.recv_bytes())["error"]["code"] == code
    assert client.call("echo", a=1) == {"a": 1}


def test_a_mistake_of_its_own_is_told_as_that_and_stands_in_the_log(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(EarmarkError, match="a mistake of its own") as caught:
        client.call("stumble", position=3)
    assert caught.value.problem.code == BUG
    assert "IndexError" in capsys.readouterr().err
    with pytest.raises(EarmarkError, match="a mistake of its own"):
        client.call("stumble", position="three")
    assert client.call("echo", a=1) == {"a": 1}


def test_who_says_nothing_holds_nobody_up(places: Places, server: Server, client: Client) -> None:
    silent = [socket.socket(socket.AF_UNIX) for _ in range(5)]
    for each in silent:
        each.connect(places.socket)
    assert client.call("echo", a=1) == {"a": 1}
    for each in silent:
        each.close()


def test_a_client_of_another_version_is_told_so(places: Places, server: Server) -> None:
    with Connect(places.socket, authkey=places.key.read_bytes()) as connection:
        connection.send_bytes(encode({"version": 99, "method": "echo", "arguments": {}}))
        assert decode(connection.recv_bytes())["error"]["code"] == "other-version"
    with Connect(places.socket, authkey=places.key.read_bytes()) as connection:
        connection.send_bytes(encode({"version": 99, "method": "stop", "arguments": {}}))
        assert decode(connection.recv_bytes()) == {"result": "stopped"}


def test_a_long_wait_holds_nobody_up(client: Client) -> None:
    GATES["gate"] = Gate()
    waiting = threading.Thread(target=client.call, args=("wait",), kwargs={"gate": "gate"})
    waiting.start()
    assert client.call("echo", a=1) == {"a": 1}
    GATES["gate"].set()
    waiting.join()


def test_who_has_asked_nothing_is_not_waited_for_at_the_end(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "_SILENT_SECONDS", 3600)
    running = Server(places.socket, places.key, answer)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.connect(places.socket)
        assert silent.recv(1)  # its thread asks who it is
        assert_closes(running)


def test_who_does_not_read_the_answer_is_not_waited_for_at_the_end(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "_GRACE_SECONDS", 0.0)
    running = Server(places.socket, places.key, answer)
    with Connect(places.socket, authkey=places.key.read_bytes()) as frozen:
        frozen.send_bytes(encode(SAY_MUCH))
        assert frozen.poll(60)  # more of the answer than fits into the socket is on its way
        assert_closes(running)


def test_what_was_asked_is_answered_before_the_end(places: Places) -> None:
    running, answers = Server(places.socket, places.key, answer), []
    GATES["last"], client = Gate(), Client(places.socket, places.key)
    asking = threading.Thread(target=lambda: answers.append(client.call("wait", gate="last")))
    asking.start()
    assert GATES["last"].reached.wait(60)
    closing = threading.Thread(target=running.close)
    closing.start()
    until(lambda: not os.path.exists(places.socket), "nobody listens any more")
    GATES["last"].set()
    for thread in (asking, closing):
        thread.join(timeout=60)
    assert answers == ["done"]


def assert_closes(running: Server) -> None:
    closing = threading.Thread(target=running.close, daemon=True)
    closing.start()
    closing.join(timeout=30)
    assert not closing.is_alive()


@pytest.fixture
def deep(tmp_path: Path) -> Places:
    """A home whose path is too long for a socket in it."""
    home = tmp_path / ("deep" * 30)
    made = Places(home / "settings.toml", home, home / "log")
    made.make()
    return made


def test_a_deep_home_still_gets_a_socket(deep: Places) -> None:
    running = Server(deep.socket, deep.key, answer)
    assert Client(deep.socket, deep.key).call("echo", a=2) == {"a": 2}
    running.close()


def test_what_lies_where_a_deep_home_has_its_socket_is_named(deep: Places) -> None:
    os.mkdir(deep.socket)
    try:
        with pytest.raises(EarmarkError, match=r"cannot listen at .*nothing else lies there") as no:
            Server(deep.socket, deep.key, answer)
        assert deep.socket in str(no.value)
    finally:
        os.rmdir(deep.socket)


def test_a_socket_that_was_removed_does_not_hold_up_the_end(places: Places) -> None:
    running = Server(places.socket, places.key, answer)
    os.unlink(places.socket)
    running.close()
    assert not running._thread.is_alive()
    with pytest.raises(NotRunning):
        Client(places.socket, places.key).call("echo")


def leave_nothing(address: str) -> None:
    """What a cleaner of temporary files does."""


def leave_a_dead_socket(address: str) -> None:
    """What a copy of the home brings along."""
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(address)


@pytest.mark.parametrize("leave", [leave_nothing, leave_a_dead_socket])
def test_a_socket_that_was_removed_is_put_back(
    places: Places, server: Server, client: Client, leave: Callable[[str], None]
) -> None:
    GATES["long"], answers = Gate(), []
    asking = threading.Thread(target=lambda: answers.append(client.call("wait", gate="long")))
    asking.start()
    assert GATES["long"].reached.wait(60)
    for number in range(2):
        os.unlink(places.socket)
        leave(places.socket)
        with pytest.raises(NotRunning):
            client.call("echo")
        server.look()
        until(lambda: is_answered(client), "it is found again")
        assert client.call("echo", a=number) == {"a": number}
        assert os.stat(places.socket).st_mode & 0o077 == 0
    GATES["long"].set()
    asking.join(timeout=60)
    assert answers == ["done"]


def test_a_socket_that_cannot_be_put_back_yet_is_so_later(
    places: Places, server: Server, client: Client
) -> None:
    os.unlink(places.socket)
    os.mkdir(places.socket)
    server.look()
    os.rmdir(places.socket)
    server.look()
    until(lambda: is_answered(client), "it is found again")


def test_another_that_is_listened_at_in_its_place_is_left_alone(places: Places) -> None:
    """As that of an Earmark that was started once the whole home had been made anew."""
    first = Server(places.socket, places.key, answer)
    second = Server(places.socket, places.key, lambda *_: "the second")
    first.look()
    assert not first._listener.is_lost()
    assert_closes(first)
    assert Client(places.socket, places.key).call("echo") == "the second"
    second.close()
    assert not os.path.exists(places.socket)


def test_a_secret_that_was_removed_is_put_back(
    places: Places, server: Server, client: Client
) -> None:
    places.key.unlink()
    with pytest.raises(NotRunning):
        client.call("echo")
    server.look()
    assert client.call("echo", a=1) == {"a": 1}
    assert places.key.stat().st_mode & 0o077 == 0


def is_answered(client: Client) -> bool:
    try:
        client.call("echo")
    except NotRunning:
        return False
    return True


def test_where_no_file_handle_is_left_it_waits_and_goes_on(
    server: Server, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept, failures, waits = server._listener.accept, [errno.EMFILE, errno.ENFILE], []

    def scarce() -> Any:
        if failures:
            raise OSError(failures.pop(), "too many open files")
        return accept()

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        return False

    monkeypatch.setattr(server._listener, "accept", scarce)
    monkeypatch.setattr(server._closing, "wait", wait)
    for number in range(3):
        assert client.call("echo", a=number) == {"a": number}
    assert len(waits) == 2
    assert min(waits) > 0


def test_where_no_file_handle_is_left_a_socket_that_is_gone_is_looked_for_later(
    places: Places, server: Server, client: Client
) -> None:
    os.unlink(places.socket)
    most, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        server.look()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    server.look()
    until(lambda: is_answered(client), "it is found again")


def test_where_there_is_no_room_for_a_thread_one_may_ask_again(
    server: Server, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, refused, answers = threading.Thread.start, threading.Event(), []

    def refuse(thread: threading.Thread) -> None:
        if thread.name == "api-request" and not refused.is_set():
            refused.set()
            raise RuntimeError("can't start new thread")
        start(thread)

    def ask_twice() -> None:
        with pytest.raises(EarmarkError):
            client.call("echo", a=1)
        answers.append(client.call("echo", a=2))

    monkeypatch.setattr(threading.Thread, "start", refuse)
    asking = threading.Thread(target=ask_twice, daemon=True)
    asking.start()
    asking.join(timeout=60)
    assert answers == [{"a": 2}]


def test_who_is_there_and_does_not_greet_is_not_waited_for(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "_GREETING_SECONDS", 0.01)
    places.key.write_bytes(b"secret")
    with Listener(places.socket):
        for _ in range(4):  # more than are let in while nobody greets them
            with pytest.raises(EarmarkError) as raised:
                Client(places.socket, places.key).call("echo")
            assert raised.value.problem.code == "no-answer"
    with pytest.raises(NotRunning):
        Client(places.socket, places.key).call("echo")
