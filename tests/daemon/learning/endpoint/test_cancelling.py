"""Cancellations wait on the disk until the trainer has heard: what is trained costs money."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests
from tests.daemon.learning.endpoint.answering import Answer, answering
from tests.daemon.learning.endpoint.paired import Paired, toy_spectra
from tests.waiting import until

from earmark_daemon.learning.endpoint.cancelling import Cancelling
from earmark_daemon.learning.endpoint.client import Client
from earmark_daemon.learning.endpoint.pairing import Pairing
from earmark_daemon.learning.place import Stopped

ONE, OTHER = "1" * 32, "2" * 32


def refused(status: int, code: str = "") -> Answer:
    headers = {"Content-Type": "application/problem+json", "Retry-After": "0"}
    return Answer(status, json.dumps({"code": code, "title": "No."}).encode(), headers)


class Desk:
    """Where cancellations come in.

    Attributes:
        refusals: what is answered of a job first of all; after that it is cancelled.
        heard: the jobs that were asked for, in their order.
    """

    def __init__(self) -> None:
        self.refusals: dict[str, list[Answer]] = {}
        self.heard: list[str] = []

    def __call__(self, path: str, _: Mapping[str, str]) -> Answer:
        job = path.split("/")[3]
        self.heard.append(job)
        if refusals := self.refusals.get(job):
            return refusals.pop(0)
        told = {"id": job, "state": "cancelled", "queue_position": None}
        return Answer(body=json.dumps({**told, "problem": None, "result": None}).encode())


@pytest.fixture
def desk() -> Desk:
    return Desk()


Begin = Callable[[], Cancelling]


@pytest.fixture
def life(desk: Desk, tmp_path: Path) -> Iterator[Begin]:
    """Begins another life of the daemon, over the same folder."""
    with ExitStack() as over:
        address = over.enter_context(answering(desk))
        pairing = Pairing(address, "t" * 16, "0" * 64)

        def begin() -> Cancelling:
            made = Cancelling(tmp_path, lambda stop: Client(pairing, None, stop))
            over.callback(made.close)
            return made

        yield begin


@pytest.mark.parametrize("unknown", [ONE, OTHER])
def test_a_job_that_the_trainer_does_not_know_keeps_no_other_from_its_end(
    desk: Desk, life: Begin, tmp_path: Path, unknown: str
) -> None:
    desk.refusals = {unknown: [refused(404, "no-such-job")]}
    for job in (ONE, OTHER):
        (tmp_path / job).touch()
    life().start()
    until(lambda: not os.listdir(tmp_path), "all is told")
    assert sorted(desk.heard) == [ONE, OTHER]


def test_what_did_not_get_through_is_told_again_in_the_same_life(
    desk: Desk, life: Begin, tmp_path: Path
) -> None:
    desk.refusals = {ONE: [refused(503), refused(503)]}
    life().add(ONE)
    until(lambda: not os.listdir(tmp_path), "it is told")
    assert desk.heard == [ONE] * 3


def test_what_a_trainer_refuses_is_kept_for_the_next_life(
    desk: Desk, life: Begin, tmp_path: Path
) -> None:
    desk.refusals = {ONE: [refused(401)]}
    first = life()
    first.add(ONE)
    until(lambda: desk.heard, "it is told")
    first.close()
    assert os.listdir(tmp_path) == [ONE]
    life().start()
    until(lambda: not os.listdir(tmp_path), "it is told")


def test_what_is_no_name_of_a_job_is_not_told(desk: Desk, life: Begin, tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").touch()
    life().add(ONE)
    until(lambda: os.listdir(tmp_path) == [".DS_Store"], "the other is told")
    assert desk.heard == [ONE]


def test_what_is_cancelled_while_it_is_ordered_ends_at_the_trainer_too(
    paired: Paired, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trainer has the order, so its name for the job must come to be known."""
    paired.trainer.script(["epoch 0", "hang"])
    send = requests.Session.request

    def cancelled_meanwhile(session: Any, method: str, url: str, **options: Any) -> Any:
        if method == "POST" and url.endswith("/v1/jobs"):
            paired.place.cancel(1, paired.note)
        return send(session, method, url, **options)

    monkeypatch.setattr(requests.Session, "request", cancelled_meanwhile)
    with pytest.raises(Stopped):
        paired.begin(paired.order(toy_spectra(4))).ended()
    until(lambda: [job["state"] for job in paired.jobs()] == ["cancelled"], "the trainer has heard")


def test_what_is_ordered_again_before_the_trainer_heard_of_its_end_goes_on(paired: Paired) -> None:
    paired.trainer.script(["epoch 0", "wait go", "epoch 1", "result", "finish"])
    spectra = toy_spectra(4)
    run = paired.begin(paired.order(spectra))
    paired.until_told("the first epoch", phase="training", epoch=0)
    paired.line.cut()
    paired.place.cancel(1, paired.note)
    with pytest.raises(Stopped):
        run.ended()
    paired.reborn()
    paired.note = {}
    paired.line.mend()
    again = paired.begin(paired.order(spectra))
    paired.until_told("it is ordered", phase="queued")
    paired.place.start()
    paired.trainer.open_gate("go")
    assert again.ended().file.read_bytes() == b"model of attempt 1"
    assert not os.listdir(paired.folder / "cancelled")
