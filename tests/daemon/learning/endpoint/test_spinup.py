"""A machine that is off: started in time, packs in a bucket meanwhile, and off again."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.aws import Aws
from tests.aws_fixtures import aws, moto
from tests.daemon.learning.endpoint.paired import Paired, pairing_line, toy_spectra
from tests.daemon.learning.endpoint.rented import may_go_off, switch_off
from tests.daemon.learning.endpoint.renting import PUT, Rent, machine_shown, of, rent
from tests.trainer.service.processes import Trainer
from tests.waiting import until

from earmark_daemon.errors import EarmarkError
from earmark_daemon.learning.endpoint import machines
from earmark_daemon.learning.endpoint.machines import Machine, machine_of
from earmark_daemon.learning.endpoint.timing import Timings
from earmark_daemon.learning.place import Stopped

__all__ = ["aws", "moto", "rent"]


def test_started_uploaded_trained_and_idle_again(
    aws: Aws, rent: Rent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real trainer, as from the recipe: rights of computer and machine are the recipe's."""
    machine, here = rent(real=True)
    home = machine.trainer.data.parent
    may_go_off(home, False)
    aws.guard(monkeypatch)
    switch_off(aws, home)
    assert here.place.spin_up(of(aws))["state"] == "stopped"
    spectra = toy_spectra(3)
    went_up = here.line.sent
    made = here.begin(here.order(spectra, epochs=1)).ended()
    assert made.file.stat().st_size > 0
    assert machine.boots == 2
    phases = here.phases()
    assert phases[:5] == ["preparing", "uploading", "starting", "uploading", "queued"]
    assert phases[-1] == "downloading"
    assert len(aws.succeeded(PUT)) == 1
    assert aws.keys() == []
    assert here.line.sent - went_up < 20_000
    may_go_off(home)
    until(lambda: aws.state() == "stopped", "the idle machine switches itself off")
    until(lambda: not here.line.open, "the machine is off")


def test_the_next_time_it_is_known_what_is_there_and_how_long_it_takes(
    aws: Aws, rent: Rent
) -> None:
    machine, here = rent()
    here.place.spin_up(of(aws))
    spectra = toy_spectra(4)
    here.begin(here.order(spectra)).ended()
    aws.ec2.stop_instances(InstanceIds=[aws.instance])
    until(lambda: not here.line.open, "the machine is off")
    known = Timings(here.folder)
    assert known.boot_seconds
    for _ in range(2):  # so that it does not take longer than usual, however busy this machine is
        known.booted(3600.0)
    here.told.clear()
    here.forget_order()
    here.begin(here.order(toy_spectra(5) | spectra)).ended()
    assert machine.boots == 3
    starting = [one for one in here.told if one.message.startswith("Starting the machine, about")]
    assert starting
    assert all(one.seconds_left for one in starting)
    new = next(one for one in here.told if one.phase == "uploading")
    assert (new.done, new.total) == (0, 3)
    assert len(aws.succeeded(PUT)) == 2
    here.forget_order()
    here.told.clear()
    here.begin(here.order(spectra)).ended()
    assert len(aws.succeeded(PUT)) == 2, "what the trainer has was left in the bucket again"


def test_without_a_bucket_all_is_sent_once_it_is_up(aws: Aws, rent: Rent) -> None:
    machine, here = rent(bucket=None)
    here.place.spin_up(of(aws, bucket=None))
    assert here.begin(here.order(toy_spectra(4))).ended().file.exists()
    assert machine.boots == 2
    assert here.phases() == [
        *("preparing", "starting", "uploading", "queued", "training", "downloading")
    ]
    assert len(aws.succeeded(PUT)) == 0


def test_a_command_of_the_users_own(aws: Aws, rent: Rent, tmp_path: Path) -> None:
    machine, here = rent(bucket=None)
    switch = tmp_path / "switch.py"
    switch.write_text(
        f"import boto3, sys\nboto3.client('ec2').start_instances(InstanceIds=[{aws.instance!r}])\n"
    )
    here.place.spin_up(machine_of(None, f"{sys.executable} {switch}"))
    assert here.begin(here.order(toy_spectra(4))).ended().file.exists()
    assert machine.boots == 2


def test_stopping_does_not_wait_for_the_machine(aws: Aws, rent: Rent) -> None:
    machine, here = rent()
    here.place.spin_up(of(aws))
    machine.broken = True
    run = here.begin(here.order(toy_spectra(4)))
    here.until_told("waiting for the machine", phase="starting", waiting=True)
    here.place.suspend(1)
    run.join(timeout=10)
    assert isinstance(run.error, Stopped)


def test_forgetting_the_trainer_forgets_its_machine(aws: Aws, rent: Rent) -> None:
    _, here = rent()
    here.place.spin_up(of(aws))
    assert machine_shown(here)["instance"] == aws.instance
    assert here.place.forget()
    assert not (here.folder / "machine.json").exists()


def test_pairing_with_another_trainer_forgets_the_machine_of_the_one_before(
    paired: Paired, scripted: Callable[..., Trainer]
) -> None:
    machine = Machine("i-0abc12345678", bucket="samples")
    machines.keep(paired.folder, machine)
    paired.place.pair(pairing_line(paired.trainer, paired.line.address))
    assert machines.kept(paired.folder) == machine
    another = scripted()
    paired.place.pair(pairing_line(another, another.address))
    assert machines.kept(paired.folder) is None


def test_to_erase_no_machine_is_switched_on(aws: Aws, rent: Rent) -> None:
    machine, here = rent()
    here.place.spin_up(of(aws))
    boots = machine.boots
    with pytest.raises(EarmarkError, match="Nothing was erased") as raised:
        here.place.erase(lambda: None)
    assert "Switch it on yourself" in raised.value.problem.advice
    assert aws.state() == "stopped"
    assert machine.boots == boots
