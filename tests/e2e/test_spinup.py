"""Saying how the trainer's machine is switched on, from the command line."""

from __future__ import annotations

import json

from tests.daemon.learning.endpoint.paired import pairing_line
from tests.e2e.living import LivingDaemon, earmark
from tests.trainer.service.conftest import certificate, trainer
from tests.trainer.service.processes import Trainer

__all__ = ["certificate", "trainer"]


def test_spin_up_from_the_command_line(daemon: LivingDaemon, trainer: Trainer) -> None:
    refused = earmark("endpoint", "spin-up", "--command", "true", check=False)
    assert "earmark endpoint pair" in refused.stderr
    earmark("endpoint", "pair", pairing_line(trainer, trainer.address))
    for wrong in ([], ["--instance", "my machine"], ["--command", "no-such-program"]):
        assert "spin-up --help" in earmark("endpoint", "spin-up", *wrong, check=False).stderr
    assert json.loads(earmark("endpoint", "show", "--json").stdout)["machine"] is None
    said = earmark("endpoint", "spin-up", "--command", "true --zone 'a b'").stdout
    assert "true --zone a b" in said
    machine = json.loads(earmark("endpoint", "show", "--json").stdout)["machine"]
    assert machine["command"] == ["true", "--zone", "a b"]
    assert "left as it is" in earmark("endpoint", "spin-up", "--off").stdout
    assert "not switched on" in earmark("endpoint", "spin-up", "--off").stdout
    assert json.loads(earmark("endpoint", "show", "--json").stdout)["machine"] is None


def test_aws_without_a_key_is_explained(daemon: LivingDaemon, trainer: Trainer) -> None:
    earmark("endpoint", "pair", pairing_line(trainer, trainer.address))
    refused = earmark(
        *("endpoint", "spin-up", "--instance", "i-0123456789abcdef0", "--profile", "nobody"),
        check=False,
    )
    assert refused.returncode == 1
    assert "no AWS access key" in refused.stderr
    assert "docs/CLOUD.md" in refused.stderr
