"""A disk that fills up: a clear reason, nothing lost, and it goes on when there is space."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.trainer.service.client import make_order, make_pack, toy_sounds
from tests.trainer.service.processes import Trainer

from earmark_trainer.server.certificates import Certificate

SIZE = 24_000_000
LIMITS = {"free_bytes": 4_000_000, "requests_per_second": 10_000.0, "request_burst": 10_000}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of `SIZE` bytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "none", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("only an administrator may mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def trainer(small_disk: Path, tmp_path: Path, certificate: Certificate) -> Iterator[Trainer]:
    trainer = Trainer(small_disk / "data", certificate.cert, certificate.key, dict(LIMITS))
    (tmp_path / "control").mkdir()
    (small_disk / "control").symlink_to(tmp_path / "control")
    (small_disk / "server.log").symlink_to(tmp_path / "server.log")
    yield trainer.start()
    trainer.close()


def fill(disk: Path) -> Path:
    """Leave not a byte."""
    filler = disk / "filler"
    with filler.open("ab", buffering=0) as file:
        for size in (100_000, 1):
            try:
                while file.write(b"\xff" * size):
                    continue
            except OSError:
                continue
    return filler


def test_uploads_are_refused_and_accepted_again(trainer: Trainer, small_disk: Path) -> None:
    client = trainer.client()
    sounds = toy_sounds(40, 0, 1)
    assert client.upload(sounds[:20]) > 0
    filler = fill(small_disk)
    full = client.put_pack(make_pack(sounds[20:]))
    assert (full.status_code, full.json()["code"]) == (507, "disk-full")
    assert "Free some space" in full.json()["advice"]
    assert len(client.missing(sounds)) == 20
    filler.unlink()
    assert client.put_pack(make_pack(sounds[20:])).status_code == 200
    assert client.missing(sounds) == []


def test_a_training_ends_with_a_reason_and_goes_on_when_asked(
    trainer: Trainer, small_disk: Path
) -> None:
    trainer.script(
        ["checkpoint here", "epoch 0", "wait go", "exhaust"], ["expect here", "result", "finish"]
    )
    client = trainer.client()
    sounds = {"low": toy_sounds(2, 0, 1), "high": toy_sounds(2, 2, 1)}
    client.upload([blob for blobs in sounds.values() for blob in blobs])
    job = client.submit(make_order(sounds))["id"]
    client.wait_for_event(job, "progress", epoch=0)
    filler = fill(small_disk)
    trainer.open_gate("go")
    failed = client.wait(job)
    assert (failed["state"], failed["problem"]["code"]) == ("failed", "disk-full")
    other = client.call("POST", "/v1/jobs", json=make_order(sounds, seed=2))
    assert (other.status_code, other.json()["code"]) == (507, "disk-full")
    filler.unlink()
    assert client.call("POST", f"/v1/jobs/{job}/resume").status_code == 200
    assert client.wait(job)["state"] == "succeeded"
