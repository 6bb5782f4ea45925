"""A trainer on a disk of its own that a test can fill to the last byte."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
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
def small_trainer(small_disk: Path, tmp_path: Path, certificate: Certificate) -> Iterator[Trainer]:
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
