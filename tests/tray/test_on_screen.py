from __future__ import annotations

import sys
from pathlib import Path

import psutil
import pytest
from tests.e2e.living import LivingDaemon
from tests.tray.screen import Screen, menu_environment, screen
from tests.waiting import until

pytestmark = pytest.mark.desktop
TRAY = [sys.executable, "-m", "earmark_tray"]


def choose(shown: Screen, icon: str, *keys: str) -> None:
    """Open the menu by a right click on the icon, then press keys."""
    shown.xdotool("mousemove", "--window", icon, "12", "12", "click", "3")
    shown.xdotool("sleep", "0.5", "key", "--delay", "100", *keys)


def test_the_menu_pauses_resumes_and_quits(daemon: LivingDaemon, tmp_path: Path) -> None:
    menu = menu_environment(tmp_path)
    with screen(tmp_path) as shown, shown.run(TRAY, **menu) as tray:
        until(lambda: shown.windows("^Earmark: 0 sounds"), "the icon is in the tray")
        drivers = [
            each.path for each in psutil.Process(tray.pid).memory_maps() if "/dri/" in each.path
        ]
        assert drivers == [], "a menu needs no graphics driver, which takes as much as all the rest"
        (icon,) = shown.windows("^Earmark: 0 sounds")
        choose(shown, icon, "Down", "Return")
        until(lambda: daemon.status()["state"] == "paused", "the daemon pauses")
        until(lambda: shown.windows("^Earmark: Paused"), "the icon says so")
        choose(shown, icon, "Down", "Return")
        until(lambda: daemon.status()["state"] == "idle", "the daemon goes on")
        until(lambda: shown.windows("^Earmark: 0 sounds"), "the icon says so")
        choose(shown, icon, "Up", "Return")
        assert tray.wait(timeout=60) == 0


def test_without_gtk_the_icon_still_says_what_goes_on(tmp_path: Path) -> None:
    program = (
        "from earmark_tray.pystray_shell import Shell\n"
        "from earmark_tray.state import Condition, Folder, State\n"
        "shell = Shell(print)\n"
        "state = State(Condition.WORKING, left=3, most=5, folders=(Folder('/x'),))\n"
        "shell.run(lambda: shell.show(state))\n"
    )
    with (
        screen(tmp_path) as shown,
        shown.run([sys.executable, "-c", program], PYSTRAY_BACKEND="xorg"),
    ):
        until(lambda: shown.windows("^Earmark: Listening... 40 %"), "the icon says so")
