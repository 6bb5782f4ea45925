"""Fixtures: a machine that is rented, paired with, and off; import them by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.aws import BUCKET, Aws
from tests.daemon.learning.endpoint.line import Line
from tests.daemon.learning.endpoint.paired import WHOLE, Paired
from tests.daemon.learning.endpoint.rented import Rented, idle_command, may_go_off, switch_off
from tests.trainer.service.processes import Trainer
from tests.waiting import until

from earmark_daemon.learning.endpoint import booting
from earmark_daemon.learning.endpoint.machines import Machine, machine_of
from earmark_trainer.server.certificates import Certificate

PUT = rf'"PUT /{BUCKET}/earmark/\S+\.tar'

Rent = Callable[..., tuple[Rented, Paired]]


@pytest.fixture
def rent(
    tmp_path: Path, aws: Aws, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Rent]:
    """Rents a machine, pairs with the trainer on it, and leaves it switched off."""
    monkeypatch.setattr(booting, "_LOOK_SECONDS", 0.2)
    made: list[tuple[Rented, Paired]] = []

    def rented(*, real: bool = False, bucket: str | None = BUCKET) -> tuple[Rented, Paired]:
        home = tmp_path / "machine"
        home.mkdir()
        trainer = Trainer(home / "data", certificate.cert, certificate.key, bucket=bucket)
        if real:
            switch_off(aws, home)
            trainer.arguments = ["--idle-stop", "0.05", *idle_command(home)]
        else:
            trainer.limits = {"requests_per_second": 10_000.0, "request_burst": 10_000}
            trainer.script(WHOLE)
        line = Line("https://127.0.0.1:1")
        line.cut()
        machine = Rented(aws, trainer, line).power()
        aws.ec2.start_instances(InstanceIds=[aws.instance])
        until(lambda: line.open, "the machine is on")
        here = Paired(trainer, line, tmp_path / "endpoint")
        made.append((machine, here))
        if real:
            may_go_off(home)
        else:
            aws.ec2.stop_instances(InstanceIds=[aws.instance])
        until(lambda: not line.open, "the machine is off")
        return machine, here

    yield rented
    for machine, here in made:
        here.close()
        machine.close()
        machine.line.close()


def of(aws: Aws, bucket: str | None = BUCKET) -> Machine:
    return machine_of(aws.instance, None, bucket, profile="computer")


def machine_shown(here: Paired) -> Any:
    shown = here.place.show()
    assert shown
    return shown["machine"]
