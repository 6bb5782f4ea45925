"""What happens to tray and windows when the screen goes away, as at a log-out or a crash of X11."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.e2e.living import LivingDaemon
from tests.tray.screen import display
from tests.waiting import until

from earmark_tray.windows.opening import WINDOWS

pytestmark = pytest.mark.desktop


def on_a_display_that_goes(environment: dict[str, str], *arguments: str) -> None:
    """Run the tray's program until its window is there, take the display, wait for its end."""
    missing = [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"needs the Debian packages of {', '.join(missing)}")
    environment.pop("QT_QPA_PLATFORM", None)
    with ExitStack() as shown:
        number = shown.enter_context(display("800x600x24", environment))
        environment["DISPLAY"] = f":{number}"
        look = ["xdotool", "search", "--name", "Earmark"]
        process = subprocess.Popen(
            [sys.executable, "-m", "earmark_tray", *arguments],
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        try:
            until(
                lambda: not subprocess.run(look, env=environment, capture_output=True).returncode,
                "its window is there",
            )
            shown.close()
            until(lambda: process.poll() is not None, "the process has ended", seconds=60)
        finally:
            process.kill()
            process.wait()


@pytest.mark.parametrize("name", sorted(WINDOWS))
def test_a_window_ends_with_its_screen(daemon: LivingDaemon, name: str) -> None:
    on_a_display_that_goes({**os.environ}, name)


def test_a_window_that_was_never_answered_ends_with_its_screen(tmp_path: Path) -> None:
    on_a_display_that_goes({**os.environ, "EARMARK_HOME": str(tmp_path)}, "search")
