"""Commands that are typed in a folder that is gone."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.e2e.living import COMMAND


@pytest.mark.parametrize(
    "words",
    [
        ("show", "x.wav"),
        ("similar", "x.wav"),
        ("tag", "/x.wav"),
        ("tag", "--dry-run", "/x.wav"),
        ("run",),
    ],
)
def test_where_no_path_counts_from_and_nothing_can_be_started_that_is_said(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "gone").mkdir()
    script = f"cd {shlex.quote(str(tmp_path))}/gone; rmdir ../gone; exec {shlex.join(COMMAND)} "
    done = subprocess.run(
        ["sh", "-c", script + shlex.join(words)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 1
    assert "The folder that you are in is gone." in done.stderr
    assert "Traceback" not in done.stderr
