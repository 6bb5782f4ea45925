"""`earmark demo` leaves nothing behind, however it ends."""

from __future__ import annotations

import signal
import subprocess
from functools import partial
from pathlib import Path

import psutil
import pytest
from tests.e2e.living import COMMAND
from tests.waiting import until


def daemons(folder: Path) -> list[psutil.Process]:
    """Those that have their home below a folder."""
    found = []
    for one in psutil.process_iter():
        try:
            home = one.environ().get("EARMARK_HOME", "")
        except psutil.Error:
            continue
        if home.startswith(str(folder / "earmark-demo-")):
            found.append(one)
    return found


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("sign", ["home/earmark.lock", "Samples/*"])
def test_a_demo_that_is_broken_off_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sign: str, how: signal.Signals
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    heeded = partial(signal.signal, how, signal.SIG_DFL)  # whoever runs the tests may ignore it
    with subprocess.Popen([*COMMAND, "demo"], stdout=subprocess.DEVNULL, preexec_fn=heeded) as demo:
        until(lambda: list(tmp_path.glob(f"earmark-demo-*/{sign}")), "it is under way")
        demo.send_signal(how)
        assert demo.wait(timeout=120) == 130
    try:
        until(lambda: not daemons(tmp_path), "its daemon has ended")
        assert not list(tmp_path.glob("earmark-demo-*"))
    finally:
        for one in daemons(tmp_path):
            one.kill()


def test_who_hears_nothing_is_served_all_the_same() -> None:
    closed = ["sh", "-c", 'exec "$@" >&-', "sh"]
    for arguments in (["--version"], ["tags"], ["tags", "--json"]):
        done = subprocess.run(
            [*closed, *COMMAND, *arguments], stderr=subprocess.PIPE, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
