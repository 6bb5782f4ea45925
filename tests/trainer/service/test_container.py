"""The container's recipe: what it copies is there, and it runs as nobody in particular."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CLOUD = ROOT / "packaging" / "cloud"


def test_what_the_image_copies_is_there() -> None:
    recipe = (CLOUD / "Dockerfile").read_text()
    copied = re.findall(r"^COPY (?!--)(\S+) ", recipe, re.MULTILINE)
    assert len(copied) == 2
    let_in = (CLOUD / "Dockerfile.dockerignore").read_text()
    for path in copied:
        assert (ROOT / path).exists()
        assert f"!{path}\n" in let_in
    last_stage = recipe.rpartition("FROM ")[2]
    assert re.search(r"^USER [1-9]\d*$", last_stage, re.MULTILINE)


def test_the_builtin_model_comes_along() -> None:
    link = ROOT / "trainer" / "earmark_trainer" / "builtin.onnx"
    theirs = ROOT / "daemon" / "earmark_daemon" / "hearing" / "builtin.onnx"
    assert link.read_bytes() == theirs.read_bytes()


def test_ray_in_the_container_tells_nobody_of_its_use() -> None:
    last_stage = (CLOUD / "Dockerfile").read_text().rpartition("FROM ")[2]
    assert "\nENV RAY_USAGE_STATS_ENABLED=0\n" in last_stage


def test_the_compose_file_is_one() -> None:
    if shutil.which("docker-compose") is None:
        pytest.skip("needs docker-compose")
    done = subprocess.run(
        ["docker-compose", "-f", str(CLOUD / "compose.yaml"), "config"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "read_only: true" in done.stdout
