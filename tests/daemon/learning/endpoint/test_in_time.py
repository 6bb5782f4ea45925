"""When a machine is switched on for a training, and when not: it costs money from then on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from tests.daemon.learning.endpoint.answering import Answer, answering
from tests.daemon.learning.endpoint.paired import client_of
from tests.daemon.learning.endpoint.shelf import BLOBS, Shelf, blobs_of

from earmark_daemon.learning.endpoint import booting, spinup
from earmark_daemon.learning.endpoint.machines import Machine
from earmark_daemon.learning.endpoint.pairing import Pairing
from earmark_daemon.learning.endpoint.spinup import SpinUp
from earmark_daemon.learning.endpoint.switched_on import SwitchedOn
from earmark_daemon.learning.endpoint.timing import Timings

MACHINE = Machine("i-0abc12345678", bucket="samples")
SIZE, SECONDS = 1000, 1.0


@dataclass
class Rented:
    """A machine with a trainer on it that answers as soon as the machine is on.

    Attributes:
        shelf: its bucket.
        on: whether it is on.
        found: how many packs lay in the bucket whenever the switch was pressed.
    """

    shelf: Shelf = field(default_factory=Shelf)
    on: bool = False
    found: list[int] = field(default_factory=list)

    def __call__(self, path: str, _: Mapping[str, str]) -> Answer:
        return Answer(200 if self.on else 503)

    def press(self) -> bool:
        self.found.append(len(self.shelf.sizes))
        self.on = True
        return True

    def undo(self) -> str:
        raise AssertionError("it came up")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Rented:
    rented = Rented()
    monkeypatch.setattr("earmark_daemon.learning.endpoint.packs.PACK_BLOBS", 1)
    monkeypatch.setattr(booting, "_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(spinup, "_TOLD_EVERY_SECONDS", 0.01)
    monkeypatch.setattr(spinup, "Bucket", lambda *_: rented.shelf)
    monkeypatch.setattr(spinup, "switch_of", lambda *_: rented)
    return rented


@pytest.fixture
def boot_seconds() -> float | None:
    """How long the machine took in an earlier training, if there was one."""
    return None


@pytest.fixture
def spin_up(machine: Rented, tmp_path: Path, boot_seconds: float | None) -> Iterator[SpinUp]:
    if boot_seconds is not None:
        known = Timings(tmp_path)
        known.booted(boot_seconds)
        known.uploaded(SIZE, SECONDS, 1)
    with ExitStack() as over:
        pairing = Pairing(over.enter_context(answering(machine)), "t" * 16, "0" * 64)
        connect = partial(client_of, pairing, None)
        client = connect()
        over.callback(client.close)
        yield SpinUp(MACHINE, tmp_path, tmp_path, client, connect, lambda _: None)


@pytest.mark.parametrize("boot_seconds", [0.0])
def test_a_machine_that_is_up_at_once_is_switched_on_as_the_last_pack_goes_up(
    machine: Rented, spin_up: SpinUp
) -> None:
    spin_up.bring_up(list(BLOBS), blobs_of)
    assert machine.found[0] >= len(BLOBS) - 1


@pytest.mark.parametrize("boot_seconds", [3600.0])
def test_one_that_takes_longer_than_all_packs_is_switched_on_before_the_first(
    machine: Rented, spin_up: SpinUp
) -> None:
    machine.shelf.waits_for = lambda: machine.on
    spin_up.bring_up(list(BLOBS), blobs_of)
    assert machine.found[0] == 0


def test_where_nothing_is_to_be_sent_the_machine_is_switched_on_and_no_bucket_asked(
    machine: Rented, spin_up: SpinUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spinup, "Bucket", None)
    spin_up.arrived(list(BLOBS))
    spin_up.bring_up(list(BLOBS), blobs_of)
    assert machine.on


def test_one_that_is_up_is_not_switched_on_and_none_remembers_that_it_was(
    machine: Rented, spin_up: SpinUp, tmp_path: Path
) -> None:
    """Were it remembered, it would be switched off one day although others need it."""
    machine.on = True
    noted = SwitchedOn(tmp_path)
    noted.note("i-0abc12345678")
    spin_up.bring_up(list(BLOBS), blobs_of)
    assert machine.found == []
    assert not noted.is_noted("i-0abc12345678")


def test_how_fast_it_went_is_remembered(spin_up: SpinUp, tmp_path: Path) -> None:
    spin_up.bring_up(list(BLOBS), blobs_of)
    known = Timings(tmp_path)
    assert None not in (known.boot_seconds, known.bytes_per_second, known.bytes_per_picture)
