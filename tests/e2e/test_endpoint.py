"""A real daemon and a real trainer with TLS and a token, from the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.daemon.learning.endpoint.paired import pairing_line
from tests.e2e.living import LivingDaemon, earmark
from tests.trainer.service.conftest import certificate
from tests.trainer.service.processes import Trainer

from earmark_trainer.server.certificates import Certificate

__all__ = ["certificate"]


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test writes into the keyring of whoever runs it."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


@pytest.fixture
def trainer(tmp_path: Path, certificate: Certificate) -> Iterator[Trainer]:
    home = tmp_path / "trainer"
    home.mkdir()
    trainer = Trainer(home / "data", certificate.cert, certificate.key).start()
    yield trainer
    trainer.close()


def test_pairing_from_the_command_line(daemon: LivingDaemon, trainer: Trainer) -> None:
    assert "on this computer" in earmark("endpoint", "show").stdout
    refused = earmark("endpoint", "test", check=False)
    assert refused.returncode == 1
    assert "earmark endpoint pair" in refused.stderr
    line = pairing_line(trainer, None)
    assert "--address" in earmark("endpoint", "pair", line, check=False).stderr
    paired = earmark("endpoint", "pair", line, "--address", trainer.address).stdout
    assert trainer.address in paired
    assert "only you can read" in paired
    assert "compact" in earmark("endpoint", "test").stdout
    shown = json.loads(earmark("endpoint", "show", "--json").stdout)
    assert shown["address"] == trainer.address
    token = (daemon.places.data / "endpoint" / "token").read_text()
    for answer in (paired, json.dumps(shown), daemon.places.log.read_text()):
        assert token not in answer
    trainer.kill()
    away = earmark("endpoint", "test", check=False)
    assert "cannot be reached" in away.stderr
    assert earmark("endpoint", "forget").stdout == "Forgotten.\n"
    assert not (daemon.places.data / "endpoint" / "token").exists()
