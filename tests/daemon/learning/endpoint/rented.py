"""A rented machine: while its EC2 instance is on there is a real trainer, else there is none."""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from pathlib import Path

from tests.aws import Aws
from tests.daemon.learning.endpoint.line import Line
from tests.trainer.service.processes import Trainer

SWITCH_OFF = """
import boto3, pathlib, sys
if not pathlib.Path({4!r}).exists():
    sys.exit(1)
boto3.client(
    "ec2", endpoint_url={0!r}, aws_access_key_id={1!r}, aws_secret_access_key={2!r}
).stop_instances(InstanceIds=[{3!r}])
"""


class Rented:
    """Watches the instance as power watches a computer.

    Attributes:
        trainer: what boots with the machine.
        line: how it is reached; refuses while the machine is off.
        boots: how often it was switched on.
    """

    def __init__(self, aws: Aws, trainer: Trainer, line: Line) -> None:
        self.aws = aws
        self.trainer = trainer
        self.line = line
        self.boots = 0
        self.broken = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def power(self) -> Rented:
        self._thread.start()
        return self

    def close(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
        self.trainer.close()

    def _watch(self) -> None:
        on = False
        while not self._over.wait(0.05):
            state = self.aws.state()
            if state == "running" and not on and not self.broken:
                on, self.boots = True, self.boots + 1
                self.line.target = self.trainer.start().address
                self.line.mend()
            elif state == "stopped" and on:
                on = False
                self.line.cut()
                with suppress(AssertionError):
                    self.trainer.kill()


def switch_off(aws: Aws, home: Path) -> None:
    """Write the program that an idle trainer runs: switching its machine off, as `poweroff`.

    It fails while `may_go_off` has not been called, and the trainer tries again later: however
    slow this computer is, no machine goes off before the one who needs it has come.
    """
    text = SWITCH_OFF.format(aws.address, *aws.key, aws.instance, str(_leave(home)))
    (home / "switch_off.py").write_text(text)


def may_go_off(home: Path, may: bool = True) -> None:
    """Let the idle machine switch itself off, or no longer."""
    if may:
        _leave(home).touch()
    else:
        _leave(home).unlink()


def _leave(home: Path) -> Path:
    return home / "may_go_off"


def idle_command(home: Path) -> list[str]:
    return ["--idle-command", f"{sys.executable} {home / 'switch_off.py'}"]
