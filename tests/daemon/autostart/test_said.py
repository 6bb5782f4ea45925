"""What is said of what starts at login."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from earmark_daemon.autostart import files, this_login
from earmark_daemon.cli import autostart
from earmark_daemon.service.checkup import checkup

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's files")


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def said(capsys: pytest.CaptureFixture[str]) -> str:
    autostart.status()
    return capsys.readouterr().out


def wrong() -> list[str]:
    return [check["what"] for check in checkup() if not check["ok"]]


def test_a_program_that_is_gone_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    autostart.on()
    assert "Earmark starts when you log in.\n" in said(capsys)
    assert not wrong()
    for path in files(this_login()):
        if not path.is_symlink():
            path.write_text(path.read_text().replace(sys.executable, "/moved/away/python"))
    assert "another Earmark is started, or one that is not there any more" in said(capsys)
    (told,) = wrong()
    assert "not there any more" in told
    assert "earmark autostart on" in told
    autostart.on()
    assert "this one takes its place" in capsys.readouterr().out
    assert not wrong()


def test_another_home_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    autostart.on()
    monkeypatch.setenv("EARMARK_HOME", str(tmp_path / "two"))
    assert "started for another EARMARK_HOME, not for this one" in said(capsys)
    assert not wrong()
    autostart.off()
    assert "does not start by itself. Have it start" in said(capsys)
