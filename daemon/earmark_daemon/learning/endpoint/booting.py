"""Switches the trainer's machine on and waits, in the background, until the trainer answers."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import closing, suppress
from pathlib import Path
from typing import Protocol

from earmark_daemon.errors import EarmarkError, Problem, fail
from earmark_daemon.learning.endpoint.aws import Aws, Instance
from earmark_daemon.learning.endpoint.aws_faults import gone
from earmark_daemon.learning.endpoint.client import Client
from earmark_daemon.learning.endpoint.faults import TryAgain
from earmark_daemon.learning.endpoint.machines import Machine
from earmark_daemon.learning.endpoint.stopping import Stop, in_background
from earmark_daemon.learning.endpoint.switched_on import SwitchedOn

PATIENCE_SECONDS = 600.0
"""How long a machine may take from the switch to the trainer's first answer."""

_LOOK_SECONDS = 2.0
_COMMAND_TRIES = 10
_MOST_WORDS = 300


class Switch(Protocol):
    """What turns a machine on."""

    def press(self) -> bool:
        """See to it that the machine is on or on its way; called again and again until it is.

        Returns:
            Whether it was off, and this computer has switched it on.
        """

    def undo(self) -> str:
        """It never came up: switch off what was switched on; a sentence on that, or nothing."""


class Booting:
    """One machine on its way; `begin` returns at once."""

    def __init__(self, switch: Switch, connect: Callable[[], Client], stop: Stop) -> None:
        """Prepare.

        Args:
            switch: turns the machine on.
            connect: makes a client of the trainer on it.
            stop: breaks off all waiting; a machine that was switched on stays on.
        """
        self._switch = switch
        self._connect = connect
        self._stop = stop
        self._up: Future[float | None] | None = None
        self._began = 0.0

    @property
    def begun(self) -> bool:
        """Whether the machine was switched on, or is about to be."""
        return self._up is not None

    @property
    def seconds(self) -> float:
        """How long ago it began."""
        return time.monotonic() - self._began if self.begun else 0.0

    def begin(self) -> None:
        """Switch the machine on; again is nothing."""
        if self._up is None:
            self._began = time.monotonic()
            self._up = in_background(self._work)

    def is_up(self) -> bool:
        """Whether the trainer has answered.

        Raises:
            EarmarkError: it never will; in words.
            Stopped: somebody asked to stop.
        """
        self._stop.check()
        if self._up is None or not self._up.done():
            return False
        self._up.result()
        return True

    def boot_seconds(self) -> float | None:
        """From the switch to the answer, once it is up; None where the machine was on before."""
        return self._up.result() if self._up else None

    def _work(self) -> float | None:
        was_off = False
        with closing(self._connect()) as client:
            while True:
                was_off = self._switch.press() or was_off
                if answers(client):
                    return self.seconds if was_off else None
                if self.seconds > PATIENCE_SECONDS:
                    raise self._never_up(client)
                self._stop.wait(_LOOK_SECONDS)

    def _never_up(self, client: Client) -> EarmarkError:
        done = self._switch.undo()
        minutes = f"{PATIENCE_SECONDS / 60:.0f} minutes"
        return fail(
            "machine-not-up",
            f"The machine was started, but after {minutes} the trainer at "
            f"{client.pairing.address} still does not answer. {done}".rstrip(),
            "See on the machine that the trainer starts with it and that its port is open, then "
            "train again.",
        )


class Ec2Switch:
    """Starts an EC2 instance."""

    def __init__(self, aws: Aws, instance: str, noted: SwitchedOn) -> None:
        self._name = instance
        self._instance = Instance(aws, instance)
        self._noted = noted
        self._was_off = False

    def press(self) -> bool:
        """Start the instance where it is stopped; see `Switch`."""
        try:
            state = self._instance.state()
        except TryAgain:
            if self._was_off:
                return True
            raise
        if state in ("terminated", "shutting-down"):
            raise gone()
        if state == "stopped":
            self._noted.note(self._name)
            self._instance.start()
            self._was_off = True
        return self._was_off

    def undo(self) -> str:
        """Stop the instance again, if it was stopped before the job started it."""
        if not self._was_off and not self._noted.is_noted(self._name):
            return ""
        with suppress(EarmarkError):
            self._instance.stop()
            self._noted.forget()
            return "The machine was switched off again."
        return "It could not be switched off again: do that in the AWS console, for it costs money."


class CommandSwitch:
    """Runs the user's own command, once."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._done: Future[subprocess.CompletedProcess[bytes]] | None = None

    def press(self) -> bool:
        """Run the command, and see that it does not fail; see `Switch`."""
        if self._done is None:
            self._done = in_background(self._run)
        if not self._done.done():
            return True
        try:
            done = self._done.result()
        except OSError as error:
            raise _failed(error.strerror or str(error)) from error
        if done.returncode:
            said = done.stdout.decode(errors="replace").strip()
            raise _failed(said[-_MOST_WORDS:] or f"It ended with status {done.returncode}.")
        return True

    def undo(self) -> str:
        """There is no command for that."""
        return "It may be on and cost money: look at it."

    def _run(self) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=Path.home(),
            check=False,
        )


def _failed(why: str) -> TryAgain:
    message = f"The command that starts the machine failed. {why}"
    return TryAgain(
        Problem("start-command-failed", message, "Try it by hand."), tries=_COMMAND_TRIES
    )


def answers(client: Client) -> bool:
    """Whether the trainer is there.

    Raises:
        EarmarkError: something else is there.
    """
    try:
        client.get("/v1/health")
    except TryAgain:
        return False
    return True


def switch_of(machine: Machine, stop: Stop, noted: SwitchedOn) -> Switch:
    """What turns a machine on, and notes that it did."""
    if machine.instance is None:
        return CommandSwitch(machine.command)
    return Ec2Switch(Aws(machine, stop), machine.instance, noted)
