"""Ray with two nodes on this machine: three jobs, a node that dies, and what is cancelled."""

from __future__ import annotations

import importlib.util
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

import psutil
import pytest
import requests
from tests.trainer.service import processes
from tests.trainer.service.client import Client, make_order, toy_sounds
from tests.trainer.service.processes import HERE, Trainer, run_cli
from tests.waiting import until

from earmark_trainer.engines.ray_jobs import _Reports
from earmark_trainer.engines.reports import Kind, Line
from earmark_trainer.server.certificates import Certificate
from earmark_trainer.worker.relay import is_current

needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None,
    reason="needs Ray, 250 MB: pip install './trainer[ray]'",
)


class RayNodes:
    """The cluster's process; a session of its own, so that nothing of it is left."""

    def __init__(self, nodes: int, environment: dict[str, str], log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.2", 0))
            port = free.getsockname()[1]
        with log.open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, str(HERE / "ray_node.py"), str(nodes), str(port)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=environment,
                text=True,
                start_new_session=True,
            )
        assert self._process.stdout is not None
        self.address = ""
        for line in self._process.stdout:
            if line.startswith("ray at "):
                self.address = line.split()[-1]
                break
        assert self.address, log.read_text()

    def kill(self, node: int) -> None:
        self._say.write(f"kill {node}\n")
        self._say.flush()
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line == "killed\n":
                return

    def processes(self) -> list[psutil.Process]:
        return psutil.Process(self._process.pid).children(recursive=True)

    def close(self) -> None:
        children = self.processes()
        self._say.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=60)
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    @property
    def _say(self) -> IO[str]:
        assert self._process.stdin is not None
        return self._process.stdin


@pytest.fixture
def nodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RayNodes]:
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    monkeypatch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    made = RayNodes(2, processes.environment(), tmp_path / "ray.log")
    yield made
    made.close()


@pytest.fixture
def trainer(tmp_path: Path, certificate: Certificate, nodes: RayNodes) -> Iterator[Trainer]:
    home = tmp_path / "machine"
    home.mkdir()
    limits = {"requests_per_second": 10_000.0, "request_burst": 10_000}
    trainer = Trainer(home / "data", certificate.cert, certificate.key, limits, ray=nodes.address)
    yield trainer.start()
    trainer.close()


def orders(client: Client, count: int) -> list[str]:
    """So many jobs that wait or run."""
    sounds = {name: toy_sounds(3, kind, 1) for kind, name in enumerate(("low", "high"))}
    client.upload([blob for blobs in sounds.values() for blob in blobs])
    return [client.submit(make_order(sounds, seed=seed))["id"] for seed in range(1, count + 1)]


def acting(job: str) -> list[psutil.Process]:
    """Processes on any node that act out this job."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if any(job in word for word in words) and "scripted_worker.py" in " ".join(words[:2]):
            found.append(process)
    return found


@needs_ray
def test_three_jobs_on_two_nodes_and_one_node_dies(nodes: RayNodes, trainer: Trainer) -> None:
    assert requests.get(f"{nodes.address}/api/jobs/", timeout=10).status_code == 401
    client = trainer.client()
    trainer.script(
        ["checkpoint here", "epoch 0", "wait go", "result", "finish"],
        ["expect here", "epoch 5", "wait go", "result", "finish"],
    )
    assert client.get("/v1/capabilities")["cpus"] == 2
    jobs = orders(client, 3)
    for job in jobs[:2]:
        client.wait_for_event(job, "progress", epoch=0)
    assert [client.job(job)["state"] for job in jobs] == ["running", "running", "queued"]
    nodes.kill(0)
    until(
        lambda: sum(client.job(job)["attempt"] > 1 for job in jobs[:2]) == 1, "one is tried again"
    )
    (lost,) = [job for job in jobs[:2] if client.job(job)["attempt"] > 1]
    trainer.open_gate("go")
    done = [client.wait(job) for job in jobs]
    assert [job["state"] for job in done] == ["succeeded"] * 3
    assert {job["attempt"] for job in done if job["id"] != lost} == {1}
    lost_model = client.call("GET", f"/v1/jobs/{lost}/result/model.onnx").content
    assert lost_model == b"model of attempt 2"
    until(lambda: not any(acting(job) for job in jobs), "no process is left on any node")

    trainer.script(["epoch 0", "hang"])
    (more,) = orders(client, 1)
    client.wait_for_event(more, "progress", epoch=0)
    assert client.call("POST", f"/v1/jobs/{more}/cancel").status_code == 200
    assert client.wait(more)["state"] == "cancelled"
    until(lambda: not acting(more), "what was cancelled has ended")


def test_an_attempt_that_nobody_wants_any_more_is_seen(tmp_path: Path) -> None:
    assignment = tmp_path / "attempt-1" / "assignment.json"
    assignment.parent.mkdir()
    assert not is_current(assignment)
    assignment.touch()
    assert is_current(assignment)
    (tmp_path / "attempt-2").mkdir()
    assert not is_current(assignment)


def test_reports_are_read_as_they_come(tmp_path: Path) -> None:
    path = tmp_path / "reports.jsonl"
    reports = _Reports(path)
    assert reports.new() == []
    first, second = (Line(Kind.PROGRESS, {"epoch": epoch}).encode() for epoch in (1, 2))
    path.write_bytes(first + second[:5])
    assert [line.data["epoch"] for line in reports.new()] == [1]
    path.write_bytes(first + second)
    assert [line.data["epoch"] for line in reports.new()] == [2]
    assert reports.new() == []
    path.write_bytes(first + second + b"noise\n")
    with pytest.raises(ValueError, match="Expecting value"):
        reports.new()


def test_ray_that_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = tmp_path / "hidden" / "ray"
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text("raise ImportError('not here')")
    usual = processes.environment()
    path = os.pathsep.join([str(hidden.parent), usual["PYTHONPATH"]])
    monkeypatch.setattr(processes, "environment", lambda: {**usual, "PYTHONPATH": path})
    done = run_cli(tmp_path / "data", "serve", "--port", "0", "--engine", "ray")
    assert done.returncode == 1
    assert f"{sys.executable} -m pip install './trainer[ray]'" in done.stderr
