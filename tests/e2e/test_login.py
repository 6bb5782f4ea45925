"""Starting at login by the command line, and a real daemon under something like systemd."""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path

import pytest
from tests.e2e.living import LivingDaemon, earmark

_LONGEST_START = 60.0


@pytest.mark.skipif(sys.platform != "linux", reason="systemd's protocol")
def test_a_supervisor_is_told_when_the_daemon_is_ready_alive_and_stopping(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(_LONGEST_START)
        monkeypatch.setenv("NOTIFY_SOCKET", heard.getsockname())
        monkeypatch.setenv("WATCHDOG_USEC", "1000000")
        living = LivingDaemon(tmp_path / "Samples")
        try:
            living.start()
            assert heard.recv(64) == b"READY=1"
            assert heard.recv(64) == b"WATCHDOG=1"
            assert living.stop() == 0
            rest = {heard.recv(64)}
            while b"STOPPING=1" not in rest:
                rest.add(heard.recv(64))
        finally:
            living.end()


@pytest.mark.skipif(sys.platform != "linux", reason="writes Linux's files")
def test_what_starts_at_login_is_this_very_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    earmark("autostart", "on")
    said = json.loads(earmark("autostart", "status", "--json").stdout)
    assert said["enabled"]
    texts = [Path(path).read_text() for path in said["files"]]
    assert any(f"{sys.executable} -P -m earmark_daemon.cli start" in text for text in texts)
    assert any(f"EARMARK_HOME={os.environ['EARMARK_HOME']}" in text for text in texts)
    earmark("autostart", "off")
    assert not json.loads(earmark("autostart", "status", "--json").stdout)["enabled"]
    assert not any(map(os.path.lexists, said["files"]))
