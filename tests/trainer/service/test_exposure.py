"""Who can reach the trainer, and what the command line says about it."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import psutil
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from tests.trainer.service.client import Client
from tests.trainer.service.processes import Trainer, run_cli

from earmark_trainer.problems import UnusableError
from earmark_trainer.server.certificates import Certificate
from earmark_trainer.server.settings import Settings, check_exposure, is_loopback
from earmark_trainer.storage.signing import CONTEXT, SigningKey


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine_alone(host: str) -> None:
    assert is_loopback(host)
    check_exposure(Settings(Path("x"), host=host), anybody_paired=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "gpu.example", "", "1.0.0.127"])
@pytest.mark.parametrize(("tls", "paired"), [(False, False), (True, False), (False, True)])
def test_beyond_this_machine_only_with_token_and_tls(host: str, tls: bool, paired: bool) -> None:
    file = Path("file.pem") if tls else None
    settings = Settings(Path("x"), host=host, tls_cert=file, tls_key=file)
    with pytest.raises(UnusableError):
        check_exposure(settings, anybody_paired=paired)
    protected = Settings(Path("x"), host=host, tls_cert=Path("c"), tls_key=Path("k"))
    check_exposure(protected, anybody_paired=True)


def test_the_command_refuses_and_says_what_to_do(tmp_path: Path) -> None:
    data = tmp_path / "data"
    bare = run_cli(data, "serve", "--host", "0.0.0.0", "--port", "0")
    assert bare.returncode == 1
    assert "earmark-trainer certificate" in bare.stderr
    assert run_cli(data, "certificate", "gpu.example", "127.0.0.1").returncode == 0
    unpaired = run_cli(data, "serve", "--host", "0.0.0.0", "--port", "0")
    assert unpaired.returncode == 1
    assert "earmark-trainer pair" in unpaired.stderr
    broken = run_cli(
        data, "serve", "--tls-cert", str(data / "tls-key.pem"), "--tls-key", str(data / "lock")
    )
    assert broken.returncode == 1
    assert "cannot be used" in broken.stderr
    assert run_cli(data, "dance").returncode == 2


def test_a_pairing_code_is_all_that_a_client_needs(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert run_cli(data, "certificate", "127.0.0.1").returncode == 0
    paired = run_cli(data, "pair", "laptop", "--address", "https://127.0.0.1:1").stdout
    found = re.search(r"earmark-pair:(\S+)", paired)
    assert found
    code = json.loads(base64.urlsafe_b64decode(found[1]))
    cert = tmp_path / "pinned.pem"
    cert.write_text(code["certificate"])
    trainer = Trainer(data, arguments=["--host", "0.0.0.0"])
    trainer.start()
    try:
        address = trainer.address.replace("0.0.0.0", "127.0.0.1")
        with Client(address, code["token"], cert) as client:
            assert client.get("/v1/capabilities")["signing_key"] == code["signing_key"]
        with Client(address, code["token"]) as careful, pytest.raises(requests.exceptions.SSLError):
            careful.get("/v1/health")
    finally:
        trainer.close()


def test_an_idle_server_is_small_and_has_no_torch(tmp_path: Path) -> None:
    trainer = Trainer(tmp_path / "data")
    trainer.start()
    try:
        client = trainer.client()
        offered = client.get("/v1/capabilities")["architectures"]
        assert "compact" in [architecture["name"] for architecture in offered]
        assert trainer.process is not None
        server = psutil.Process(trainer.process.pid)
        assert server.memory_info().rss < 100e6
        assert not any("torch" in mapped.path for mapped in server.memory_maps())
        assert server.children() == []
    finally:
        trainer.close()


def test_an_idle_server_runs_its_command_and_stops(tmp_path: Path) -> None:
    mark = tmp_path / "stopped"
    trainer = Trainer(
        tmp_path / "data",
        arguments=["--idle-stop", "0.02", "--idle-command", f"touch '{mark}'"],
    )
    trainer.start()
    assert trainer.process is not None
    try:
        assert trainer.process.wait(timeout=60) == 0
    finally:
        trainer.process.stdout.close()
    assert mark.exists()


def test_signatures_are_of_models_alone(tmp_path: Path) -> None:
    key = SigningKey.load_or_create(tmp_path)
    assert SigningKey.load_or_create(tmp_path).public == key.public
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.public))
    public.verify(bytes.fromhex(key.sign("ab" * 32)), CONTEXT + b"ab" * 32)
    (tmp_path / "signing-key.pem").write_text("nothing")
    with pytest.raises(UnusableError):
        SigningKey.load_or_create(tmp_path)


def test_a_certificate_belongs_to_its_key(certificate: Certificate) -> None:
    assert certificate.exists
    assert re.fullmatch(r"([0-9a-f]{2}:){31}[0-9a-f]{2}", certificate.fingerprint())
    assert certificate.key.stat().st_mode & 0o077 == 0
