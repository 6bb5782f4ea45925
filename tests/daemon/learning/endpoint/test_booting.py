"""What switches a machine on, and off again where it came up in vain: it costs money while on."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.aws import Aws
from tests.aws_fixtures import aws, moto
from tests.daemon.learning.endpoint.line import Line
from tests.daemon.learning.endpoint.paired import client_of
from tests.waiting import until

from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.learning.endpoint import aws as amazon
from earmark_daemon.learning.endpoint import booting
from earmark_daemon.learning.endpoint.booting import Booting, CommandSwitch, Ec2Switch
from earmark_daemon.learning.endpoint.client import Client
from earmark_daemon.learning.endpoint.faults import TryAgain
from earmark_daemon.learning.endpoint.machines import machine_of
from earmark_daemon.learning.endpoint.pairing import Pairing
from earmark_daemon.learning.endpoint.stopping import Stop
from earmark_daemon.learning.endpoint.switched_on import SwitchedOn
from earmark_daemon.learning.place import Stopped

__all__ = ["aws", "moto"]


class Healthy(BaseHTTPRequestHandler):
    """Answers as a trainer that is there, or as something else."""

    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def line() -> Iterator[Line]:
    """The way to a machine that is off until the line is mended."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Healthy) as service:
        thread = threading.Thread(target=service.serve_forever)
        thread.start()
        line = Line(f"http://127.0.0.1:{service.server_port}")
        line.cut()
        yield line
        line.close()
        service.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(booting, "_LOOK_SECONDS", 0.01)


class Button:
    """A switch of which it is known how often it was pressed; off where it says so first."""

    def __init__(self, *was_off: bool) -> None:
        self.was_off = list(was_off)
        self.pressed = 0
        self.undone = 0

    def press(self) -> bool:
        self.pressed += 1
        return self.was_off.pop(0) if self.was_off else False

    def undo(self) -> str:
        self.undone += 1
        return "It is off."


def connect(line: Line) -> Client:
    return client_of(Pairing(line.address, "t" * 16, "0" * 64), None)


def booted(button: Button, line: Line, stop: Stop | None = None) -> Booting:
    return Booting(button, partial(connect, line), stop or Stop())


@pytest.mark.parametrize("was_off", [True, False])
def test_how_long_it_took_is_known_where_it_was_off_before(line: Line, was_off: bool) -> None:
    button = Button(was_off)
    boot = booted(button, line)
    assert (boot.begun, boot.seconds, boot.is_up()) == (False, 0.0, False)
    boot.begin()
    until(lambda: button.pressed > 2, "it is looked at again and again")
    assert boot.begun
    assert not boot.is_up()
    line.mend()
    until(boot.is_up, "the trainer answers")
    seconds = boot.boot_seconds()
    assert (seconds is not None) == was_off
    assert seconds is None or 0 < seconds <= boot.seconds
    assert button.undone == 0
    pressed = button.pressed
    boot.begin()
    assert boot.is_up()
    assert button.pressed == pressed, "it was begun once"


def test_what_never_answers_is_switched_off(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(booting, "PATIENCE_SECONDS", 0.1)
    button = Button(True)
    boot = booted(button, line)
    boot.begin()
    with pytest.raises(EarmarkError, match=r"still does not answer\. It is off\.") as raised:
        until(boot.is_up, "it is given up")
    assert raised.value.problem.code == "machine-not-up"
    assert button.undone == 1


def test_what_is_no_trainer_is_not_waited_for(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Healthy, "status", 404)
    line.mend()
    boot = booted(Button(True), line)
    boot.begin()
    with pytest.raises(EarmarkError, match="not a trainer"):
        until(boot.is_up, "it answers otherwise")


def test_whoever_stops_is_not_kept_and_the_machine_stays_on(line: Line) -> None:
    stop, button = Stop(), Button(True)
    boot = booted(button, line, stop)
    boot.begin()
    until(lambda: button.pressed, "it is switched on")
    stop.stop()
    with pytest.raises(Stopped):
        boot.is_up()
    assert button.undone == 0


Switch = Callable[..., Ec2Switch]


@pytest.fixture
def switch(aws: Aws, tmp_path: Path) -> Switch:
    """Another life's switch of the instance, for a job whose folder stays the same."""
    machine = machine_of(aws.instance, None)

    def made(instance: str = aws.instance) -> Ec2Switch:
        return Ec2Switch(amazon.Aws(machine, Stop()), instance, SwitchedOn(tmp_path))

    return made


def test_what_this_computer_switched_on_it_switches_off_in_another_life_too(
    aws: Aws, tmp_path: Path, switch: Switch
) -> None:
    first = switch()
    assert (first.press(), first.press()) == (True, True)
    assert aws.state() == "running"
    assert "switched off again" in switch().undo()
    assert aws.state() == "stopped"
    aws.ec2.start_instances(InstanceIds=[aws.instance])
    others = switch()
    assert not others.press()
    assert others.undo() == ""
    assert aws.state() == "running", "others have switched it on, also in this job's time"

    aws.ec2.stop_instances(InstanceIds=[aws.instance])
    (tmp_path / "switched-on").mkdir()  # as where there is no room: this life knows it
    own = switch()
    assert own.press()
    assert "switched off again" in own.undo()
    assert aws.state() == "stopped"


def test_the_note_is_of_one_instance_alone(tmp_path: Path) -> None:
    noted = SwitchedOn(tmp_path)
    noted.note("i-0abc12345678")
    assert noted.is_noted("i-0abc12345678")
    assert not noted.is_noted("i-0fff12345678")
    noted.forget()
    assert not noted.is_noted("i-0abc12345678")


def test_one_that_cannot_be_switched_off_is_told_and_tried_in_the_next_life(
    aws: Aws, switch: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = switch()
    own.press()
    instance: Any = own._instance
    with monkeypatch.context() as harm:
        harm.setattr(instance, "_ids", ["i-00000000000000000"])
        said = own.undo()
    assert "AWS console" in said
    assert "costs money" in said
    assert aws.state() == "running"
    assert "switched off again" in switch().undo()
    assert aws.state() == "stopped"


def test_one_of_which_it_is_not_known_whether_it_was_started_is_switched_off_again(
    aws: Aws, switch: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line breaks, or the daemon dies, while AWS starts it."""
    own = switch()
    instance: Any = own._instance
    start = instance.start

    def broken() -> None:
        start()
        raise TryAgain(Problem("aws-unreachable", "AWS cannot be reached."))

    monkeypatch.setattr(instance, "start", broken)
    with pytest.raises(TryAgain):
        own.press()
    assert aws.state() == "running"
    assert "switched off again" in switch().undo()
    assert aws.state() == "stopped"


def test_one_that_is_going_off_is_started_once_it_is_off(
    aws: Aws, switch: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """moto knows no time between on and off, in which AWS starts nothing."""
    own = switch()
    instance: Any = own._instance
    for state in ("stopping", "pending", "running"):
        monkeypatch.setattr(instance, "state", lambda state=state: state)
        assert not own.press()
    monkeypatch.undo()
    aws.enlist(monkeypatch)
    assert aws.state() == "stopped"
    for state in ("shutting-down", "terminated"):
        monkeypatch.setattr(instance, "state", lambda state=state: state)
        with pytest.raises(EarmarkError, match="not there"):
            own.press()


def test_aws_that_is_away_is_waited_for_once_the_machine_is_on_its_way(
    aws: Aws, switch: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, other = switch(), switch()
    assert own.press()
    monkeypatch.setattr(amazon.Aws, "ask", _away)
    assert own.press()
    with pytest.raises(TryAgain):
        other.press()


def _away(*_: object, **__: object) -> None:
    raise TryAgain(Problem("aws-unreachable", "AWS cannot be reached."))


def test_a_command_runs_once(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    own = CommandSwitch([sys.executable, "-c", f"open({str(ran)!r}, 'a').write('x')"])
    assert own.press()
    until(lambda: own._done and own._done.done(), "it has run")
    assert own.press()
    assert ran.read_text() == "x"
    assert "cost money" in own.undo()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["/no such program"], "No such file"),
        ([sys.executable, "-c", "print('x' * 999); exit('no such zone')"], "no such zone"),
        ([sys.executable, "-c", "exit(3)"], "status 3"),
    ],
)
def test_a_command_that_fails_is_tried_some_more_times(command: list[str], words: str) -> None:
    own = CommandSwitch(command)
    with pytest.raises(TryAgain, match=words) as raised:
        until(lambda: not own.press(), "it fails")
    assert raised.value.tries == 10
