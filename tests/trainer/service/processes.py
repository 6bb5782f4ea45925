"""Starts real trainers in processes of their own, and looks at what they leave behind."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import signal
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from tests.trainer.service.client import Client
from tests.waiting import until

from earmark_trainer import cli

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
SCRIPTED_SERVER = (sys.executable, str(HERE / "scripted_server.py"))
CLI = (sys.executable, "-m", "earmark_trainer.cli")


def environment() -> dict[str, str]:
    path = os.pathsep.join([str(ROOT / "trainer"), str(ROOT)])
    return {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}


def run_cli(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*CLI, "--data", str(data), *words],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def paired(data: Path, name: str) -> str:
    """What `earmark-trainer pair` prints; run in this process, for it is asked by most tests."""
    mask = os.umask(0o077)  # the command sets it too, and leaves it so
    try:
        with redirect_stdout(io.StringIO()) as printed:
            assert cli.main(["--data", str(data), "pair", name]) == 0
    finally:
        os.umask(mask)
    return printed.getvalue()


def pair(data: Path, name: str) -> str:
    """A token for this name."""
    packed = paired(data, name).strip().removeprefix("earmark-pair:")
    return str(json.loads(base64.urlsafe_b64decode(packed))["token"])


@dataclass
class Trainer:
    """A trainer that can be started, killed and started again on the same folder.

    `limits` and `script` make it a scripted one: the real server and engine, with a worker that
    does what `script` says instead of training.
    """

    data: Path
    cert: Path | None = None
    key: Path | None = None
    limits: dict[str, Any] | None = None
    arguments: Sequence[str] = ()
    bucket: str | None = None
    ray: str | None = None
    process: subprocess.Popen[str] | None = None
    address: str = ""
    clients: list[Client] = field(default_factory=list)

    def start(self) -> Trainer:
        if self.limits is None:
            command = [*CLI, "--data", str(self.data), "serve", "--port", "0", *self.arguments]
            if self.bucket is not None:
                command += ["--bucket", self.bucket]
            if self.cert is not None:
                command += ["--tls-cert", str(self.cert), "--tls-key", str(self.key)]
        else:
            settings: dict[str, Any] = {"cert": self.cert, "key": self.key}
            settings |= {"limits": self.limits, "bucket": self.bucket, "ray": self.ray}
            command = [*SCRIPTED_SERVER, str(self.data), json.dumps(settings, default=str)]
        with (self.data.parent / "server.log").open("a") as log:
            self.process = subprocess.Popen(
                command, env=environment(), stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := re.search(r"listens on (\S+)", line):
                self.address = found[1]
                break
        assert self.address, (self.data.parent / "server.log").read_text()
        for client in self.clients:
            client.address = self.address
        return self

    def client(self, name: str = "laptop") -> Client:
        client = Client(self.address, pair(self.data, name), self.cert)
        self.clients.append(client)
        return client

    def script(self, *attempts: Sequence[str]) -> None:
        """What the workers of the next jobs do; one list of steps for each attempt."""
        (self.control / "script.json").write_text(json.dumps(attempts))

    @property
    def control(self) -> Path:
        folder = self.data.parent / "control"
        folder.mkdir(exist_ok=True)
        return folder

    def stored(self) -> list[str]:
        """The name of every spectrogram in every pack, as often as it was sent."""
        names: list[str] = []
        for pack in self.data.glob("tenants/*/packs/*.tar"):
            with tarfile.open(pack) as archive:
                names += archive.getnames()
        return names

    def open_gate(self, name: str) -> None:
        (self.control / name).touch()

    def workers(self) -> list[psutil.Process]:
        assert self.process is not None
        return psutil.Process(self.process.pid).children()

    def assert_idle(self) -> None:
        """No training process is left."""
        until(lambda: not self.workers(), "every training process has ended")

    def kill(self) -> list[psutil.Process]:
        """Kill -9 the server; the processes that it had."""
        assert self.process is not None
        had = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        self._reap()
        return had

    def stop(self) -> int:
        """End the server as a service manager does."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self._reap()

    def close(self) -> None:
        for client in self.clients:
            client.session.close()
        if self.process is not None and self.process.poll() is None:
            self.kill()

    def _reap(self) -> int:
        assert self.process is not None
        assert self.process.stdout is not None
        code = self.process.wait(timeout=30)
        self.process.stdout.close()
        self.address = ""
        return code


def assert_gone(processes: Sequence[psutil.Process]) -> None:
    """All of them end, and soon."""
    _, alive = psutil.wait_procs(processes, timeout=20)
    alive = [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]
    assert not alive, f"left behind: {alive}"
