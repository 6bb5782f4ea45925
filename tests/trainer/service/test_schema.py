"""Every route as its OpenAPI page describes it, asked by schemathesis: no surprises."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.trainer.service.client import make_order, toy_sounds
from tests.trainer.service.processes import Trainer


def test_whatever_is_asked_the_answer_is_as_described(
    scripted: Callable[..., Trainer], tmp_path: Path
) -> None:
    trainer = scripted(
        waiting_jobs=100_000, tenant_jobs=100_000, listeners=1000, failure_burst=10_000
    )
    trainer.script(["epoch 1", "result", "finish"])
    client = trainer.client()
    sounds = {"low": toy_sounds(2, 0, 1), "high": toy_sounds(2, 2, 1)}
    client.upload([blob for several in sounds.values() for blob in several])
    job = client.submit(make_order(sounds))["id"]
    assert client.wait(job)["state"] == "succeeded"
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            "run",
            f"{trainer.address}/openapi.json",
            f"--header=Authorization: {client.session.headers['Authorization']!s}",
            f"--tls-verify={trainer.cert}",
            "--checks=all",
            "--exclude-checks=positive_data_acceptance",
            "--phases=examples,coverage,fuzzing",
            "--max-time=30",
            "--warnings=off",
            "--max-examples=15",
            "--seed=1",
            "--request-timeout=20",
            "--generation-database=none",
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:]
    assert client.call("GET", "/v1/health").status_code == 200
    assert "internal-error" not in (trainer.data.parent / "server.log").read_text()
