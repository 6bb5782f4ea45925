"""A machine that is off: started in time, packs in a bucket meanwhile, and switched off again."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.aws import BUCKET, Aws
from tests.aws_fixtures import aws, moto
from tests.daemon.learning.endpoint.line import Line
from tests.daemon.learning.endpoint.paired import Paired, toy_spectra
from tests.daemon.learning.endpoint.rented import Rented, idle_command, switch_off
from tests.trainer.service.processes import Trainer
from tests.waiting import until

from earmark_daemon.errors import EarmarkError
from earmark_daemon.learning.endpoint import booting, shipping
from earmark_daemon.learning.endpoint.machines import Machine, machine_of
from earmark_daemon.learning.endpoint.packs import packs_of
from earmark_daemon.learning.place import Stopped
from earmark_trainer.server.certificates import Certificate

__all__ = ["aws", "moto"]

WHOLE = ["epoch 0", "result", "finish"]
PACK = 20_000
PUT = rf'"PUT /{BUCKET}/earmark/\S+\.tar'


@pytest.fixture
def rent(
    tmp_path: Path, aws: Aws, certificate: Certificate
) -> Iterator[Callable[..., tuple[Rented, Paired]]]:
    """Rents a machine, pairs with the trainer on it, and leaves it switched off."""
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
        if not real:
            aws.ec2.stop_instances(InstanceIds=[aws.instance])
        until(lambda: not line.open, "the machine is off")
        return machine, here

    yield rented
    for machine, here in made:
        here.close()
        machine.close()
        machine.line.close()


@pytest.fixture
def small_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipping, "packs_of", lambda source: packs_of(source, PACK))


def of(aws: Aws, bucket: str | None = BUCKET) -> Machine:
    return machine_of(aws.instance, None, bucket, profile="computer")


def machine_shown(here: Paired) -> Any:
    shown = here.place.show()
    assert shown
    return shown["machine"]


def test_started_uploaded_trained_and_idle_again(
    aws: Aws,
    rent: Callable[..., tuple[Rented, Paired]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The real trainer, as from the recipe: rights of computer and machine are the recipe's."""
    machine, here = rent(real=True)
    aws.guard(monkeypatch)
    switch_off(aws, machine.trainer.data.parent)
    assert here.place.spin_up(of(aws))["state"] == "stopped"
    spectra = toy_spectra(8)
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
    until(lambda: aws.state() == "stopped", "the idle machine switches itself off")
    until(lambda: not here.line.open, "the machine is off")

    here.told.clear()
    here.note = {}
    shutil.rmtree(tmp_path / "job-1")
    here.begin(here.order(toy_spectra(9) | spectra, epochs=1)).ended()
    assert machine.boots == 3
    assert any(one.message.startswith("Starting the machine, about") for one in here.told)
    assert all(one.seconds_left for one in here.told if one.message.endswith(" s."))
    new = next(one for one in here.told if one.phase == "uploading")
    assert (new.done, new.total) == (0, 3)


def test_without_a_bucket_all_is_sent_once_it_is_up(
    aws: Aws, rent: Callable[..., tuple[Rented, Paired]]
) -> None:
    machine, here = rent(bucket=None)
    here.place.spin_up(of(aws, bucket=None))
    assert here.begin(here.order(toy_spectra(4))).ended().file.exists()
    assert machine.boots == 2
    assert here.phases() == [
        *("preparing", "starting", "uploading", "queued", "training", "downloading")
    ]
    assert len(aws.succeeded(PUT)) == 0


def test_a_machine_that_never_comes_up(
    aws: Aws, rent: Callable[..., tuple[Rented, Paired]], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine, here = rent()
    here.place.spin_up(of(aws))
    machine.broken = True
    monkeypatch.setattr(booting, "PATIENCE_SECONDS", 3.0)
    run = here.begin(here.order(toy_spectra(4)))
    until(lambda: aws.state() == "running", "it is switched on")
    with pytest.raises(EarmarkError, match="still does not answer") as raised:
        run.ended()
    assert raised.value.problem.code == "machine-not-up"
    assert "switched off again" in raised.value.problem.message
    assert aws.state() == "stopped"
    assert len(aws.keys()) == 1

    machine.broken = False
    monkeypatch.undo()
    aws.enlist(monkeypatch)
    assert here.begin(here.order(toy_spectra(4))).ended().file.exists()
    assert len(aws.succeeded(PUT)) == 1, "what waited in the bucket was not sent again"


def test_a_machine_that_was_deleted(aws: Aws, rent: Callable[..., tuple[Rented, Paired]]) -> None:
    _, here = rent()
    here.place.spin_up(of(aws))
    aws.ec2.terminate_instances(InstanceIds=[aws.instance])
    with pytest.raises(EarmarkError, match="not there"):
        here.begin(here.order(toy_spectra(4))).ended()
    with pytest.raises(EarmarkError, match="not there"):
        here.place.spin_up(machine_of("i-00000000000000000", None))


def test_a_bucket_that_is_missing(aws: Aws, rent: Callable[..., tuple[Rented, Paired]]) -> None:
    machine, here = rent()
    with pytest.raises(EarmarkError, match="no bucket another-one") as raised:
        here.place.spin_up(of(aws, bucket="another-one"))
    assert raised.value.problem.code == "no-bucket"
    assert machine_shown(here) is None
    here.place.spin_up(of(aws))
    aws.s3.delete_bucket(Bucket=BUCKET)
    with pytest.raises(EarmarkError, match="no bucket"):
        here.begin(here.order(toy_spectra(4))).ended()
    assert machine.boots == 1, "nothing was switched on for it"


def test_credentials_that_are_wrong(
    aws: Aws, rent: Callable[..., tuple[Rented, Paired]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """moto computes each signature anew, as AWS does, and compares."""
    _, here = rent()
    aws.guard(monkeypatch)
    here.place.spin_up(of(aws))

    def code(machine: Machine) -> str:
        with pytest.raises(EarmarkError) as raised:
            here.place.spin_up(machine)
        return raised.value.problem.code

    nobody = aws.nobody
    for bucket in (BUCKET, None):
        aws.use_key(monkeypatch, "AKIAUNKNOWN000000000", "secret")
        assert code(of(aws, bucket)) == "wrong-credentials"
        aws.use_key(monkeypatch, aws.computer_key, "not the secret")
        assert code(of(aws, bucket)) == "wrong-credentials"
        aws.use_key(monkeypatch, *nobody)
        assert code(of(aws, bucket)) == "not-allowed"
    assert code(machine_of(aws.instance, None, profile="unknown")) == "no-credentials"
    aws.use_key(monkeypatch, aws.computer_key, "not the secret")
    with pytest.raises(EarmarkError, match="access key"):
        here.begin(here.order(toy_spectra(4))).ended()


def test_boto3_that_is_not_installed(
    aws: Aws, rent: Callable[..., tuple[Rented, Paired]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, here = rent()
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(EarmarkError, match=r"earmark\[aws\]"):
        here.place.spin_up(of(aws))


@pytest.mark.usefixtures("small_packs")
@pytest.mark.parametrize("end", ["a cut", "another life"])
def test_a_broken_way_to_the_bucket_goes_on_where_it_was(
    aws: Aws,
    rent: Callable[..., tuple[Rented, Paired]],
    monkeypatch: pytest.MonkeyPatch,
    end: str,
) -> None:
    _, here = rent()
    here.place.spin_up(of(aws))
    line = Line(aws.address)
    monkeypatch.setenv("AWS_ENDPOINT_URL", line.address)
    spectra = toy_spectra(60)
    line.cut_after(4 * PACK)
    run = here.begin(here.order(spectra))
    line.was_cut.wait(60)
    if end == "another life":
        here.place.suspend(1)
        with pytest.raises(Stopped):
            run.ended()
        here.reborn()
    before = len(aws.keys())
    line.mend()
    if end == "another life":
        run = here.begin(here.order(spectra))
    assert run.ended().file.exists()
    whole = aws.succeeded(PUT)
    assert before >= 2
    assert len(whole) > before
    assert len(whole) == len(set(whole)), "nothing was uploaded twice"
    assert aws.keys() == []
    line.close()


@pytest.mark.parametrize("harm", ["gone", "changed", "no bucket there"])
def test_what_the_trainer_cannot_take_is_sent_to_it(
    aws: Aws, rent: Callable[..., tuple[Rented, Paired]], harm: str
) -> None:
    machine, here = rent(bucket=None if harm == "no bucket there" else BUCKET)
    here.place.spin_up(of(aws))
    machine.broken = True
    run = here.begin(here.order(toy_spectra(4)))
    here.until_told("all is in the bucket", phase="starting")
    (key,) = aws.keys()
    if harm == "gone":
        aws.s3.delete_object(Bucket=BUCKET, Key=key)
    if harm == "changed":
        aws.s3.put_object(Bucket=BUCKET, Key=key, Body=b"something else")
    machine.broken = False
    assert run.ended().file.exists()


def test_a_command_of_the_users_own(
    aws: Aws, rent: Callable[..., tuple[Rented, Paired]], tmp_path: Path
) -> None:
    machine, here = rent(bucket=None)
    switch = tmp_path / "switch.py"
    switch.write_text(
        f"import boto3, sys\nboto3.client('ec2').start_instances(InstanceIds=[{aws.instance!r}])\n"
    )
    here.place.spin_up(machine_of(None, f"{sys.executable} {switch}"))
    assert here.begin(here.order(toy_spectra(4))).ended().file.exists()
    assert machine.boots == 2


def test_a_command_that_fails_says_what_it_said(
    rent: Callable[..., tuple[Rented, Paired]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, here = rent()
    monkeypatch.setattr(booting, "_COMMAND_TRIES", 1)
    here.place.spin_up(machine_of(None, f"{sys.executable} -c 'exit(\"no such zone\")'"))
    with pytest.raises(EarmarkError, match="no such zone"):
        here.begin(here.order(toy_spectra(4))).ended()
    with pytest.raises(EarmarkError, match="no program"):
        machine_of(None, "no-such-program --now")


def test_stopping_does_not_wait_for_the_machine(
    aws: Aws, rent: Callable[..., tuple[Rented, Paired]]
) -> None:
    machine, here = rent()
    here.place.spin_up(of(aws))
    machine.broken = True
    run = here.begin(here.order(toy_spectra(4)))
    here.until_told("waiting for the machine", phase="starting", waiting=True)
    here.place.suspend(1)
    run.join(timeout=10)
    assert isinstance(run.error, Stopped)


def test_forgetting_the_trainer_forgets_its_machine(
    aws: Aws, rent: Callable[..., tuple[Rented, Paired]]
) -> None:
    _, here = rent()
    here.place.spin_up(of(aws))
    assert machine_shown(here)["instance"] == aws.instance
    assert here.place.forget()
    assert not (here.folder / "machine.json").exists()
