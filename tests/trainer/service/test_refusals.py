"""What the trainer's commands say where the system refuses, or what was typed cannot be meant."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.trainer.service.processes import run_cli

from earmark_trainer.problems import UnusableError
from earmark_trainer.server.certificates import Certificate
from earmark_trainer.server.run import serve
from earmark_trainer.server.service import Service
from earmark_trainer.server.settings import Settings


def test_a_port_that_somebody_else_has_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = run_cli(tmp_path / "data", "serve", "--port", str(port))
    assert done.returncode == 1
    assert f"It cannot listen on 127.0.0.1, port {port}." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_service_that_fails_as_it_begins_is_no_matter_of_ports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @asynccontextmanager
    async def broken(_: Service) -> AsyncIterator[None]:
        await asyncio.sleep(0)
        raise OSError("no")
        yield

    monkeypatch.setattr(Service, "running", broken)
    with pytest.raises(UnusableError) as raised:
        serve(Settings(tmp_path / "data", port=0), lambda _: None)
    assert raised.value.problem.code == "failed-to-begin"


@pytest.mark.parametrize(
    "words", [("--port", "99999"), ("--port=-1",), ("--idle-command", '"sudo poweroff')]
)
def test_what_cannot_be_a_port_or_a_command_is_wrong_usage(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    done = run_cli(tmp_path / "data", "serve", *words)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert words[0].partition("=")[0] in done.stderr


@pytest.mark.parametrize("words", [("pair", "me"), ("certificate", "here.example"), ("serve",)])
def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "file").touch()
    done = run_cli(tmp_path / "file", *words)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert f"The trainer's folder {tmp_path / 'file'} cannot be made." in done.stderr


def test_a_certificate_that_clients_trust_is_replaced_only_where_that_is_said(
    tmp_path: Path,
) -> None:
    assert run_cli(tmp_path, "certificate", "here.example").returncode == 0
    made = Certificate.in_folder(tmp_path)
    before = made.cert.read_bytes(), made.key.read_bytes()
    again = run_cli(tmp_path, "certificate", "here.example")
    assert again.returncode == 1
    assert "--replace" in again.stderr
    assert (made.cert.read_bytes(), made.key.read_bytes()) == before
    assert run_cli(tmp_path, "certificate", "--replace", "here.example").returncode == 0
    assert made.cert.read_bytes() != before[0]
    assert made.key.read_bytes() != before[1]


@pytest.mark.parametrize("host", ["", "bad host", "https://here.example:8750", "müller.example"])
def test_no_certificate_is_made_for_what_is_no_host(tmp_path: Path, host: str) -> None:
    done = run_cli(tmp_path, "certificate", "here.example", host)
    assert done.returncode == 1
    assert f"“{host}” is neither" in done.stderr
    assert not Certificate.in_folder(tmp_path).exists


@pytest.mark.parametrize("host", ["a", "my-machine.example", "*.example", "127.0.0.1", "::1"])
def test_names_and_addresses_have_a_certificate(tmp_path: Path, host: str) -> None:
    assert run_cli(tmp_path, "certificate", host).returncode == 0
