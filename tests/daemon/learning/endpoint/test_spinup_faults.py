"""What may go wrong with a machine that is off, its bucket and the keys to both."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.aws import BUCKET, Aws
from tests.aws_fixtures import aws, moto
from tests.daemon.learning.endpoint.line import Line
from tests.daemon.learning.endpoint.paired import toy_spectra
from tests.daemon.learning.endpoint.renting import PUT, Rent, machine_shown, of, rent
from tests.waiting import until

from earmark_daemon.errors import EarmarkError
from earmark_daemon.learning.endpoint import aws as amazon
from earmark_daemon.learning.endpoint import booting, shipping
from earmark_daemon.learning.endpoint.aws import Instance
from earmark_daemon.learning.endpoint.faults import TryAgain
from earmark_daemon.learning.endpoint.machines import Machine, machine_of
from earmark_daemon.learning.endpoint.packs import packs_of
from earmark_daemon.learning.endpoint.stopping import Stop
from earmark_daemon.learning.place import Stopped

__all__ = ["aws", "moto", "rent"]

PACK = 20_000


@pytest.fixture
def small_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipping, "packs_of", lambda source: packs_of(source, PACK))


def test_a_machine_that_never_comes_up(
    aws: Aws, rent: Rent, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine, here = rent()
    here.place.spin_up(of(aws))
    machine.broken = True
    monkeypatch.setattr(booting, "PATIENCE_SECONDS", 2.0)
    run = here.begin(here.order(toy_spectra(4)))
    with pytest.raises(EarmarkError, match="still does not answer") as raised:
        run.ended()
    assert raised.value.problem.code == "machine-not-up"
    assert "starting" in here.phases(), "it was switched on"
    assert "switched off again" in raised.value.problem.message
    assert aws.state() == "stopped"
    assert len(aws.keys()) == 1

    machine.broken = False
    monkeypatch.undo()
    aws.enlist(monkeypatch)
    assert here.begin(here.order(toy_spectra(4))).ended().file.exists()
    assert len(aws.succeeded(PUT)) == 1, "what waited in the bucket was not sent again"


def test_a_machine_that_comes_up_in_no_life_of_the_daemon_is_switched_off(
    aws: Aws, rent: Rent, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine, here = rent()
    here.place.spin_up(of(aws))
    machine.broken = True
    run = here.begin(here.order(toy_spectra(4)))
    until(lambda: aws.state() == "running", "it is switched on")
    here.place.suspend(1)
    with pytest.raises(Stopped):
        run.ended()
    here.reborn()
    monkeypatch.setattr(booting, "PATIENCE_SECONDS", 2.0)
    with pytest.raises(EarmarkError, match="was switched off again"):
        here.begin(here.order(toy_spectra(4))).ended()
    assert aws.state() == "stopped"


def test_a_machine_that_was_deleted(aws: Aws, rent: Rent) -> None:
    _, here = rent()
    here.place.spin_up(of(aws))
    aws.ec2.terminate_instances(InstanceIds=[aws.instance])
    with pytest.raises(EarmarkError, match="not there"):
        here.begin(here.order(toy_spectra(4))).ended()
    with pytest.raises(EarmarkError, match="not there"):
        here.place.spin_up(machine_of("i-00000000000000000", None))


def test_a_bucket_that_is_missing(aws: Aws, rent: Rent) -> None:
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


def test_credentials_that_are_wrong(aws: Aws, rent: Rent, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_boto3_that_is_not_installed(aws: Aws, rent: Rent, monkeypatch: pytest.MonkeyPatch) -> None:
    _, here = rent()
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(EarmarkError, match=r"-m pip install \"\.\[aws\]\""):
        here.place.spin_up(of(aws))


class Torn(BaseHTTPRequestHandler):
    """Answers as a service that breaks off after the head of its answer."""

    def do_POST(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_an_answer_of_which_only_a_part_came_is_worth_another_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Torn) as service:
        thread = threading.Thread(target=service.serve_forever)
        thread.start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{service.server_port}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "made up")
        machine = machine_of("i-00000000000000000", None, region="eu-central-1")
        try:
            with pytest.raises(TryAgain) as raised:
                Instance(amazon.Aws(machine, Stop()), machine.instance or "").state()
        finally:
            service.shutdown()
            thread.join()
    assert raised.value.problem.code == "aws-unreachable"


def forget_the_last(path: Path) -> None:
    """As if the computer had died between leaving a pack in the bucket and noting that."""
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]) + lines[-1][:7])


@pytest.mark.usefixtures("small_packs")
@pytest.mark.parametrize("end", ["a cut", "another life"])
def test_a_broken_way_to_the_bucket_goes_on_where_it_was(
    aws: Aws,
    rent: Rent,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
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
    noted = set(shipping.Shipment(tmp_path / "job-1").packs())
    if end == "another life":
        forget_the_last(tmp_path / "job-1" / "shipped.jsonl")
    line.mend()
    if end == "another life":
        run = here.begin(here.order(spectra))
    assert run.ended().file.exists()
    if end == "another life":
        assert next(one for one in here.told if one.phase == "uploading").done > 0
    times = Counter(Path(one).stem for one in aws.succeeded(PUT))
    assert len(noted) >= 2
    assert len(times) > len(noted)
    assert {times[pack] for pack in noted} == {1}, "what was there was uploaded again"
    assert times.total() <= len(times) + 1, "only the answer of one upload was cut off"
    assert aws.keys() == []
    line.close()


@pytest.mark.parametrize("harm", ["gone", "changed", "no bucket there"])
def test_what_the_trainer_cannot_take_is_sent_to_it(aws: Aws, rent: Rent, harm: str) -> None:
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


def test_a_command_that_fails_says_what_it_said(
    rent: Rent, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, here = rent()
    monkeypatch.setattr(booting, "_COMMAND_TRIES", 1)
    here.place.spin_up(machine_of(None, f"{sys.executable} -c 'exit(\"no such zone\")'"))
    with pytest.raises(EarmarkError, match="no such zone"):
        here.begin(here.order(toy_spectra(4))).ended()
    with pytest.raises(EarmarkError, match="no program"):
        machine_of(None, "no-such-program --now")
