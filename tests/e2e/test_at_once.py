"""Several commands at once: each waits for its turn, and `start` says what is so."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.daemon.audio_files import thump, write
from tests.e2e.living import COMMAND, earmark
from tests.waiting import until

from earmark_daemon.api import local_client
from earmark_daemon.cli.asking import is_running
from earmark_daemon.places import places
from earmark_daemon.service.daemon import Daemon
from earmark_daemon.service.lock import hold

WAITING = "waiting for it"


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    yield
    if is_running():
        earmark("stop")


@pytest.fixture
def of_a_command() -> Iterator[ExitStack]:
    """What `earmark tag` is while it tags, until it is closed."""
    own = Daemon(places(), watch=False)
    own.start()
    with ExitStack() as ended:
        ended.callback(own.close)
        yield ended


def begun(*arguments: str) -> subprocess.Popen[str]:
    """A command under way."""
    return subprocess.Popen(
        [*COMMAND, *arguments], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def rest(process: subprocess.Popen[str]) -> str:
    """What else it says; it must end well."""
    said, _ = process.communicate(timeout=240)
    assert process.returncode == 0, said
    return said


def test_a_command_waits_for_another_one(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav")
    lock = hold(places())
    process = begun("tag", path)
    try:
        assert WAITING in first_line(process)
    finally:
        lock.release()
    assert path in rest(process)


def test_commands_that_begin_together_all_succeed(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{n}.wav", thump(0.2 + n / 10)) for n in range(4)]
    processes = [begun("tag", path) for path in paths]
    for path, process in zip(paths, processes, strict=True):
        assert path in rest(process)


@pytest.mark.parametrize("arguments", [("tag", "a.wav"), ("label", "a.wav", "--add", "dusty")])
def test_no_command_leans_on_one_that_will_end(
    of_a_command: ExitStack, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    path = write(tmp_path / "a.wav")
    process = begun(*(path if word == "a.wav" else word for word in arguments))
    assert WAITING in first_line(process)
    of_a_command.close()
    assert path in rest(process)


def test_what_starts_beside_a_command_runs_once_that_has_ended(of_a_command: ExitStack) -> None:
    process = begun("start")
    log = places().log
    until(lambda: log.exists() and WAITING in log.read_text(), "the daemon waits for its turn")
    assert process.poll() is None
    of_a_command.close()
    assert rest(process) == "Earmark is started.\n"
    assert local_client().call("status")["watching"]


@pytest.mark.usefixtures("of_a_command")
def test_a_command_that_will_end_is_no_daemon(tmp_path: Path) -> None:
    done = earmark("stop", check=False)
    assert (done.returncode, done.stderr) == (1, "Earmark is not running.\n")
    (tmp_path / "Samples").mkdir()
    assert "once it runs" in earmark("watch", "add", str(tmp_path / "Samples")).stdout
    assert not local_client().call("status")["watching"]


@pytest.mark.usefixtures("of_a_command")
def test_what_is_answered_at_once_waits_for_nobody() -> None:
    for question in (["tags"], ["models", "list"], ["jobs"], ["status"], ["doctor"]):
        assert WAITING not in earmark(*question).stderr


def test_of_two_that_start_together_both_say_that_it_runs() -> None:
    processes = [begun("start") for _ in range(2)]
    for process in processes:
        assert rest(process) in ("Earmark is started.\n", "Earmark is already running.\n")
    assert is_running()
