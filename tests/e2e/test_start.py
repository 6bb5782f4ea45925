"""`earmark start`: where the daemon lives, and what is said where it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from tests.e2e.living import COMMAND

from earmark_daemon.places import places


def started_in(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(os.path.abspath(each) for each in sys.path)
    return subprocess.run(
        [*COMMAND, command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def daemons(home: Path) -> list[psutil.Process]:
    found = []
    for one in psutil.process_iter():
        try:
            if one.environ().get("EARMARK_HOME") == str(home) and "run" in one.cmdline():
                found.append(one)
        except psutil.Error:
            continue
    return found


def test_a_daemon_keeps_no_folder_busy_and_finds_a_home_that_was_named_from_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARMARK_HOME", "home")
    try:
        assert started_in(tmp_path, "start").stdout == "Earmark is started.\n"
        (process,) = daemons(tmp_path / "home")
        assert Path(process.cwd()) != tmp_path
        assert tmp_path / "home" in (Path(process.cwd()), *Path(process.cwd()).parents)
    finally:
        assert started_in(tmp_path, "stop").stdout == "Earmark has stopped.\n"


def test_a_home_that_cannot_be_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("EARMARK_HOME", str(tmp_path / "file" / "home"))
    done = started_in(tmp_path, "start")
    assert done.returncode == 1
    assert f"Earmark cannot write its log {places().log}" in done.stderr
    assert "Traceback" not in done.stderr
